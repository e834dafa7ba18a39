namespace Microsoft.ML.Transforms;

/// <summary>Learns from the values of a column, row by row, what a transformer does to it.</summary>
internal abstract class ColumnLearner
{
    /// <summary>False when no more rows are wanted.</summary>
    public abstract bool AddRow();
    public abstract ColumnFunction Finish();

    /// <summary>Reads the columns in one pass, as far as one of them wants more rows.</summary>
    /// <param name="learner">A generic class of learners, of the item type of a column, made of (row, column, args).</param>
    public static ColumnFunction[] Learn(IHostEnvironment env, IDataView data, DataViewSchema.Column[] columns, Type learner,
        params object[] args)
    {
        using var cursor = data.GetRowCursor(columns);
        var learners = Array.ConvertAll(columns, c =>
            Generic.New<ColumnLearner>(learner, c.Type.GetItemType().RawType, [cursor, c, .. args]));
        for (var wantsMore = true; wantsMore && cursor.MoveNext();)
        {
            env.CheckAlive();
            wantsMore = false;
            foreach (var each in learners) wantsMore |= each.AddRow();
        }
        return Array.ConvertAll(learners, each => each.Finish());
    }
}
