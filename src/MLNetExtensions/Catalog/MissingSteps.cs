namespace Microsoft.ML;

/// <summary>What becomes of steps that a series lacks: values that are missing (NaN), and rows by whose absence the times of two
/// neighbours are further apart than others.</summary>
public enum MissingSteps
{
    /// <summary>An error that names the first.</summary>
    Error,

    /// <summary>The last value goes on.</summary>
    CarryForward,
}
