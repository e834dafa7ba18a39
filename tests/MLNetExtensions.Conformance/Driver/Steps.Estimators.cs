using System.Text.Json.Nodes;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace MLNetExtensions.Conformance;

public static partial class Steps
{
    private const int MaximumNumberOfKeys = 1000000;

    public static readonly Dictionary<string, Func<MLContext, JsonNode, IEstimator<ITransformer>>> Estimators = new()
    {
        ["Concatenate"] = (ml, s) => ml.Transforms.Concatenate(Output(s), s.Strs("inputs")),
        ["CopyColumns"] = (ml, s) => ml.Transforms.CopyColumns(Output(s), Input(s)),
        ["SelectColumns"] = (ml, s) => s["keepHidden"] is null ? ml.Transforms.SelectColumns(s.Strs("columns"))
            : ml.Transforms.SelectColumns(s.Strs("columns"), s.Bool("keepHidden")),
        ["DropColumns"] = (ml, s) => ml.Transforms.DropColumns(s.Strs("columns")),
        ["ReplaceMissingValues"] = (ml, s) => Pairs(s) is { } pairs ? ml.Transforms.ReplaceMissingValues(pairs, Replacement(s),
            s.Bool("imputeBySlot", true))
            : ml.Transforms.ReplaceMissingValues(Output(s), Input(s), Replacement(s), s.Bool("imputeBySlot", true)),
        ["IndicateMissingValues"] = (ml, s) => Pairs(s) is { } pairs ? ml.Transforms.IndicateMissingValues(pairs)
            : ml.Transforms.IndicateMissingValues(Output(s), Input(s)),
        ["NormalizeMinMax"] = (ml, s) => Pairs(s) is { } pairs ? ml.Transforms.NormalizeMinMax(pairs, Examples(s),
            s.Bool("fixZero", true))
            : ml.Transforms.NormalizeMinMax(Output(s), Input(s), Examples(s), s.Bool("fixZero", true)),
        ["NormalizeMeanVariance"] = (ml, s) => Pairs(s) is { } pairs
            ? ml.Transforms.NormalizeMeanVariance(pairs, Examples(s), s.Bool("fixZero", true), s.Bool("useCdf"))
            : ml.Transforms.NormalizeMeanVariance(Output(s), Input(s), Examples(s), s.Bool("fixZero", true), s.Bool("useCdf")),
        ["NormalizeLogMeanVariance"] = (ml, s) => (Pairs(s), s["fixZero"]) switch
        {
            ({ } pairs, null) => ml.Transforms.NormalizeLogMeanVariance(pairs, Examples(s), s.Bool("useCdf", true)),
            ({ } pairs, _) => ml.Transforms.NormalizeLogMeanVariance(pairs, s.Bool("fixZero"), Examples(s),
                s.Bool("useCdf", true)),
            (_, null) => ml.Transforms.NormalizeLogMeanVariance(Output(s), Input(s), Examples(s), s.Bool("useCdf", true)),
            _ => ml.Transforms.NormalizeLogMeanVariance(Output(s), s.Bool("fixZero"), Input(s), Examples(s),
                s.Bool("useCdf", true)),
        },
        ["NormalizeRobustScaling"] = (ml, s) => Pairs(s) is { } pairs
            ? ml.Transforms.NormalizeRobustScaling(pairs, Examples(s), s.Bool("centerData", true), (uint)s.Int("quantileMin", 25),
                (uint)s.Int("quantileMax", 75))
            : ml.Transforms.NormalizeRobustScaling(Output(s), Input(s), Examples(s), s.Bool("centerData", true),
                (uint)s.Int("quantileMin", 25), (uint)s.Int("quantileMax", 75)),
        ["NormalizeBinning"] = (ml, s) => Pairs(s) is { } pairs
            ? ml.Transforms.NormalizeBinning(pairs, Examples(s), s.Bool("fixZero", true), s.Int("maximumBinCount", 1024))
            : ml.Transforms.NormalizeBinning(Output(s), Input(s), Examples(s), s.Bool("fixZero", true),
                s.Int("maximumBinCount", 1024)),
        ["ConvertType"] = (ml, s) => Pairs(s) is { } pairs ? ml.Transforms.Conversion.ConvertType(pairs,
            s.EnumOf("outputKind", DataKind.Single))
            : ml.Transforms.Conversion.ConvertType(Output(s), Input(s), s.EnumOf("outputKind", DataKind.Single)),
        ["MapValueToKey"] = (ml, s) => Pairs(s) is { } pairs
            ? ml.Transforms.Conversion.MapValueToKey(pairs, Keys(s), Order(s), s.Bool("addKeyValueAnnotationsAsText"), KeyData(s))
            : ml.Transforms.Conversion.MapValueToKey(Output(s), Input(s), Keys(s), Order(s),
                s.Bool("addKeyValueAnnotationsAsText"), KeyData(s)),
        ["MapKeyToValue"] = (ml, s) => Pairs(s) is { } pairs ? ml.Transforms.Conversion.MapKeyToValue(pairs)
            : ml.Transforms.Conversion.MapKeyToValue(Output(s), Input(s)),
        ["MapKeyToVector"] = (ml, s) => Pairs(s) is { } pairs ? ml.Transforms.Conversion.MapKeyToVector(pairs,
            s.Bool("outputCountVector"))
            : ml.Transforms.Conversion.MapKeyToVector(Output(s), Input(s), s.Bool("outputCountVector")),
        ["OneHotEncoding"] = (ml, s) => Pairs(s) is { } pairs
            ? ml.Transforms.Categorical.OneHotEncoding(pairs,
                s.EnumOf("outputKind", OneHotEncodingEstimator.OutputKind.Indicator), Keys(s), Order(s), KeyData(s))
            : ml.Transforms.Categorical.OneHotEncoding(Output(s), Input(s),
                s.EnumOf("outputKind", OneHotEncodingEstimator.OutputKind.Indicator), Keys(s), Order(s), KeyData(s)),
        ["CustomMapping"] = (ml, s) => Custom.Mapping(ml, s.Str("mapping"), s.Str("contract")),
    };

    private static string Output(JsonNode step) => step.Str("output");

    private static string Input(JsonNode step) => step.Str("input");

    private static long Examples(JsonNode step) => step.Long("maximumExampleCount", 1000000000);

    private static int Keys(JsonNode step) => step.Int("maximumNumberOfKeys", MaximumNumberOfKeys);

    private static MemoryView KeyData(JsonNode step) => step.List("keyData") is { } columns ? new MemoryView(columns) : null;

    private static ValueToKeyMappingEstimator.KeyOrdinality Order(JsonNode step) =>
        step.EnumOf("keyOrdinality", ValueToKeyMappingEstimator.KeyOrdinality.ByOccurrence);

    private static MissingValueReplacingEstimator.ReplacementMode Replacement(JsonNode step) =>
        step.EnumOf("replacementMode", MissingValueReplacingEstimator.ReplacementMode.DefaultValue);

    private static InputOutputColumnPair[] Pairs(JsonNode step) => step.List("pairs")?.Select(pair =>
        new InputOutputColumnPair(pair[0]?.GetValue<string>(),
            pair.AsArray().Count > 1 ? pair[1]?.GetValue<string>() : null)).ToArray();
}
