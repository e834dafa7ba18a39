using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <summary>Attention: <see cref="ScaledDotProductAttention"/> and <see cref="CrossAttention"/>.</summary>
internal sealed unsafe class AttentionLayer<T> : ManagedLayer<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly LaneAttention<T> _kernel;
    private readonly AttentionInputs<T> _inputs;
    private readonly double _dropout;

    /// <summary>The logarithms of sums; null in a graph that only scores.</summary>
    private readonly Tensor<T>? _logSums;

    public AttentionLayer(LayerContext<T> context, ScaledDotProductAttention layer)
        : this(context, AttentionShape.OfPacked(layer, context.Output), layer.Dropout, keysInput: 0)
    {
    }

    public AttentionLayer(LayerContext<T> context, CrossAttention layer)
        : this(context, AttentionShape.Of(layer, context.Inputs[0], context.Inputs[1]), layer.Dropout, keysInput: 1)
    {
    }

    private AttentionLayer(LayerContext<T> context, in AttentionShape shape, double dropout, int keysInput)
        : base(context)
    {
        _kernel = context.Kernels.Attention(shape, context.Pool);
        _dropout = dropout;
        int lanes = context.Kernels.Lanes;
        _inputs = new(this, shape, keysInput, lanes);
        _logSums = context.Scores ? null : new((long)shape.Heads * shape.Queries * lanes, context.MaxBlocks);
    }

    public override BackwardReads BackwardReads => BackwardReads.Input | BackwardReads.Output;

    public override IEnumerable<Tensor<T>> Scratch => _logSums is null ? [] : [_logSums];

    public override void Forward(Pass<T> pass) => _kernel.Forward(Operands(pass), pass.Blocks);

    public override void Backward(Pass<T> pass)
    {
        AttentionOperands<T> operands = Operands(pass);
        operands.MeansGradient = OutputGradient!.Data;
        operands.QueriesGradient = InputGradients[0] is { } queries ? queries.Data : null;
        if (InputGradients[_inputs.KeysInput] is { } keys)
        {
            operands.KeysGradient = keys.Data + _inputs.KeysStart;
            operands.ValuesGradient = keys.Data + _inputs.ValuesStart;
        }
        _kernel.Backward(operands, pass.Blocks);
    }

    public override void Dispose() => _kernel.Dispose();

    private AttentionOperands<T> Operands(Pass<T> pass)
    {
        bool drops = pass.Training && _dropout > 0;
        return _inputs.Operands with
        {
            LogSums = _logSums is null ? null : _logSums.Data,
            Dropout = drops ? _dropout : 0,
            Random = drops ? new(Context.TrainingSeed!.Value, Context.Index, pass.Draw) : default,
        };
    }
}
