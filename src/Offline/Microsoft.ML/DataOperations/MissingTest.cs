using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>Whether a value of a column, or any slot of a vector, is missing: NaN or key 0.</summary>
internal static class MissingTest
{
    public static bool CanTest(DataViewType type) => RangeTest.CanTest(type.GetItemType());

    /// <summary>The test of the row's present value.</summary>
    public static Func<bool> Make(DataViewRow row, DataViewSchema.Column column) => column.Type is VectorDataViewType vector
        ? Generic.Call<Func<bool>>(MakeVector<int>, vector.ItemType.RawType, row, column)
        : Generic.Call<Func<bool>>(MakeScalar<int>, column.Type.RawType, row, column);

    private static Func<bool> MakeScalar<T>(DataViewRow row, DataViewSchema.Column column)
    {
        var getter = row.GetGetter<T>(column);
        T value = default;
        return () =>
        {
            getter(ref value);
            return IsMissing(value);
        };
    }

    private static Func<bool> MakeVector<T>(DataViewRow row, DataViewSchema.Column column)
    {
        var getter = row.GetGetter<VBuffer<T>>(column);
        var isKey = column.Type.GetItemType() is KeyDataViewType;
        VBuffer<T> value = default;
        return () =>
        {
            getter(ref value);
            foreach (var item in value.GetValues())
                if (IsMissing(item)) return true;
            return isKey && !value.IsDense; // what a sparse vector leaves out is key 0
        };
    }

    private static bool IsMissing<T>(T value) => value switch
    {
        float number => float.IsNaN(number),
        double number => double.IsNaN(number),
        _ => EqualityComparer<T>.Default.Equals(value, default),
    };
}
