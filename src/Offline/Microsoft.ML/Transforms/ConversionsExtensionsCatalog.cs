using static Microsoft.ML.Transforms.ValueToKeyMappingEstimator;
using static Microsoft.ML.TransformsCatalog;

namespace Microsoft.ML;

public static class ConversionsExtensionsCatalog
{
    public static TypeConvertingEstimator ConvertType(this ConversionTransforms catalog, string outputColumnName,
        string inputColumnName = null, DataKind outputKind = DataKind.Single) =>
        ConvertType(catalog, [new(outputColumnName, inputColumnName)], outputKind);

    public static TypeConvertingEstimator ConvertType(this ConversionTransforms catalog, InputOutputColumnPair[] columns,
        DataKind outputKind = DataKind.Single) => new(columns, outputKind);

    public static KeyToValueMappingEstimator MapKeyToValue(this ConversionTransforms catalog, string outputColumnName,
        string inputColumnName = null) => MapKeyToValue(catalog, [new(outputColumnName, inputColumnName)]);

    public static KeyToValueMappingEstimator MapKeyToValue(this ConversionTransforms catalog, InputOutputColumnPair[] columns) =>
        new(columns);

    public static KeyToVectorMappingEstimator MapKeyToVector(this ConversionTransforms catalog, string outputColumnName,
        string inputColumnName = null, bool outputCountVector = false) =>
        MapKeyToVector(catalog, [new(outputColumnName, inputColumnName)], outputCountVector);

    public static KeyToVectorMappingEstimator MapKeyToVector(this ConversionTransforms catalog, InputOutputColumnPair[] columns,
        bool outputCountVector = false) => new(columns, outputCountVector ? KeyVectorKind.Counts : KeyVectorKind.Indicator);

    public static ValueToKeyMappingEstimator MapValueToKey(this ConversionTransforms catalog, string outputColumnName,
        string inputColumnName = null, int maximumNumberOfKeys = 1000000,
        KeyOrdinality keyOrdinality = KeyOrdinality.ByOccurrence, bool addKeyValueAnnotationsAsText = false,
        IDataView keyData = null) =>
        MapValueToKey(catalog, [new(outputColumnName, inputColumnName)], maximumNumberOfKeys, keyOrdinality,
            addKeyValueAnnotationsAsText, keyData);

    public static ValueToKeyMappingEstimator MapValueToKey(this ConversionTransforms catalog, InputOutputColumnPair[] columns,
        int maximumNumberOfKeys = 1000000, KeyOrdinality keyOrdinality = KeyOrdinality.ByOccurrence,
        bool addKeyValueAnnotationsAsText = false, IDataView keyData = null) =>
        new(catalog.GetEnvironment(), columns, maximumNumberOfKeys, keyOrdinality, addKeyValueAnnotationsAsText, keyData);
}
