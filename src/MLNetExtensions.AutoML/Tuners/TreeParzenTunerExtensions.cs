using Microsoft.ML.AutoML;
using MLNetExtensions.AutoML;

namespace Microsoft.ML;

/// <summary>The tuner of this library, beside ML.NET's <c>SetCostFrugalTuner</c> and its like.</summary>
public static class TreeParzenTunerExtensions
{
    /// <summary>Searches by <see cref="TreeParzenTuner"/>. After <c>SetPipeline</c>, which sets a tuner itself.</summary>
    /// <param name="experiment">The experiment.</param>
    /// <param name="startupTrials">The trials at random before densities are estimated, at least 1.</param>
    public static AutoMLExperiment SetTreeParzenTuner(
        this AutoMLExperiment experiment, int startupTrials = TreeParzenTuner.DefaultStartupTrials)
    {
        ArgumentNullException.ThrowIfNull(experiment);
        ArgumentOutOfRangeException.ThrowIfLessThan(startupTrials, 1);
        return experiment.SetTuner(services => new TreeParzenTuner(
            (AutoMLExperiment.AutoMLExperimentSettings)services.GetService(typeof(AutoMLExperiment.AutoMLExperimentSettings))!,
            startupTrials));
    }
}
