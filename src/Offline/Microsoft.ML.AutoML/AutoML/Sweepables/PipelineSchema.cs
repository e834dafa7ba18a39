namespace Microsoft.ML.AutoML;

/// <summary>The pipelines that a sum of products of estimator keys stands for: either one of them, such as "e0 * e2", or two sets
/// of them. Multiplying out keeps the order of the original, which grid search and the choice of the first pipeline depend
/// on.</summary>
internal sealed class PipelineSchema
{
    private readonly string _pipeline;
    private readonly PipelineSchema _left;
    private readonly PipelineSchema _right;

    internal PipelineSchema(string pipeline) => _pipeline = pipeline;
    private PipelineSchema(PipelineSchema left, PipelineSchema right) => (_left, _right) = (left, right);
    internal IEnumerable<string> Pipelines => _pipeline is null ? _left.Pipelines.Concat(_right.Pipelines) : [_pipeline];
    public static PipelineSchema operator +(PipelineSchema left, PipelineSchema right) => new(left, right);

    public static PipelineSchema operator *(PipelineSchema left, PipelineSchema right) => (left._pipeline, right._pipeline) switch
    {
        (null, null) => left._left * right._left + left._left * right._right
            + left._right * right._left + left._right * right._right,
        (null, _) => left._left * right + left._right * right,
        (_, null) => left * right._left + left * right._right,
        _ => new PipelineSchema($"{left._pipeline} * {right._pipeline}"),
    };

    internal static string[] Keys(string pipeline) => pipeline.Split(" * ");

    internal PipelineSchema Rename(IReadOnlyDictionary<string, string> names) => _pipeline is null
        ? new PipelineSchema(_left.Rename(names), _right.Rename(names))
        : new PipelineSchema(string.Join(" * ", Keys(_pipeline).Select(key => names[key])));
}
