using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <inheritdoc cref="Add"/>
internal sealed unsafe class AddLayer<T>(LayerContext<T> context) : ManagedLayer<T>(context)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public override bool RunsInPlace => true;

    public override bool BackwardRunsInPlace => true;

    public override void Forward(Pass<T> pass)
    {
        long length = Output.BlockLength * pass.Blocks;
        Context.Elementwise.Add(Inputs[0].Data, Inputs[1].Data, Output.Data, length);
        for (int i = 2; i < Inputs.Length; i++)
            Context.Elementwise.Add(Output.Data, Inputs[i].Data, Output.Data, length);
    }

    public override void Backward(Pass<T> pass)
    {
        long bytes = Output.BlockLength * pass.Blocks * sizeof(T);
        foreach (Tensor<T>? gradient in InputGradients)
        {
            if (gradient is not null && gradient.Data != OutputGradient!.Data)
                Buffer.MemoryCopy(OutputGradient.Data, gradient.Data, bytes, bytes);
        }
    }
}
