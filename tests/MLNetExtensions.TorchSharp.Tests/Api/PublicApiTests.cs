using Microsoft.ML;
using MLNetExtensions.Tests.Api;

namespace MLNetExtensions.TorchSharp.Tests.Api;

/// <summary>The public API is recorded beside this file, so that no change of it goes unseen.</summary>
public sealed class PublicApiTests
{
    [Fact]
    public void Of_MLNetExtensions_Networks_TorchSharp() => PublicApi.Compare(typeof(TorchSharpEngine).Assembly);

    [Fact]
    public void Of_MLNetExtensions_TorchSharp() => PublicApi.Compare(typeof(TorchSharpNeuralNetworkCatalog).Assembly);
}
