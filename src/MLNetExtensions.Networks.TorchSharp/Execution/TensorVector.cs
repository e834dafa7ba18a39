using MLNetExtensions.Networks.Training;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace MLNetExtensions.Networks.TorchSharp;

/// <summary>A <see cref="ParameterVector"/> in one flat tensor on the device.</summary>
internal sealed class TensorVector(Tensor values) : ParameterVector
{
    /// <summary>The values.</summary>
    public Tensor Values => values;

    public override double Norm()
    {
        double norm = NormOf(values);
        return double.IsFinite(norm) ? norm : NormOf(values.to(torch.ScalarType.Float64));

        static double NormOf(Tensor numbers)
        {
            Span<double> norm = stackalloc double[1];
            HostTensor.Read(numbers.norm(), norm);
            return norm[0];
        }
    }

    // Scalars are variables, so that they live to the end of the call: see UpdateRule.
    public override void Clamp(double bound)
    {
        using Scalar least = -bound, most = bound;
        values.clamp_(least, most);
    }

    public override void Scale(double factor)
    {
        using Scalar scalar = factor;
        values.mul_(scalar);
    }

    public override void MoveTowards(ParameterVector target, double share, long length)
    {
        using Scalar kept = 1 - share, taken = share;
        values.narrow(0, 0, length).mul_(kept).add_(ValuesOf(target).narrow(0, 0, length), taken);
    }

    public override void Copy(ParameterVector source, long start, long length) =>
        values.narrow(0, start, length).copy_(ValuesOf(source).narrow(0, start, length));

    public override void Read(ParameterSlot slot, Span<float> target)
    {
        using DisposeScope scope = torch.NewDisposeScope();
        HostTensor.Read(slot.Part(values), target);
    }

    public override void Write(ParameterSlot slot, ReadOnlySpan<float> source)
    {
        using DisposeScope scope = torch.NewDisposeScope();
        slot.Part(values).copy_(HostTensor.Create(source));
    }

    /// <summary>One copy from the device, not one a parameter.</summary>
    public override void Read(ParameterSlot[] slots, Span<float> target)
    {
        using DisposeScope scope = torch.NewDisposeScope();
        if (slots.Length > 0)
            HostTensor.Read(torch.cat([.. slots.Select(slot => slot.Part(values))]), target);
    }

    private static Tensor ValuesOf(ParameterVector vector) => ((TensorVector)vector).Values;
}
