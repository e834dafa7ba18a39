using Microsoft.ML;
using Column = Microsoft.ML.DataViewSchema.Column;

namespace MLNetExtensions.Transformers;

/// <summary>The columns that a cursor is asked for, and the checks of their getters, with the errors of ML.NET's own rows.</summary>
internal static class ActiveColumns
{
    /// <summary>Which columns of a schema are asked for.</summary>
    public static bool[] Of(DataViewSchema schema, IEnumerable<Column> columnsNeeded)
    {
        bool[] active = new bool[schema.Count];
        foreach (Column column in columnsNeeded)
            active[column.Index] = true;
        return active;
    }

    /// <summary>Throws, as ML.NET's rows do, when a column was not asked for.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The column is not active.</exception>
    public static void Check(bool[] active, Column column)
    {
        if (column.Index >= active.Length || !active[column.Index])
            throw new ArgumentOutOfRangeException(
                nameof(column), $"The column '{column.Name}' is not active: name it when the cursor is made.");
    }

    /// <summary>The error of a getter that is called while its cursor is on no row.</summary>
    public static InvalidOperationException NoRow() =>
        new("Cannot call a getter before the cursor has moved to a row, or behind the last row.");

    /// <summary>A getter as the type it was asked for.</summary>
    /// <exception cref="InvalidOperationException">The column holds values of another type.</exception>
    public static ValueGetter<TValue> Cast<TValue>(Delegate getter, Column column) => getter as ValueGetter<TValue>
        ?? throw new InvalidOperationException(
            $"Invalid TValue: the column '{column.Name}' holds {column.Type}, so a getter of {typeof(TValue)} is not to be had.");
}
