using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms;

public sealed class ColumnSelectingEstimator : TrivialEstimator<ColumnSelectingTransformer>
{
    internal ColumnSelectingEstimator(IHostEnvironment env, string[] columns, bool keep, bool keepHidden)
        : base(env.Register(nameof(ColumnSelectingEstimator)), new(columns, keep, keepHidden)) { }

    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        Contracts.CheckValue(inputSchema, nameof(inputSchema));
        Transformer.CheckPresent(inputSchema.Select(c => c.Name));
        return new(inputSchema.Where(c => Transformer.Columns.Contains(c.Name) == Transformer.Keep));
    }
}
