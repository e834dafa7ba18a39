using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetExtensions.Interop;
using static Microsoft.ML.DataViewSchema;

namespace MLNetExtensions.Transformers;

/// <summary>Two classes: one logit.</summary>
internal sealed class BinaryHead : LogitHead
{
    protected override string Kind => AnnotationKinds.BinaryClassification;

    public override int Outputs => 1;

    protected override DataViewType Describe(string column, Annotations.Builder annotations)
    {
        if (column == Probability)
            annotations.AddPrimitiveValue(AnnotationKinds.IsNormalized, BooleanDataViewType.Instance, true);
        return column == PredictedLabel ? BooleanDataViewType.Instance : NumberDataViewType.Single;
    }

    public override Delegate CreateGetter(string column, IScoreSource source) => column switch
    {
        PredictedLabel => (ValueGetter<bool>)((ref bool value) => value = source.Current[0] > 0),
        Probability => (ValueGetter<float>)((ref float value) => value = Sigmoid(source.Current[0])),
        _ => (ValueGetter<float>)((ref float value) => value = source.Current[0]),
    };
}
