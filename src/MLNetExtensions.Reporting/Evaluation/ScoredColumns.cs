using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetExtensions.Reporting.Evaluation;

/// <summary>Reads the columns of scored data that a report needs.</summary>
internal static class ScoredColumns
{
    /// <summary>The column of that name.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is none; the message names it and its role.</exception>
    public static DataViewSchema.Column Find(DataViewSchema schema, string role, string name) => schema.GetColumnOrNull(name)
        ?? throw new ArgumentOutOfRangeException(
            nameof(name),
            $"Could not find {role} column '{name}': give the data that the model has scored (model.Transform(data)).");

    /// <summary>The texts of a column's key values; the numbers of the keys where it has none.</summary>
    public static string[] KeyNames(DataViewSchema.Column column)
    {
        if (column.Type is not KeyDataViewType key)
            throw new ArgumentOutOfRangeException(
                nameof(column), $"Column '{column.Name}' is {column.Type}, but a key is needed.");
        int count = checked((int)key.Count);
        if (column.Annotations.Schema.GetColumnOrNull("KeyValues")?.Type is not VectorDataViewType values)
            return [.. Enumerable.Range(1, count).Select(number => number.ToString())];
        return values.ItemType.RawType == typeof(ReadOnlyMemory<char>)
            ? Names<ReadOnlyMemory<char>>(column)
            : (string[])typeof(ScoredColumns)
                .GetMethod(nameof(Names), System.Reflection.BindingFlags.Static | System.Reflection.BindingFlags.NonPublic)!
                .MakeGenericMethod(values.ItemType.RawType).Invoke(null, [column])!;
    }

    /// <summary>Calls <paramref name="read"/> for every row; a getter of each column comes from the cursor.</summary>
    public static void ForEachRow(IDataView data, DataViewSchema.Column[] columns, Func<DataViewRowCursor, Action> read)
    {
        using DataViewRowCursor cursor = data.GetRowCursor(columns);
        Action row = read(cursor);
        while (cursor.MoveNext())
            row();
    }

    private static string[] Names<T>(DataViewSchema.Column column)
    {
        VBuffer<T> values = default;
        column.Annotations.GetValue("KeyValues", ref values);
        return [.. values.DenseValues().Select(value => FormattableString.Invariant($"{value}"))];
    }
}
