using TorchSharp;
using F = TorchSharp.torch.nn.functional;
using Tensor = TorchSharp.torch.Tensor;

namespace MLNetExtensions.Networks.TorchSharp;

/// <summary>Scaled dot-product attention: libtorch's fused one, or where places are masked or weights dropped its
/// parts.</summary>
/// <param name="layer">The definition.</param>
/// <param name="shape">The shape of the output, [length×features].</param>
/// <param name="memory">Where the constants are.</param>
/// <param name="mixedPrecision">Whether products are computed in bfloat16.</param>
internal sealed class AttentionOperation(
    ScaledDotProductAttention layer, TensorShape shape, SessionMemory memory, bool mixedPrecision)
{
    /// <summary>What a masked score counts as: below every other, and finite, so that nothing comes of it where all are
    /// masked.</summary>
    private const double Masked = -1e30;

    private readonly int _length = shape[0], _headSize = shape[1] / layer.NumHeads;

    /// <summary>1 for the pairs of a query and a key that it looks at; null where it looks at all.</summary>
    private readonly Tensor? _visible = layer.Causal ? LowerTriangle(shape[0], memory) : null;

    public Tensor Apply(Tensor[] inputs, ForwardPass pass)
    {
        Tensor packed = mixedPrecision ? inputs[0].to(torch.ScalarType.BFloat16) : inputs[0];
        Tensor[] parts = packed.reshape(pass.Count, _length, 3, layer.NumHeads, _headSize).permute(2, 0, 3, 1, 4).unbind(0);
        bool drops = pass.Training && layer.Dropout > 0;
        Tensor means = inputs.Length > 1 || drops
            ? Mean(parts[0], parts[1], parts[2], Visible(inputs), drops ? pass : null)
            : F.scaled_dot_product_attention(parts[0], parts[1], parts[2], null, 0, layer.Causal);
        return means.permute(0, 2, 1, 3).reshape(pass.Count, _length, -1);
    }

    private Tensor Mean(Tensor queries, Tensor keys, Tensor values, Tensor? visible, ForwardPass? dropping)
    {
        using Scalar scale = 1 / Math.Sqrt(_headSize), masked = Masked;
        Tensor scores = queries.matmul(keys.transpose(2, 3)).mul(scale).to(memory.Type);
        Tensor weights = visible is null
            ? scores.softmax(3)
            : scores.masked_fill(visible.logical_not(), masked).softmax(3).mul(visible);
        if (dropping is not null)
        {
            double kept = 1 - layer.Dropout;
            using Scalar factor = 1 / kept;
            weights = weights.mul(weights.empty_like().bernoulli_(kept, dropping.Random).mul_(factor));
        }
        return weights.to(values.dtype).matmul(values);
    }

    private Tensor? Visible(Tensor[] inputs)
    {
        if (inputs.Length == 1)
            return _visible;
        using Scalar zero = 0;
        Tensor keys = inputs[1].gt(zero).reshape(-1, 1, 1, _length);
        return _visible is null ? keys : keys.logical_and(_visible);
    }

    private static Tensor LowerTriangle(int length, SessionMemory memory)
    {
        using DisposeScope scope = torch.NewDisposeScope();
        return memory.Keep(torch.ones(length, length, torch.ScalarType.Bool, memory.Device).tril());
    }
}
