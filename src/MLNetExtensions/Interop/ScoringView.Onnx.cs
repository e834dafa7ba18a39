using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Model.OnnxConverter;
using MLNetExtensions.Interop;

namespace MLNetExtensions.Transformers;

/// <content>A step for ML.NET's converter to ONNX: it walks back from the scored data to the source over the views that implement
/// this interface, and begins behind any other.</content>
internal sealed partial class ScoringView : ITransformCanSaveOnnx
{
    IDataView IDataTransform.Source => input;

    // What can't be written is an error that says why; "no" would leave the network out and tell only the log.
    bool ICanSaveOnnx.CanSaveOnnx(OnnxContext context) => true;

    void ISaveAsOnnx.SaveAsOnnx(OnnxContext context) =>
        OnnxScoring.Save(transformer, _features, new OnnxPipeline(context, Schema));

    void ICanSaveModel.Save(ModelSaveContext context) => ((ICanSaveModel)transformer).Save(context);
}
