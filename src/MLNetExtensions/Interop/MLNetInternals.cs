using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace MLNetExtensions.Interop;

/// <summary>The small internal services of ML.NET that a trainer needs, under names of our own.</summary>
internal static class MLNetInternals
{
    /// <summary>The environment behind a catalog of trainers.</summary>
    public static IHostEnvironment Environment(TrainCatalogBase.CatalogInstantiatorBase catalog) =>
        CatalogUtils.GetEnvironment(catalog);

    /// <summary>The environment behind a catalog of transforms.</summary>
    public static IHostEnvironment Environment(TransformsCatalog catalog) => CatalogUtils.GetEnvironment(catalog);

    /// <summary>The environment behind a catalog of data operations.</summary>
    public static IHostEnvironment Environment(DataOperationsCatalog catalog) => CatalogUtils.GetEnvironment(catalog);

    /// <summary>The device that the context was told to use (<see cref="MLContext.GpuDeviceId"/>; null for the processor), and
    /// whether the processor may stand in for it (<see cref="MLContext.FallbackToCpu"/>).</summary>
    public static (int? DeviceId, bool FallbackToCpu) Gpu(IHostEnvironment env) =>
        env is IHostEnvironmentInternal settings ? (settings.GpuDeviceId, settings.FallbackToCpu) : (null, true);

    /// <summary>What pipelines and AutoML want to know of a trainer: whether it wants normalised features, and that it can use a
    /// validation set and go on from a model.</summary>
    public static TrainerInfo TrainerInfo(bool wantsNormalization) =>
        new(normalization: wantsNormalization, caching: false, supportValid: true, supportIncrementalTrain: true);

    /// <summary>Whether the context was cancelled.</summary>
    public static bool IsCanceled(IHostEnvironment env) => env is ICancelable { IsCanceled: true };

    /// <summary>Throws when the context was cancelled, as AutoML does when its time is up.</summary>
    /// <exception cref="OperationCanceledException">The context was cancelled.</exception>
    public static void CheckAlive(IHostEnvironment env)
    {
        if (IsCanceled(env))
            throw new OperationCanceledException("Operation was canceled.");
    }

    /// <summary>The next free identifier for a set of score columns.</summary>
    public static uint NextScoreColumnSetId(DataViewSchema schema) =>
        schema.GetMaxAnnotationKind(out _, AnnotationKinds.ScoreColumnSetId) + 1;

    /// <summary>The type of <see cref="AnnotationKinds.ScoreColumnSetId"/>.</summary>
    public static KeyDataViewType ScoreColumnSetIdType => AnnotationUtils.ScoreColumnSetIdType;
}
