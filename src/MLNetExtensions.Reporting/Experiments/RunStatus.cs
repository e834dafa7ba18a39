namespace MLNetExtensions.Reporting.Experiments;

/// <summary>How far a run is.</summary>
public enum RunStatus
{
    /// <summary>It has not ended, or its process did before it could say so.</summary>
    Running,

    /// <summary>It ended well.</summary>
    Finished,

    /// <summary>It ended by an error, or was given up.</summary>
    Failed,
}
