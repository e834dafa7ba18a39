using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms;

public sealed class MissingValueReplacingEstimator : IEstimator<MissingValueReplacingTransformer>
{
    private readonly IHost _host;
    private readonly (string outputColumnName, string inputColumnName)[] _columns;
    private readonly ReplacementMode _mode;
    private readonly bool _imputeBySlot;

    internal MissingValueReplacingEstimator(IHostEnvironment env, (string outputColumnName, string inputColumnName)[] columns,
        ReplacementMode mode, bool imputeBySlot)
    {
        Contracts.CheckParam(!columns.Any(c => string.IsNullOrWhiteSpace(c.outputColumnName)), "name",
            "name cannot be null or white space");
        (_host, _columns) = (env.Register(nameof(MissingValueReplacingEstimator)), columns);
        (_mode, _imputeBySlot) = (mode, imputeBySlot);
    }

    public enum ReplacementMode : byte
    {
        DefaultValue = 0,
        Mean = 1,
        Minimum = 2,
        Maximum = 3,
        Mode = 5,
    }

    public MissingValueReplacingTransformer Fit(IDataView input)
    {
        var inputs = Array.ConvertAll(_columns, c => input.Schema.Find(c.inputColumnName, paramName: nameof(input)));
        foreach (var column in inputs) CheckType(column.Type.GetItemType());
        if (_mode == ReplacementMode.DefaultValue)
            return new(_host, _columns, Array.ConvertAll(inputs, c => ColumnReplacement.Default(c.Type.GetItemType())));

        Contracts.Check(Enum.IsDefined(_mode), $"There is no replacement mode {_mode}.");
        using var channel = _host.Start("Computing Statistics");
        using var cursor = input.GetRowCursor(inputs);
        var statistics = Array.ConvertAll(inputs, column =>
        {
            var bySlot = _imputeBySlot;
            if (bySlot && column.Type is VectorDataViewType { IsKnownSize: false })
            {
                channel.Warning(MessageSensitivity.Schema, "By-slot imputation can not be done on variable-length column '{0}'",
                    column.Name);
                bySlot = false;
            }
            return ColumnStatistics.Create(cursor, column, _mode, bySlot && column.Type is VectorDataViewType);
        });
        while (cursor.MoveNext())
        {
            _host.CheckAlive();
            foreach (var statistic in statistics) statistic.AddRow();
        }
        return new(_host, _columns, Array.ConvertAll(statistics, s => s.Finish()));
    }

    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        Contracts.CheckValue(inputSchema, nameof(inputSchema));
        return inputSchema.With(_columns.Select(pair =>
        {
            var source = inputSchema.Find(pair.inputColumnName);
            CheckType(source.ItemType);
            return new SchemaShape.Column(pair.outputColumnName, source.Kind, source.ItemType, false,
                new(source.Keep(AnnotationUtils.Kinds.SlotNames, AnnotationUtils.Kinds.IsNormalized)));
        }));
    }

    internal static void CheckType(DataViewType type) => Contracts.CheckParam(MissingValues.IsReal(type), "inputSchema",
        $"Type '{type}' is not supported by ReplaceMissingValues since it has no missing value other than its default");
}
