using System.Globalization;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>
/// Whether a number is in a range, or (Complement) outside of it. NaN is neither. A key counts as the middle of its place
/// among its values, from 0 to 1; a missing one is neither.
/// </summary>
internal readonly record struct RangeTest(double Min, double Max, bool IncludeMax = false, bool Complement = false)
{
    public bool Passes(double value) => Complement
        ? value < Min || (IncludeMax ? value > Max : value >= Max)
        : value >= Min && (IncludeMax ? value <= Max : value < Max);

    public static bool CanTest(DataViewType type) =>
        type is KeyDataViewType || type == NumberDataViewType.Single || type == NumberDataViewType.Double;

    /// <summary>The rows of which the column's value passes.</summary>
    public IDataView Filter(IDataView source, string columnName)
    {
        var column = source.Schema[columnName];
        Contracts.CheckParam(CanTest(column.Type), "Column", $"Column '{columnName}' does not have compatible type");
        var test = this;
        return new FilteredView(source, [column.Index], row =>
        {
            var read = Reader(row, column);
            return () => test.Passes(read());
        });
    }

    /// <summary>Reads a number, or the fraction that stands for a key: NaN if it is missing.</summary>
    public static Func<double> Reader(DataViewRow row, DataViewSchema.Column column) =>
        Generic.Call<Func<double>>(MakeReader<int>, column.Type.RawType, row, column);

    private static Func<double> MakeReader<T>(DataViewRow row, DataViewSchema.Column column)
    {
        var getter = row.GetGetter<T>(column);
        var count = (column.Type as KeyDataViewType)?.Count;
        T value = default;
        return () =>
        {
            getter(ref value);
            var number = Convert.ToDouble(value, CultureInfo.InvariantCulture);
            return count is null ? number : number == 0 || number > count ? double.NaN : (number - 0.5) / count.Value;
        };
    }
}
