using MLNetExtensions.Tests.Api;

namespace MLNetExtensions.AutoML.Tests.Api;

/// <summary>The public API is recorded beside this file, so that no change of it goes unseen.</summary>
public sealed class PublicApiTests
{
    [Fact]
    public void Of_MLNetExtensions_AutoML() => PublicApi.Compare(typeof(NeuralNetworkHyperparameters).Assembly);
}
