using MLNetExtensions.Networks;
using MLNetExtensions.Transformers;

namespace MLNetExtensions.Tests.Api;

/// <summary>The public API of each package is recorded beside this file, so that no change of it goes unseen.</summary>
public sealed class PublicApiTests
{
    [Fact]
    public void Of_MLNetExtensions() => PublicApi.Compare(typeof(NeuralNetworkTransformer).Assembly);

    [Fact]
    public void Of_MLNetExtensions_Networks() => PublicApi.Compare(typeof(NetworkDefinition).Assembly);
}
