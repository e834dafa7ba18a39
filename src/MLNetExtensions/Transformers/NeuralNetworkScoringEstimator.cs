using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNetExtensions.Interop;
using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Managed;
using MLNetExtensions.Persistence;
using MLNetExtensions.Trainers;

namespace MLNetExtensions.Transformers;

/// <summary>A step of a pipeline that runs a network, or the part of it up to a layer, on a column: features for any trainer. It
/// learns nothing; fitting it tells the order of pixels by the column.</summary>
public sealed class NeuralNetworkScoringEstimator : IEstimator<NeuralNetworkTransformer>
{
    private readonly IHost _host;
    private readonly string _outputColumnName, _inputColumnName;
    private readonly NetworkModel _model;
    private readonly bool? _interleavedPixels;

    internal NeuralNetworkScoringEstimator(
        IHostEnvironment env, string outputColumnName, string inputColumnName, NetworkModel model, bool? interleavedPixels)
    {
        _host = env.Register(nameof(NeuralNetworkScoringEstimator));
        (_outputColumnName, _inputColumnName) = (outputColumnName, inputColumnName);
        (_model, _interleavedPixels) = (model, interleavedPixels);
    }

    /// <summary>The step for data of the input's schema; no row is read.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The input column is missing, or not what the network takes.</exception>
    public NeuralNetworkTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        ColumnShapes.FindFeatures(ColumnShapes.Of(input.Schema), _inputColumnName, takesKeys: true);
        FeatureLayout layout = Layout(input.Schema[_inputColumnName]);
        return new(
            _host, _model, new FeatureHead(_outputColumnName, checked((int)_model.Definition.OutputShape.Size)),
            new(new FeatureColumn(_inputColumnName, layout)), ManagedEngine.Default, new("", []));
    }

    /// <summary>The schema with the output column, for a pipeline that is checked before it is fitted.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The input column is missing or of the wrong type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        ColumnShapes.FindFeatures(inputSchema, _inputColumnName, takesKeys: true);
        Dictionary<string, SchemaShape.Column> columns = inputSchema.ToDictionary(column => column.Name);
        columns[_outputColumnName] = ColumnShapes.Vector(_outputColumnName, NumberDataViewType.Single);
        return new(columns.Values);
    }

    private FeatureLayout Layout(DataViewSchema.Column column)
    {
        VectorDataViewType type = (VectorDataViewType)column.Type;
        NetworkDefinition network = _model.Definition;
        if (KeySequenceLayout.IsOfKeys(type))
        {
            KeySequenceLayout.RequireIds(network, _inputColumnName, type);
            return new KeySequenceLayout(type, network.InputLayout.Size, KeyValues.Of(column));
        }
        (TensorShape shape, bool isInterleaved) = PixelOrder.Choose(_inputColumnName, type, network.InputShape, _interleavedPixels);
        return PixelOrder.Layout(type, isInterleaved, shape);
    }
}
