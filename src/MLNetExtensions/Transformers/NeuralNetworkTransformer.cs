using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNetExtensions.Interop;
using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Managed;
using MLNetExtensions.Networks.Training;
using MLNetExtensions.Persistence;

namespace MLNetExtensions.Transformers;

/// <summary>
/// A trained network in an ML.NET pipeline: adds the score columns of its task to any data that has its feature columns. It is
/// saved in the model .zip (the definition as JSON, the weights as safetensors) and comes back with a plain
/// <c>mlContext.Model.Load</c>. Scoring is lazy and batched.
/// </summary>
/// <remarks>
/// <list type="table">
/// <listheader><term>task</term><description>columns</description></listheader>
/// <item><term>binary</term><description>PredictedLabel (Boolean), Score (Single, the logit),
/// Probability (Single)</description></item>
/// <item><term>multiclass</term><description>PredictedLabel (key), Score (vector of
/// probabilities, a slot a class)</description></item>
/// <item><term>several labels</term><description>PredictedLabel (vector of Boolean), Score (vector of logits), Probability
/// (vector)</description></item>
/// <item><term>regression</term><description>Score (Single, or a vector of it as the label)</description></item>
/// <item><term>forecasting</term><description>Score (vector of Single, [series×horizon])</description></item>
/// <item><term>anomaly detection</term><description>PredictedLabel (Boolean, whether Score is above
/// <see cref="AnomalyThreshold"/>), Score (Single, the reconstruction error)</description></item>
/// <item><term>none: <see cref="NeuralNetworkScoringEstimator"/></term><description>the network's outputs, under the name asked
/// for (vector of Single)</description></item>
/// </list>
/// A row with a missing (NaN) or infinite feature gets NaN scores.
/// </remarks>
public sealed partial class NeuralNetworkTransformer : ISingleFeaturePredictionTransformer<NetworkModel>, IDisposable
{
    private readonly INetworkEngine _engine;

    internal NeuralNetworkTransformer(
        IHostEnvironment env, NetworkModel model, PredictionHead head, FeatureColumns features, INetworkEngine engine,
        TrainingHistory history, TestTimeAugmentation testTimeAugmentation = TestTimeAugmentation.None)
    {
        if (model.Definition.InputShape.Size != features.Width)
            throw new ArgumentOutOfRangeException(
                nameof(model),
                $"The network takes {model.Definition.InputShape} but the column {features.Names} is {features.Type}.");
        if (model.Definition.OutputShape.Size != head.Outputs)
            throw new ArgumentOutOfRangeException(
                nameof(model), $"The network gives {model.Definition.OutputShape} but the task needs {head.Outputs} outputs.");
        Host = env.Register(nameof(NeuralNetworkTransformer));
        (Model, Head, Features, History) = (model, head, features, history);
        _engine = engine;
        TestTimeAugmentation = testTimeAugmentation;
        Sessions = new(engine, model, features.Names, new(testTimeAugmentation, model.Definition.InputShape));
    }

    /// <summary>The network and its weights.</summary>
    public NetworkModel Model { get; }

    /// <summary>What the epochs of its training measured.</summary>
    public TrainingHistory History { get; }

    /// <summary>The views of an image that are scored beside it.</summary>
    public TestTimeAugmentation TestTimeAugmentation { get; }

    /// <summary>The score above which a row is predicted to be an anomaly; null for models of other tasks. Another one is set by
    /// <c>mlContext.AnomalyDetection.ChangeModelThreshold</c>.</summary>
    public float? AnomalyThreshold => (Head as AnomalyHead)?.Threshold;

    /// <summary>The column of features, where there is one.</summary>
    /// <exception cref="InvalidOperationException">The model takes several columns. Permutation feature importance, which asks for the
    /// name, permutes the slots of one.</exception>
    public string FeatureColumnName => Features.Columns is [var only]
        ? only.Name
        : throw new InvalidOperationException(
            $"The model takes the feature columns {Features.Names} and so has no single one ({nameof(FeatureColumnNames)} lists them). " +
            "What permutes the slots of one vector, as permutation feature importance, needs a model of one vector column.");

    /// <summary>The columns of features, in the order of the network's inputs.</summary>
    public IReadOnlyList<string> FeatureColumnNames => [.. Features.Columns.Select(column => column.Name)];

    /// <summary>The type of the column of features that the network was trained on: a vector of known size, or of keys. One with the
    /// same height, width and channels in the other order (<c>ExtractPixels</c> with or without <c>interleavePixelColors</c>) is
    /// scored as well; of keys there may be any number in a row. Of several columns the vector that they make together.</summary>
    public DataViewType FeatureColumnType => Features.Type;

    /// <summary>Always true: each row is scored by itself.</summary>
    public bool IsRowToRowMapper => true;

    internal IHost Host { get; }

    internal PredictionHead Head { get; }

    internal InferencePool Sessions { get; }

    internal FeatureColumns Features { get; }

    /// <summary>The schema with the score columns behind the input's.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The feature column is missing or of another type.</exception>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        Features.Find(inputSchema);
        DataViewSchema.Builder builder = new();
        builder.AddColumns(inputSchema);
        builder.AddColumns(Head.CreateColumns(inputSchema));
        return builder.ToSchema();
    }

    /// <summary>The data with the score columns, computed when they are read.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The feature column is missing or of another type.</exception>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new ScoringView(this, input);
    }

    /// <summary>The mapper of single rows that prediction engines use.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The feature column is missing or of another type.</exception>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return new ScoringRowMapper(this, inputSchema);
    }

    /// <summary>The same network under another head of as many outputs.</summary>
    internal NeuralNetworkTransformer WithHead(PredictionHead head) =>
        new(Host, Model, head, Features, _engine, History, TestTimeAugmentation);

    /// <summary>The scores of rows that are in memory, as <see cref="Transform"/> gives them.</summary>
    internal float[] Score(TrainingData rows)
    {
        (int width, int outputs) = (Model.Definition.InputLayout.Size, Head.Outputs);
        float[] scores = new float[rows.Count * outputs], row = new float[width];
        ScoringBlock block = Sessions.RentBlock();
        try
        {
            for (int start = 0; start < rows.Count; start += block.Rows)
            {
                int count = Math.Min(block.Rows, rows.Count - start);
                block.Clear();
                for (int i = start; i < start + count; i++)
                {
                    rows.CopyFeatures([i], row);
                    block.Add(row);
                }
                block.Run(scores.AsSpan(start * outputs, count * outputs), Head);
            }
        }
        finally
        {
            Sessions.Return(block);
        }
        return scores;
    }

    void ICanSaveModel.Save(ModelSaveContext ctx) => TransformerLoader.Save(ctx, TransformerFormat.Entries(this));

    /// <summary>Releases the memory of scoring, as soon as nobody is scoring. The model can be used on; it then takes the memory
    /// anew.</summary>
    public void Dispose() => Sessions.Dispose();
}
