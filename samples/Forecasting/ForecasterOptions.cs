namespace Samples.Forecasting;

/// <summary>What the command line says of the network and its training.</summary>
/// <param name="Network">One of <see cref="ForecastingNetworks.Names"/>.</param>
/// <param name="Epochs">The most passes over the windows; null for as many as a series of that length takes.</param>
/// <param name="LearningRate">The learning rate; null for one that suits the network.</param>
/// <param name="BatchSize">The windows of a batch; null likewise.</param>
internal sealed record ForecasterOptions(string Network, int? Epochs, double? LearningRate, int? BatchSize);
