namespace Microsoft.ML.Transforms;

/// <summary>Learns from the values of a column, row by row, what a transformer does to it.</summary>
internal abstract class ColumnLearner
{
    /// <summary>False when no more rows are wanted.</summary>
    public abstract bool AddRow();
    public abstract ColumnFunction Finish();

    /// <summary>Reads the columns in one pass, as far as one of them wants more rows.</summary>
    /// <param name="makeLearner">A generic method (row, column, args), called with the item type of each column.</param>
    public static ColumnFunction[] Learn(IHost host, IDataView data, DataViewSchema.Column[] columns, Delegate makeLearner,
        params object[] args)
    {
        using var cursor = data.GetRowCursor(columns);
        var learners = Array.ConvertAll(columns, c =>
            Generic.Call<ColumnLearner>(makeLearner, c.Type.GetItemType().RawType, [cursor, c, .. args]));
        for (var wantsMore = true; wantsMore && cursor.MoveNext();)
        {
            host.CheckAlive();
            wantsMore = false;
            foreach (var learner in learners) wantsMore |= learner.AddRow();
        }
        return Array.ConvertAll(learners, learner => learner.Finish());
    }
}
