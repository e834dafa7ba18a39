using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetExtensions.Interop;
using static Microsoft.ML.DataViewSchema;

namespace MLNetExtensions.Transformers;

/// <summary>What a task makes of a network's outputs: the columns that ML.NET's evaluators expect, and their values.</summary>
internal abstract class PredictionHead
{
    public const string Score = "Score", Probability = "Probability", PredictedLabel = "PredictedLabel";

    /// <summary>ML.NET's name of the task, the value of the annotation ScoreColumnKind; null when the columns are no
    /// scores.</summary>
    protected abstract string? Kind { get; }

    /// <summary>The number of outputs that the network must have.</summary>
    public abstract int Outputs { get; }

    /// <summary>The names of the columns, in order.</summary>
    public abstract IReadOnlyList<string> ColumnNames { get; }

    /// <summary>Turns one row's raw outputs into scores, in place.</summary>
    public abstract void Finish(Span<float> outputs);

    /// <summary>Turns scores, of any number of rows, into what is averaged over several views of a row: itself unless
    /// overridden.</summary>
    public virtual void ToMeanScale(Span<float> scores)
    {
    }

    /// <summary>Turns means back into scores.</summary>
    public virtual void FromMeanScale(Span<float> means)
    {
    }

    /// <summary>The type and the task's own annotations of a column.</summary>
    protected abstract DataViewType Describe(string column, Annotations.Builder annotations);

    /// <summary>The getter of a column.</summary>
    public abstract Delegate CreateGetter(string column, IScoreSource source);

    /// <summary>Adds the columns to an ONNX graph.</summary>
    /// <param name="pipeline">The graph.</param>
    /// <param name="outputs">The network's outputs, [rows×outputs].</param>
    /// <param name="missing">[rows×1], NaN for a row with missing features, else 0.</param>
    public abstract void SaveOnnx(OnnxPipeline pipeline, string outputs, string missing);

    /// <summary>The columns to add to <paramref name="input"/>.</summary>
    public IEnumerable<DetachedColumn> CreateColumns(DataViewSchema input)
    {
        uint setId = MLNetInternals.NextScoreColumnSetId(input);
        foreach (string name in ColumnNames)
        {
            Annotations.Builder annotations = new();
            DataViewType type = Describe(name, annotations);
            if (Kind is not null)
            {
                annotations.AddPrimitiveValue(AnnotationKinds.ScoreColumnKind, TextDataViewType.Instance, Kind.AsMemory());
                annotations.AddPrimitiveValue(AnnotationKinds.ScoreValueKind, TextDataViewType.Instance, name.AsMemory());
                annotations.AddPrimitiveValue(AnnotationKinds.ScoreColumnSetId, MLNetInternals.ScoreColumnSetIdType, setId);
            }
            yield return new(name, type, annotations.ToAnnotations());
        }
    }

    /// <summary>A getter of all scores of a row.</summary>
    protected static ValueGetter<VBuffer<float>> VectorGetter(IScoreSource source) => (ref VBuffer<float> value) =>
    {
        VBufferEditor<float> editor = VBufferEditor.Create(ref value, source.Current.Length);
        source.Current.CopyTo(editor.Values);
        value = editor.Commit();
    };

    /// <summary>A getter of what becomes of each score of a row.</summary>
    protected static ValueGetter<VBuffer<T>> VectorGetter<T>(IScoreSource source, Func<float, T> convert) => (ref VBuffer<T> value) =>
    {
        ReadOnlySpan<float> scores = source.Current;
        VBufferEditor<T> editor = VBufferEditor.Create(ref value, scores.Length);
        for (int i = 0; i < scores.Length; i++)
            editor.Values[i] = convert(scores[i]);
        value = editor.Commit();
    };
}
