using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms;
using static Microsoft.ML.Transforms.LpNormNormalizingEstimatorBase;

[assembly: LoadableClass(typeof(ITransformer), typeof(LpNormNormalizingTransformer), null, typeof(SignatureLoadModel), "",
    nameof(LpNormNormalizingTransformer))]

namespace Microsoft.ML.Transforms;

/// <summary>Brings each row of a vector column to a norm of 1, or to a scale, after taking off its mean if so asked.</summary>
public sealed class LpNormNormalizingTransformer : OneToOneTransformerBase
{
    private const float MinScale = 1e-8f;

    private readonly NormFunction _norm;
    private readonly bool _ensureZeroMean;
    private readonly float _scale;

    internal LpNormNormalizingTransformer(IHostEnvironment env, string outputColumnName, string inputColumnName,
        NormFunction norm, bool ensureZeroMean, float scale)
        : base(env.Register(nameof(LpNormNormalizingTransformer)), (outputColumnName, inputColumnName))
    {
        Contracts.CheckParam(!string.IsNullOrWhiteSpace(outputColumnName), nameof(outputColumnName),
            "The name cannot be white space");
        Contracts.CheckParam(!string.IsNullOrWhiteSpace(inputColumnName), nameof(inputColumnName),
            "The name cannot be white space");
        Contracts.CheckParam(scale is > 0 and < float.PositiveInfinity, nameof(scale), "scale must be a positive finite value");
        (_norm, _ensureZeroMean, _scale) = (norm, ensureZeroMean, scale);
    }

    private LpNormNormalizingTransformer(IHostEnvironment env, ModelLoadContext ctx)
        : base(env.Register(nameof(LpNormNormalizingTransformer)), ctx) =>
        (_norm, _ensureZeroMean, _scale) =
            ((NormFunction)ctx.Reader.ReadByte(), ctx.Reader.ReadBoolean(), ctx.Reader.ReadSingle());

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        SaveColumns(ctx);
        ctx.Writer.Write((byte)_norm);
        ctx.Writer.Write(_ensureZeroMean);
        ctx.Writer.Write(_scale);
    }

    private protected override MappedColumn MapColumn(int i, string outputColumnName, DataViewSchema.Column input)
    {
        if (input.Type is not VectorDataViewType { IsKnownSize: true } vector || vector.ItemType != NumberDataViewType.Single)
            throw Contracts.ExceptSchemaMismatch("inputSchema", "input", input.Name, "known-size vector of Single",
                input.Type.ToString());
        return MappedColumn.Map<VBuffer<float>, VBuffer<float>>(outputColumnName, input.Type,
            input.Keep(true, AnnotationUtils.Kinds.SlotNames), input, Normalize);
    }

    private void Normalize(in VBuffer<float> row, ref VBuffer<float> result)
    {
        var values = row.GetValues();
        var mean = _ensureZeroMean || _norm == NormFunction.StandardDeviation ? Sum(values) / Math.Max(1, row.Length) : 0;
        var norm = Norm(values, row.Length, mean);
        var scale = norm > 0 ? _scale / norm : _scale;
        if (scale < MinScale) scale = 1;

        // an empty sparse row stays empty whatever its mean
        var offset = _ensureZeroMean && values.Length > 0 ? mean : 0;
        var editor = VBufferEditor.Create(ref result, row.Length, offset == 0 ? values.Length : row.Length);
        var target = editor.Values;
        if (offset == 0)
        {
            row.GetIndices().CopyTo(editor.Indices);
            for (var i = 0; i < values.Length; i++) target[i] = values[i] * scale;
        }
        else
        {
            row.CopyTo(target);
            for (var i = 0; i < target.Length; i++) target[i] = (target[i] - offset) * scale;
        }
        result = editor.Commit();
    }

    /// <summary>The norm of the stored values less the mean; only the deviation sees what a sparse row leaves out.</summary>
    private float Norm(ReadOnlySpan<float> values, int length, float mean)
    {
        float sum = 0, largest = 0;
        foreach (var value in values)
        {
            var x = value - mean;
            sum += _norm == NormFunction.L1 ? Math.Abs(x) : x * x;
            if (Math.Abs(x) > largest) largest = Math.Abs(x);
        }
        return _norm switch
        {
            NormFunction.L1 => sum,
            NormFunction.Infinity => largest,
            NormFunction.StandardDeviation when !values.IsEmpty =>
                MathF.Sqrt((sum + (length - values.Length) * mean * mean) / length),
            _ => MathF.Sqrt(sum), // 0 of an empty row, by the deviation too
        };
    }

    private static float Sum(ReadOnlySpan<float> values)
    {
        float sum = 0;
        foreach (var value in values) sum += value;
        return sum;
    }
}
