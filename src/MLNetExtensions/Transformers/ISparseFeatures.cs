using MLNetExtensions.Networks.Training;

namespace MLNetExtensions.Transformers;

/// <summary>Features of which a row may store only some.</summary>
internal interface ISparseFeatures
{
    /// <summary>Whether the row that was read last does.</summary>
    bool IsSparse { get; }

    /// <summary>Adds what that row stores, as floats.</summary>
    void AddTo(SparseBuffer rows);
}
