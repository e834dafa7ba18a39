using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <inheritdoc cref="ScaledDotProductAttention"/>
internal sealed unsafe class AttentionLayer<T> : ManagedLayer<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly LaneAttention<T> _kernel;
    private readonly double _dropout;

    /// <summary>The logarithms of sums; null in a graph that only scores.</summary>
    private readonly Tensor<T>? _logSums;

    public AttentionLayer(LayerContext<T> context, ScaledDotProductAttention layer)
        : base(context)
    {
        _kernel = context.Kernels.Attention(AttentionShape.Of(layer, context.Output), context.Pool);
        _dropout = layer.Dropout;
        long sums = (long)layer.NumHeads * context.Output[0] * context.Kernels.Lanes;
        _logSums = context.Scores ? null : new(sums, context.MaxBlocks);
    }

    public override BackwardReads BackwardReads => BackwardReads.Input | BackwardReads.Output;

    public override IEnumerable<Tensor<T>> Scratch => _logSums is null ? [] : [_logSums];

    public override void Forward(Pass<T> pass) => _kernel.Forward(Operands(pass), pass.Blocks);

    public override void Backward(Pass<T> pass)
    {
        AttentionOperands<T> operands = Operands(pass);
        operands.MeansGradient = OutputGradient!.Data;
        operands.PackedGradient = InputGradients[0]!.Data;
        _kernel.Backward(operands, pass.Blocks);
    }

    public override void Dispose() => _kernel.Dispose();

    private AttentionOperands<T> Operands(Pass<T> pass)
    {
        bool drops = pass.Training && _dropout > 0;
        return new()
        {
            Packed = Inputs[0].Data,
            Mask = Inputs.Length > 1 ? Inputs[1].Data : null,
            Means = Output.Data,
            LogSums = _logSums is null ? null : _logSums.Data,
            Dropout = drops ? _dropout : 0,
            Random = drops ? new(Context.TrainingSeed!.Value, Context.Index, pass.Draw) : default,
        };
    }
}
