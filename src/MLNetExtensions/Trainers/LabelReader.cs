using Microsoft.ML;
using Microsoft.ML.Data;
using Column = Microsoft.ML.DataViewSchema.Column;

namespace MLNetExtensions.Trainers;

/// <summary>Reads a label column as the floats that losses take; NaN where one is missing.</summary>
internal abstract class LabelReader
{
    public static LabelReader Boolean { get; } = new Typed<bool>(value => value ? 1 : 0);

    public static LabelReader Single { get; } = new Typed<float>(value => value);

    /// <summary>No label: 0 for every row.</summary>
    public static LabelReader None { get; } = new Nothing();

    /// <summary>The numbers of a label.</summary>
    public virtual int Size => 1;

    /// <summary>Keys count from 1, class indices from 0. Key 0 is a missing label, and so is a key beyond the classes.</summary>
    public static LabelReader Key(int classes) => new Typed<uint>(value => value == 0 || value > classes ? float.NaN : value - 1);

    /// <summary>Vectors of so many numbers.</summary>
    public static LabelReader Vector(int size) => new OfVector<float>(size, (value, _) => value);

    /// <summary>Vectors of so many answers: Boolean, or Single of 0 and 1.</summary>
    /// <param name="label">The label column.</param>
    /// <param name="size">How many there are.</param>
    public static LabelReader Flags(Column label, int size) => ((VectorDataViewType)label.Type).ItemType is BooleanDataViewType
        ? new OfVector<bool>(size, (value, _) => value ? 1 : 0)
        : new OfVector<float>(size, (value, slot) => value is 0 or 1 || !float.IsFinite(value)
            ? value
            : throw new InvalidOperationException(
                $"The label column '{label.Name}' has {value} in slot {slot}; each slot of several labels is 0 or 1 " +
                "(mlContext.Regression.Trainers.NeuralNetwork learns vectors of numbers)."));

    /// <summary>What reads the label of the row that the cursor is on.</summary>
    public abstract Action<Span<float>> Open(DataViewRow row, Column label);

    private sealed class Nothing : LabelReader
    {
        public override Action<Span<float>> Open(DataViewRow row, Column label) => target => target.Clear();
    }

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

    private sealed class OfVector<T>(int size, Func<T, int, float> convert) : LabelReader
        where T : struct
    {
        public override int Size => size;

        public override Action<Span<float>> Open(DataViewRow row, Column label)
        {
            ValueGetter<VBuffer<T>> getter = row.GetGetter<VBuffer<T>>(label);
            VBuffer<T> value = default;
            return target =>
            {
                getter(ref value);
                if (value.Length != size)
                    throw new InvalidOperationException(
                        $"The label column '{label.Name}' is {label.Type}, but has a row of {value.Length} values.");
                foreach ((int slot, T item) in value.Items(all: true))
                    target[slot] = convert(item, slot);
            };
        }
    }
}
