using Microsoft.ML;
using Column = Microsoft.ML.DataViewSchema.Column;

namespace MLNetExtensions.Generation;

/// <summary>Gathers the values of a column, row by row.</summary>
internal abstract class ColumnReader
{
    /// <summary>Reads the current row.</summary>
    /// <exception cref="InvalidOperationException">A number is infinite; the message names the column and the row.</exception>
    public abstract void Read(long row);

    /// <summary>The values that there are, and the place of each row's among them.</summary>
    public abstract (ColumnValues Values, int[] Places) Finish();
}

/// <summary>A reader of one type.</summary>
/// <typeparam name="T">What the column holds.</typeparam>
/// <typeparam name="TValue">What is kept of it.</typeparam>
/// <param name="source">The rows.</param>
/// <param name="column">The column.</param>
/// <param name="keep">Makes what is kept.</param>
/// <param name="create">Makes the table of distinct values, in their order.</param>
internal sealed class ColumnReader<T, TValue>(
    DataViewRow source, Column column, Func<T, TValue> keep, Func<TValue[], ColumnValues> create) : ColumnReader
    where TValue : notnull
{
    private readonly ValueGetter<T> _getter = source.GetGetter<T>(column);
    private readonly List<TValue> _rows = [];
    private T _value = default!;

    public override void Read(long row)
    {
        _getter(ref _value);
        if (_value is float number && float.IsInfinity(number))
            throw new InvalidOperationException(
                $"The column '{column.Name}' has {number} in row {row}, and there is no number like it to make up. Replace it, or " +
                "leave the row out (mlContext.Data.FilterRowsByColumn).");
        _rows.Add(keep(_value));
    }

    public override (ColumnValues Values, int[] Places) Finish()
    {
        TValue[] values = [.. _rows.Distinct().Order(StringComparer.Ordinal as IComparer<TValue>)];
        Dictionary<TValue, int> places = [];
        foreach ((int place, TValue value) in values.Index())
            places.Add(value, place);
        return (create(values), [.. _rows.Select(value => places[value])]);
    }
}
