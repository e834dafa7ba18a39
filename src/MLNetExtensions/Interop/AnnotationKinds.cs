namespace MLNetExtensions.Interop;

/// <summary>The kinds of annotations that ML.NET's evaluators and tools look for on score columns.</summary>
internal static class AnnotationKinds
{
    public const string ScoreColumnKind = "ScoreColumnKind";
    public const string ScoreColumnSetId = "ScoreColumnSetId";
    public const string ScoreValueKind = "ScoreValueKind";
    public const string IsNormalized = "IsNormalized";
    public const string KeyValues = "KeyValues";
    public const string SlotNames = "SlotNames";
    public const string TrainingLabelValues = "TrainingLabelValues";

    /// <summary>The value of <see cref="ScoreColumnKind"/> for two classes.</summary>
    public const string BinaryClassification = "BinaryClassification";

    /// <summary>The value of <see cref="ScoreColumnKind"/> for several numbers.</summary>
    public const string MultiOutputRegression = "MultiOutputRegression";
}
