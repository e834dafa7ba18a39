using System.Collections.Immutable;
using Microsoft.ML.Data;
using MLNetExtensions.Interop;
using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Onnx;
using MLNetExtensions.Trainers;
using Column = Microsoft.ML.DataViewSchema.Column;

namespace MLNetExtensions.Transformers;

/// <summary>Scoring as nodes of an ONNX graph: what <see cref="FeatureReader"/>, the network and the <see
/// cref="PredictionHead"/> do to a row.</summary>
internal static class OnnxScoring
{
    /// <param name="transformer">The step of the pipeline.</param>
    /// <param name="columns">The feature columns that it reads.</param>
    /// <param name="pipeline">The graph that takes the nodes.</param>
    /// <exception cref="NotSupportedException">The opset has no operator for a layer; the message names it.</exception>
    /// <exception cref="InvalidOperationException">A feature column is not in the graph.</exception>
    public static void Save(NeuralNetworkTransformer transformer, IReadOnlyList<Column> columns, OnnxPipeline pipeline)
    {
        if (transformer.TestTimeAugmentation != TestTimeAugmentation.None)
            throw new NotSupportedException(
                "A model with test-time augmentation can't be converted to ONNX, which would score the image alone. Train it with " +
                $"{nameof(NeuralNetworkOptions)}.{nameof(NeuralNetworkOptions.TestTimeAugmentation)} = None.");
        NetworkModel model = transformer.Model;
        string[] features =
            [.. transformer.Features.Columns.Zip(columns, (column, source) => Features(column, source.Type, pipeline))];
        if (features.Length > 1)
            features = [.. features.Zip(transformer.Features.Columns, (value, column) => Reshape(value, "row", [column.Layout.Width]))];
        // Of several number columns, the network has one input or one each.
        string all = features.Length == 1 ? features[0] : pipeline.Step("Concat", features, OnnxAttribute.Int("axis", 1));
        ImmutableArray<NetworkInput> taken = model.Definition.Inputs;
        string[] inputs = taken.Length == 1 ? [all] : features;
        inputs = [.. inputs.Zip(taken, (value, input) => Reshape(value, "input", input.Shape.Dimensions))];
        string outputs = pipeline.Graph(OnnxExporter.Export(model, new(), pipeline.Opset).Graph, inputs);
        outputs = Reshape(outputs, "outputs", [transformer.Head.Outputs]);
        transformer.Head.SaveOnnx(pipeline, outputs, Missing(all, pipeline));

        string Reshape(string value, string name, ReadOnlySpan<int> dimensions) =>
            pipeline.Step("Reshape", [value, pipeline.Constant(name, [-1, .. Longs(dimensions)])]);
    }

    private static string Features(FeatureColumn column, DataViewType type, OnnxPipeline pipeline)
    {
        if (column.Layout is KeySequenceLayout)
            throw new NotSupportedException(
                $"A model whose feature column '{column.Name}' has keys can't be converted to ONNX with its pipeline, " +
                $"which pads and cuts them. Export the network, which takes padded ids ({nameof(NetworkModel)}.SaveOnnx).");
        string features = pipeline.Input(column.Name);
        if (((type as VectorDataViewType)?.ItemType ?? type) != NumberDataViewType.Single)
            features = pipeline.Step("Cast", [features], OnnxAttribute.Int("to", (long)TensorProto.Types.DataType.Float));
        if (type is KeyDataViewType keys)
        {
            // What is no key, as a word that the mapping does not know, is a missing one.
            string isKey = pipeline.Step("Less", [features, pipeline.Constant("ids", (float)keys.Count + 0.5f)]);
            features = pipeline.Step("Where", [isKey, features, pipeline.Constant("none", 0f)]);
        }
        if (column.Layout is not VectorLayout layout || layout.InterleavedChannels((VectorDataViewType)type) == 1)
            return features;
        TensorShape image = layout.Image!;
        string pixels = pipeline.Step("Reshape", [features, pipeline.Constant("pixels", -1, image[1], image[2], image[0])]);
        return pipeline.Step("Transpose", [pixels], OnnxAttribute.Ints("perm", 0, 3, 1, 2));
    }

    /// <summary>[rows×1]: 0, or NaN where a feature is missing or infinite. Layers need not pass that on: ONNX leaves it open
    /// what ReLU makes of NaN.</summary>
    private static string Missing(string features, OnnxPipeline pipeline)
    {
        string difference = pipeline.Step("Sub", [features, features]);
        string rows = pipeline.Step("Flatten", [difference], OnnxAttribute.Int("axis", 1));
        return pipeline.Step("ReduceMean", [rows], OnnxAttribute.Ints("axes", 1));
    }

    private static IEnumerable<long> Longs(ReadOnlySpan<int> dimensions) => dimensions.ToArray().Select(size => (long)size);
}
