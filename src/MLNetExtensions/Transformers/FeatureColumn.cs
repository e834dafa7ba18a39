namespace MLNetExtensions.Transformers;

/// <summary>A column that a network takes.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Layout">How its values become an input.</param>
internal sealed record FeatureColumn(string Name, FeatureLayout Layout);
