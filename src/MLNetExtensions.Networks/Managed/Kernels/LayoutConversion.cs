using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <summary>Between rows of features (one image after the other, PyTorch's order) and the blocked layouts.</summary>
internal abstract unsafe class LayoutConversion<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary><c>[count][features]</c> to <c>[ceil(count / V)][features][V]</c>; lanes without a row are zero.</summary>
    public abstract void ToBatchLane(T* rows, int count, int features, T* blocked);

    /// <summary>As above from bytes, each multiplied with its channel's scale and added to its offset.</summary>
    public abstract void ToBatchLane(byte* rows, int count, int channels, int plane, T* scale, T* offset, T* blocked);

    /// <summary><c>[ceil(count / V)][features][V]</c> to <c>[count][features]</c>.</summary>
    public abstract void FromBatchLane(T* blocked, int count, int features, T* rows);

    /// <summary>One image <c>[C][plane]</c> to <c>[ceil(C / V)][plane][V]</c>; lanes without a channel are zero.</summary>
    public abstract void ToChannelLane(T* image, int channels, int plane, T* blocked);

    /// <summary><c>[ceil(C / V)][plane][V]</c> to one image <c>[C][plane]</c>.</summary>
    public abstract void FromChannelLane(T* blocked, int channels, int plane, T* image);
}

/// <inheritdoc/>
internal sealed unsafe class LayoutConversion<T, TV, S> : LayoutConversion<T>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
{
    public override void ToBatchLane(T* rows, int count, int features, T* blocked)
    {
        for (var first = 0; first < count; first += S.Lanes)
        {
            Transpose<T, TV, S>.ToBlock(rows + (nint)first * features, features, blocked + (nint)first * features, features, Math.Min(S.Lanes, count - first));
        }
    }

    public override void ToBatchLane(byte* rows, int count, int channels, int plane, T* scale, T* offset, T* blocked)
    {
        nint features = channels * plane;
        for (var first = 0; first < count; first += S.Lanes)
        {
            var lanes = Math.Min(S.Lanes, count - first);
            var block = blocked + first * features;
            for (var f = 0; f < features; f++)
            {
                for (var lane = 0; lane < S.Lanes; lane++)
                {
                    var value = lane < lanes ? T.CreateTruncating(rows[(first + lane) * features + f]) * scale[f / plane] + offset[f / plane] : T.Zero;
                    block[f * S.Lanes + lane] = value;
                }
            }
        }
    }

    public override void FromBatchLane(T* blocked, int count, int features, T* rows)
    {
        for (var first = 0; first < count; first += S.Lanes)
        {
            Transpose<T, TV, S>.FromBlock(blocked + (nint)first * features, rows + (nint)first * features, features, features, Math.Min(S.Lanes, count - first));
        }
    }

    public override void ToChannelLane(T* image, int channels, int plane, T* blocked)
    {
        for (var first = 0; first < channels; first += S.Lanes)
        {
            Transpose<T, TV, S>.ToBlock(image + (nint)first * plane, plane, blocked + (nint)first * plane, plane, Math.Min(S.Lanes, channels - first));
        }
    }

    public override void FromChannelLane(T* blocked, int channels, int plane, T* image)
    {
        for (var first = 0; first < channels; first += S.Lanes)
        {
            Transpose<T, TV, S>.FromBlock(blocked + (nint)first * plane, image + (nint)first * plane, plane, plane, Math.Min(S.Lanes, channels - first));
        }
    }
}
