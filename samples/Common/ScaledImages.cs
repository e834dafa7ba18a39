using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Training;

namespace Samples;

/// <summary>Images with pixels on another scale than bytes, and their classes as targets.</summary>
/// <param name="Images">The images.</param>
/// <param name="Classes">The number of classes.</param>
public sealed record ScaledImages(TrainingData Images, int Classes)
{
    /// <summary>Reads files of MNIST's format.</summary>
    /// <param name="imagesPath">The images.</param>
    /// <param name="labelsPath">Their classes.</param>
    /// <param name="scale">What becomes of a pixel.</param>
    public static ScaledImages Read(string imagesPath, string labelsPath, Func<byte, float> scale)
    {
        IDataView view = new MLContext().Data.LoadFromIdxFiles(imagesPath, labelsPath);
        int[] shape = [.. ((VectorDataViewType)view.Schema["Features"].Type).Dimensions];
        float[] pixels = [.. view.GetColumn<byte[]>("Features").SelectMany(image => image).Select(scale)];
        float[] labels = [.. view.GetColumn<uint>("Label").Select(key => (float)(key - 1))];
        return new(
            new InMemoryTrainingData<float>(new(shape), pixels, labels),
            (int)((KeyDataViewType)view.Schema["Label"].Type).Count);
    }
}
