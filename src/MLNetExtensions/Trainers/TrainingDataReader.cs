using System.Numerics;
using System.Numerics.Tensors;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Training;
using MLNetExtensions.Transformers;
using Column = Microsoft.ML.DataViewSchema.Column;

namespace MLNetExtensions.Trainers;

/// <summary>
/// Reads data views into memory for training; the labels are the targets. Rows are left out as ML.NET's own trainers leave them
/// out: without a label, without a weight above 0, with a missing or infinite feature. They are counted and reported in the log.
/// </summary>
/// <param name="options">Name the columns.</param>
/// <param name="labels">Reads the label; NaN is a missing one.</param>
/// <param name="features">The columns of the features, and how they lie.</param>
/// <param name="shape">What the network takes.</param>
/// <param name="cancellation">Looked at before every row: a row may be an image to decode.</param>
/// <param name="channel">Hears of the rows that are left out.</param>
internal sealed class TrainingDataReader(
    NeuralNetworkOptions options, LabelReader labels, FeatureColumns features, TensorShape shape, FitCancellation cancellation,
    IChannel channel)
{
    /// <summary>Reads the view once; only the columns of the fit are active.</summary>
    /// <param name="data">The rows.</param>
    /// <param name="role">What they are for: training or validation.</param>
    /// <exception cref="InvalidOperationException">No row is left.</exception>
    public TrainingData Read(IDataView data, string role) =>
        features.AreBytes ? Read<byte>(data, role) : Read<float>(data, role);

    private InMemoryTrainingData<T> Read<T>(IDataView data, string role)
        where T : unmanaged, INumberBase<T>
    {
        Column[] columns = features.Find(data.Schema);
        Column label = data.Schema[options.TargetColumnName];
        Column? weight = options.ExampleWeightColumnName is { } name ? data.Schema[name] : null;
        IEnumerable<Column> others = weight is null ? [label] : [label, weight.Value];
        using DataViewRowCursor cursor = data.GetRowCursor(columns.Concat(others));
        TableReader<T> reader = (TableReader<T>)features.CreateReader(cursor, columns);
        Action<Span<float>> readLabel = labels.Open(cursor, label);
        ValueGetter<float>? readWeight = weight is null ? null : cursor.GetGetter<float>(weight.Value);

        FeatureTable<T> rows = new(features.Width);
        List<float> targets = [], weights = [];
        float[] target = new float[labels.Size];
        SkippedRows skipped = new(options, features.Names);
        int cut = 0;
        while (cursor.MoveNext())
        {
            cancellation.ThrowIfCanceled();
            float rowWeight = 1;
            readLabel(target);
            if (!TensorPrimitives.IsFiniteAll<float>(target))
            {
                skipped.Labels++;
                continue;
            }
            readWeight?.Invoke(ref rowWeight);
            if (!(rowWeight > 0 && float.IsFinite(rowWeight)))
            {
                skipped.Weights++;
                continue;
            }
            if (!reader.Read())
            {
                skipped.Features++;
                continue;
            }
            reader.AddTo(rows);
            cut += reader.IsCut ? 1 : 0;
            targets.AddRange(target);
            if (readWeight is not null)
                weights.Add(rowWeight);
        }
        Report(skipped, rows.Count, role);
        if (cut > 0)
            ReportCut(cut, rows.Count, role);
        return new(shape, rows, [.. targets], weight is null ? null : [.. weights], labels.Size);
    }

    private void Report(SkippedRows skipped, int count, string role)
    {
        if (count == 0)
            throw new InvalidOperationException(skipped.Total == 0
                ? $"No valid {role} instances found: the data with column {features.Names} has no rows."
                : $"No valid {role} instances found: all {skipped.Total} rows were skipped, {skipped}. Missing features can be " +
                    "replaced (mlContext.Transforms.ReplaceMissingValues).");
        if (skipped.Total > 0)
            channel.Warning(
                MessageSensitivity.Schema, "Skipped {0} rows of {1} in the {2} data: {3}.", skipped.Total, skipped.Total + count,
                role, skipped);
    }

    private void ReportCut(int cut, int count, string role)
    {
        const string Message = "Cut {0} rows of {1} in the {2} data to {3}.";
        string keys = string.Join(" or ", features.Columns.Where(column => column.Layout is KeySequenceLayout)
            .Select(column => $"the first {column.Layout.Width} keys of the feature column '{column.Name}'"));
        object[] values = [cut, count, role, keys];
        if (options.MaxLength is null)
            channel.Warning(MessageSensitivity.Schema, $"{Message} {nameof(NeuralNetworkOptions.MaxLength)} sets another number.", values);
        else
            channel.Info(MessageSensitivity.Schema, Message, values);
    }
}
