using System.Numerics;
using MLNetExtensions.Networks.Training;

namespace MLNetExtensions.Networks.Managed;

/// <summary>A layer with a weight and perhaps a bias, followed by a fused <see cref="Rectifier"/>: convolutions and
/// linear layers.</summary>
internal abstract unsafe class WeightedLayer<T> : ManagedLayer<T>, IRectifiable
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly ParameterSlot _weight;
    private readonly ParameterSlot? _bias;

    /// <summary>Takes the gradient of a frozen weight whose bias is trained: the kernel computes both.</summary>
    private readonly NativeBuffer<T>? _unusedGradient;

    protected WeightedLayer(LayerContext<T> context)
        : base(context)
    {
        _weight = context.Parameter("weight")!;
        _bias = context.Parameter("bias");
        if (!_weight.Trainable && _bias is { Trainable: true })
            _unusedGradient = new(_weight.Length);
    }

    /// <inheritdoc/>
    public Rectifier Rectifier { get; set; }

    public override bool IsTrained => _weight.Trainable || _bias is { Trainable: true };

    public override BackwardReads BackwardReads =>
        (_weight.Trainable ? BackwardReads.Input : BackwardReads.None)
        | (RectifiesGradient ? BackwardReads.Output : BackwardReads.None);

    public override void Forward(Pass<T> pass) => Forward(
        pass, Inputs[0].Data, pass.Parameters + _weight.Offset, _bias is null ? null : pass.Parameters + _bias.Offset,
        Output.Data);

    public override void Backward(Pass<T> pass)
    {
        T* gradient = OutputGradient!.Data;
        if (RectifiesGradient)
            Context.Elementwise.Rectify(Rectifier, Output.Data, gradient, Output.BlockLength * pass.Blocks);
        if (IsTrained)
        {
            T* weightGradient = _weight.Trainable ? pass.Gradients + _weight.Offset : _unusedGradient!.Pointer;
            T* biasGradient = _bias is { Trainable: true } ? pass.Gradients + _bias.Offset : null;
            BackwardWeights(pass, Inputs[0].Data, gradient, weightGradient, biasGradient);
        }
        if (InputGradients[0] is { } inputGradient)
            BackwardData(pass, gradient, pass.Parameters + _weight.Offset, inputGradient.Data);
    }

    private bool RectifiesGradient => Rectifier != Rectifier.None && !GradientIsRectified;

    public override void Dispose() => _unusedGradient?.Dispose();

    protected abstract void Forward(Pass<T> pass, T* input, T* weight, T* bias, T* output);

    protected abstract void BackwardWeights(Pass<T> pass, T* input, T* gradient, T* weightGradient, T* biasGradient);

    protected abstract void BackwardData(Pass<T> pass, T* gradient, T* weight, T* inputGradient);
}
