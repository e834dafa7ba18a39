using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <inheritdoc cref="Concat"/>
/// <remarks>Within a block, an input's channels are one contiguous piece of the output.</remarks>
internal sealed unsafe class ConcatLayer<T>(LayerContext<T> context) : ManagedLayer<T>(context)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public override void Forward(Pass<T> pass)
    {
        T* target = Output.Data;
        for (int b = 0; b < pass.Blocks; b++)
        {
            foreach (Tensor<T> input in Inputs)
            {
                Copy(input.Data + b * input.BlockLength, target, input.BlockLength);
                target += input.BlockLength;
            }
        }
    }

    public override void Backward(Pass<T> pass)
    {
        T* source = OutputGradient!.Data;
        for (int b = 0; b < pass.Blocks; b++)
        {
            for (int i = 0; i < Inputs.Length; i++)
            {
                if (InputGradients[i] is { } gradient)
                    Copy(source, gradient.Data + b * gradient.BlockLength, gradient.BlockLength);
                source += Inputs[i].BlockLength;
            }
        }
    }

    private static void Copy(T* source, T* target, long length) =>
        Buffer.MemoryCopy(source, target, length * sizeof(T), length * sizeof(T));
}
