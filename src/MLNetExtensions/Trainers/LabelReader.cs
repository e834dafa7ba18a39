using Microsoft.ML;
using Microsoft.ML.Data;
using Column = Microsoft.ML.DataViewSchema.Column;

namespace MLNetExtensions.Trainers;

/// <summary>Reads a label column as the floats that losses take; NaN where one is missing.</summary>
internal abstract class LabelReader
{
    public static LabelReader Boolean { get; } = new Typed<bool>(value => value ? 1 : 0);

    public static LabelReader Single { get; } = new Typed<float>(value => value);

    /// <summary>The numbers of a label.</summary>
    public virtual int Size => 1;

    /// <summary>Keys count from 1, class indices from 0. Key 0 is a missing label, and so is a key beyond the classes.</summary>
    public static LabelReader Key(int classes) => new Typed<uint>(value => value == 0 || value > classes ? float.NaN : value - 1);

    /// <summary>Vectors of so many numbers.</summary>
    public static LabelReader Vector(int size) => new OfVector(size);

    /// <summary>What reads the label of the row that the cursor is on.</summary>
    public abstract Action<Span<float>> Open(DataViewRow row, Column label);

    private sealed class Typed<T>(Func<T, float> convert) : LabelReader
        where T : struct
    {
        public override Action<Span<float>> Open(DataViewRow row, Column label)
        {
            ValueGetter<T> getter = row.GetGetter<T>(label);
            T value = default;
            return target =>
            {
                getter(ref value);
                target[0] = convert(value);
            };
        }
    }

    private sealed class OfVector(int size) : LabelReader
    {
        public override int Size => size;

        public override Action<Span<float>> Open(DataViewRow row, Column label)
        {
            ValueGetter<VBuffer<float>> getter = row.GetGetter<VBuffer<float>>(label);
            VBuffer<float> value = default;
            return target =>
            {
                getter(ref value);
                value.CopyTo(target);
            };
        }
    }
}
