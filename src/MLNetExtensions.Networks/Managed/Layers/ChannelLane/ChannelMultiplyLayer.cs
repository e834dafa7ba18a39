using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <summary>A <see cref="Multiply"/> of one example whose inputs have the same channels, each with all pixels or one.</summary>
internal sealed unsafe class ChannelMultiplyLayer<T, TV, S>(LayerContext<T> context, int vectors) : ManagedLayer<T>(context)
    where T : unmanaged, IFloatingPointIeee754<T>
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
{
    private readonly int _plane = context.Output.SpatialSize;
    private readonly int _firstStep = Step(context, 0), _secondStep = Step(context, 1);

    public override bool RunsInPlace => _firstStep > 0;

    /// <summary>Whether the shapes are of that kind.</summary>
    public static bool Suits(LayerContext<T> context) => context.Inputs.All(input => input.Channels == context.Output.Channels
        && (input.Equals(context.Output) || input.SpatialSize == 1));

    public override void Forward(Pass<T> pass)
    {
        T* first = Inputs[0].Data, second = Inputs[1].Data, target = Output.Data;
        for (int vector = 0; vector < vectors; vector++)
        {
            for (int p = 0; p < _plane; p++, first += _firstStep, second += _secondStep, target += S.Lanes)
                S.Store(target, S.Multiply(S.Load(first), S.Load(second)));
            if (_firstStep == 0)
                first += S.Lanes;
            if (_secondStep == 0)
                second += S.Lanes;
        }
    }

    private static int Step(LayerContext<T> context, int input) =>
        context.Inputs[input].SpatialSize == context.Output.SpatialSize ? S.Lanes : 0;
}
