namespace MLNetExtensions.Networks.Training;

/// <summary>One value for each place of a <see cref="ParameterLayout"/> (weights, gradients, an optimiser's memory), wherever the
/// engine keeps them, and the arithmetic that training does with all of them at once.</summary>
internal abstract class ParameterVector
{
    /// <summary>The Euclidean norm of all values. Squares that overflow a Single are added in Double.</summary>
    public abstract double Norm();

    /// <summary>values = min(max(values, −bound), bound).</summary>
    public abstract void Clamp(double bound);

    /// <summary>values = values · factor.</summary>
    public abstract void Scale(double factor);

    /// <summary>The first values = values + share · (target − values).</summary>
    public abstract void MoveTowards(ParameterVector target, double share, long length);

    /// <summary>Takes over the values of the same places of another vector.</summary>
    public abstract void Copy(ParameterVector source, long start, long length);

    /// <summary>Copies the values of a parameter out.</summary>
    public abstract void Read(ParameterSlot slot, Span<float> values);

    /// <summary>Copies the values of a parameter in.</summary>
    public abstract void Write(ParameterSlot slot, ReadOnlySpan<float> values);

    /// <summary>Copies the values of several parameters out, one behind the other.</summary>
    public virtual void Read(ParameterSlot[] slots, Span<float> values)
    {
        foreach (ParameterSlot slot in slots)
        {
            Read(slot, values[..slot.Length]);
            values = values[slot.Length..];
        }
    }

    /// <summary>Copies the values of several parameters in, one behind the other.</summary>
    public virtual void Write(ParameterSlot[] slots, ReadOnlySpan<float> values)
    {
        foreach (ParameterSlot slot in slots)
        {
            Write(slot, values[..slot.Length]);
            values = values[slot.Length..];
        }
    }
}
