using TorchSharp;
using F = TorchSharp.torch.nn.functional;
using Tensor = TorchSharp.torch.Tensor;

namespace MLNetExtensions.Networks.TorchSharp;

/// <summary>Scaled dot-product attention: libtorch's fused one, or where places are masked or weights dropped its
/// parts.</summary>
internal sealed class AttentionOperation
{
    /// <summary>What a masked score counts as: below every other, and finite, so that nothing comes of it where all are
    /// masked.</summary>
    private const double Masked = -1e30;

    private readonly int _heads, _headSize;
    private readonly bool _causal, _mixedPrecision;
    private readonly double _dropout;
    private readonly torch.ScalarType _type;

    /// <summary>True for the pairs of a query and a key that it looks at; null where it looks at all.</summary>
    private readonly Tensor? _visible;

    /// <summary>Attention of a sequence to itself.</summary>
    public AttentionOperation(ScaledDotProductAttention layer, TensorShape output, SessionMemory memory, bool mixedPrecision)
        : this(layer.NumHeads, output[1], layer.Dropout, memory, mixedPrecision)
    {
        _causal = layer.Causal;
        if (!_causal)
            return;
        using DisposeScope scope = torch.NewDisposeScope();
        _visible = memory.Keep(torch.ones(output[0], output[0], torch.ScalarType.Bool, memory.Device).tril());
    }

    /// <summary>Attention of a sequence to another one.</summary>
    public AttentionOperation(CrossAttention layer, TensorShape output, SessionMemory memory, bool mixedPrecision)
        : this(layer.NumHeads, output[1], layer.Dropout, memory, mixedPrecision)
    {
    }

    private AttentionOperation(int heads, int features, double dropout, SessionMemory memory, bool mixedPrecision)
    {
        (_heads, _headSize, _dropout) = (heads, features / heads, dropout);
        (_type, _mixedPrecision) = (memory.Type, mixedPrecision);
    }

    /// <summary>Queries, keys and values side by side, and perhaps a mask.</summary>
    public Tensor ApplyPacked(Tensor[] inputs, ForwardPass pass)
    {
        Tensor[] parts = Heads(inputs[0], 3);
        return Mean(parts[0], parts[1], parts[2], inputs.Length > 1 ? inputs[1] : null, pass);
    }

    /// <summary>Queries by themselves, keys and values side by side, and perhaps a mask.</summary>
    public Tensor ApplyCross(Tensor[] inputs, ForwardPass pass)
    {
        Tensor[] parts = Heads(inputs[1], 2);
        return Mean(Heads(inputs[0], 1)[0], parts[0], parts[1], inputs.Length > 2 ? inputs[2] : null, pass);
    }

    /// <summary>The parts of what lies side by side, each [count×heads×length×size].</summary>
    private Tensor[] Heads(Tensor packed, int parts)
    {
        Tensor half = _mixedPrecision ? packed.to(torch.ScalarType.BFloat16) : packed;
        return half.reshape(packed.shape[0], packed.shape[1], parts, _heads, _headSize).permute(2, 0, 3, 1, 4).unbind(0);
    }

    private Tensor Mean(Tensor queries, Tensor keys, Tensor values, Tensor? mask, ForwardPass pass)
    {
        bool drops = pass.Training && _dropout > 0;
        Tensor means = mask is not null || drops
            ? Weights(queries, keys, Visible(mask), drops ? pass : null).to(values.dtype).matmul(values)
            : F.scaled_dot_product_attention(queries, keys, values, null, 0, _causal);
        return means.permute(0, 2, 1, 3).reshape(pass.Count, -1, (long)_heads * _headSize);
    }

    private Tensor Weights(Tensor queries, Tensor keys, Tensor? visible, ForwardPass? dropping)
    {
        using Scalar scale = 1 / Math.Sqrt(_headSize), masked = Masked;
        Tensor scores = queries.matmul(keys.transpose(2, 3)).to(_type).mul(scale);
        Tensor weights = visible is null
            ? scores.softmax(3)
            : scores.masked_fill(visible.logical_not(), masked).softmax(3).mul(visible);
        return dropping is null ? weights : dropping.Drop(weights, _dropout);
    }

    private Tensor? Visible(Tensor? mask)
    {
        if (mask is null)
            return _visible;
        using Scalar zero = 0;
        Tensor keys = mask.gt(zero).reshape(mask.shape[0], 1, 1, -1);
        return _visible is null ? keys : keys.logical_and(_visible);
    }
}
