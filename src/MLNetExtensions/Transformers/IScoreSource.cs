namespace MLNetExtensions.Transformers;

/// <summary>Where getters of score columns find the scores of the row that they are asked for.</summary>
internal interface IScoreSource
{
    /// <summary>The scores of the current row, as <see cref="PredictionHead.Finish"/> left them.</summary>
    ReadOnlySpan<float> Current { get; }
}
