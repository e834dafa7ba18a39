using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <inheritdoc cref="Dropout"/>
internal sealed unsafe class DropoutLayer<T, TV, S>(LayerContext<T> context, Dropout layer) : ManagedLayer<T>(context)
    where T : unmanaged, IFloatingPointIeee754<T>
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
{
    public override bool RunsInPlace => true;

    public override bool BackwardRunsInPlace => true;

    public override void Forward(Pass<T> pass)
    {
        if (pass.Training)
            Drop(pass, Inputs[0].Data, Output.Data);
        else if (Inputs[0].Data != Output.Data)
            Buffer.MemoryCopy(Inputs[0].Data, Output.Data, Output.Length * sizeof(T),
                Output.BlockLength * pass.Blocks * sizeof(T));
    }

    public override void Backward(Pass<T> pass) => Drop(pass, OutputGradient!.Data, InputGradients[0]!.Data);

    private void Drop(Pass<T> pass, T* source, T* target) => ValueDropout<T, TV, S>.Run(
        Context.Loop, new(Context.TrainingSeed!.Value, Context.Index, pass.Draw), layer.Probability, source, target,
        Output.BlockLength * pass.Blocks);
}
