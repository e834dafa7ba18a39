using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms;

[assembly: LoadableClass(typeof(ITransformer), typeof(MissingValueIndicatorTransformer), null, typeof(SignatureLoadModel), "", nameof(MissingValueIndicatorTransformer))]

namespace Microsoft.ML.Transforms;

/// <summary>True where a value is missing, slot by slot.</summary>
public sealed class MissingValueIndicatorTransformer : OneToOneTransformerBase
{
    internal MissingValueIndicatorTransformer(IHostEnvironment env, (string outputColumnName, string inputColumnName)[] columns)
        : base(env.Register(nameof(MissingValueIndicatorTransformer)), columns) { }

    private MissingValueIndicatorTransformer(IHostEnvironment env, ModelLoadContext ctx)
        : base(env.Register(nameof(MissingValueIndicatorTransformer)), ctx) { }

    private protected override void SaveModel(ModelSaveContext ctx) => SaveColumns(ctx);

    private protected override MappedColumn MapColumn(int i, string outputColumnName, DataViewSchema.Column input) =>
        Generic.Call<MappedColumn>(MapColumn<int>, input.Type.GetItemType().RawType, outputColumnName, input);

    private static MappedColumn MapColumn<T>(string name, DataViewSchema.Column input)
    {
        var isMissing = MissingValues.Test<T>(input.Type.GetItemType())
            ?? throw new InvalidOperationException($"No IsNA predicate for '{input.Type.GetItemType()}': column '{input.Name}' has no missing values.");
        var annotations = input.Keep(true, AnnotationUtils.Kinds.SlotNames);
        if (input.Type is not VectorDataViewType vector)
            return MappedColumn.Map(name, BooleanDataViewType.Instance, annotations, input, (in T value, ref bool result) => result = isMissing(value));

        var absentIsMissing = isMissing(default);
        return MappedColumn.Map(name, new VectorDataViewType(BooleanDataViewType.Instance, vector.Dimensions), annotations, input,
            (in VBuffer<T> row, ref VBuffer<bool> result) =>
            {
                var values = row.GetValues();
                var slots = row.GetIndices();
                var toDense = !row.IsDense && absentIsMissing;
                var editor = VBufferEditor.Create(ref result, row.Length, toDense ? row.Length : values.Length);
                if (toDense) editor.Values.Fill(true);
                else slots.CopyTo(editor.Indices);
                for (var i = 0; i < values.Length; i++) editor.Values[toDense ? slots[i] : i] = isMissing(values[i]);
                result = editor.Commit();
            });
    }
}
