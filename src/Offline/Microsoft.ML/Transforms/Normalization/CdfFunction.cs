using System.Numerics;

namespace Microsoft.ML.Transforms;

/// <summary>
/// The normal distribution function at x, or at log x, with the error function as Winitzki approximates it ("A handy
/// approximation for the error function", 2008, a = 0.147). A constant slot and a value that is not finite become 0.
/// </summary>
internal sealed class CdfFunction<T>(T[] mean, T[] deviation, bool useLog) : NormalizerFunction<T>(mean.Length)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public const byte Tag = 1;

    public CdfFunction(ModelLoadContext ctx)
        : this(ctx.LoadArray(ctx.Reader.ReadValue<T>), ctx.LoadArray(ctx.Reader.ReadValue<T>), ctx.Reader.ReadBoolean()) { }

    protected override void Map(ReadOnlySpan<T> values, ReadOnlySpan<int> slots, Span<T> result)
    {
        for (var i = 0; i < values.Length; i++)
        {
            var slot = slots.IsEmpty ? i : slots[i];
            var x = useLog ? T.CreateTruncating(Math.Log(double.CreateTruncating(values[i]))) : values[i];
            result[i] = deviation[slot] > T.Epsilon && T.IsFinite(x) ? Cdf((x - mean[slot]) / deviation[slot]) : T.Zero;
        }
    }

    private static T Cdf(T z)
    {
        var half = z * z / T.CreateTruncating(2);
        var bend = T.CreateTruncating(0.147) * half;
        var (h, b, one) = (double.CreateTruncating(half), double.CreateTruncating(bend), double.CreateTruncating(T.One + bend));
        return T.CreateTruncating(0.5 + 0.5 * T.Sign(z) * Math.Sqrt(1 - Math.Exp(-h * (4 / Math.PI + b) / one)));
    }

    public override void Save(ModelSaveContext ctx)
    {
        ctx.Writer.Write(Tag);
        ctx.SaveArray(mean, ctx.Writer.WriteValue);
        ctx.SaveArray(deviation, ctx.Writer.WriteValue);
        ctx.Writer.Write(useLog);
    }
}
