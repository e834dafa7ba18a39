namespace Microsoft.ML;

/// <summary>What a trainer wants of its data. What else it can do, nothing here asks.</summary>
public sealed class TrainerInfo
{
    internal TrainerInfo(bool normalization = true, bool calibration = false, bool caching = true, bool supportValid = false,
        bool supportIncrementalTrain = false, bool supportTest = false) =>
        (NeedNormalization, WantCaching) = (normalization, caching);

    public bool NeedNormalization { get; }
    public bool WantCaching { get; }
}
