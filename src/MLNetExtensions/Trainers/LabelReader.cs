using Microsoft.ML;
using Microsoft.ML.Data;
using Column = Microsoft.ML.DataViewSchema.Column;

namespace MLNetExtensions.Trainers;

/// <summary>Reads a label column as the float that losses take; NaN when it is missing.</summary>
internal abstract class LabelReader
{
    public static LabelReader Boolean { get; } = new Typed<bool>(value => value ? 1 : 0);

    /// <summary>Keys count from 1, class indices from 0. Key 0 is a missing label, and so is a key beyond the classes.</summary>
    public static LabelReader Key(int classes) => new Typed<uint>(value => value == 0 || value > classes ? float.NaN : value - 1);

    public static LabelReader Single { get; } = new Typed<float>(value => value);

    public abstract Func<float> Open(DataViewRow row, Column label);

    private sealed class Typed<T>(Func<T, float> convert) : LabelReader
        where T : struct
    {
        public override Func<float> Open(DataViewRow row, Column label)
        {
            ValueGetter<T> getter = row.GetGetter<T>(label);
            T value = default;
            return () =>
            {
                getter(ref value);
                return convert(value);
            };
        }
    }
}
