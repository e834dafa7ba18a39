using MLNetExtensions.Tests.Api;

namespace MLNetExtensions.Reporting.Tests.Api;

/// <summary>The public API is recorded beside this file, so that no change of it goes unseen.</summary>
public sealed class PublicApiTests
{
    // The types that the protocol compiler writes are internal.
    [Fact]
    public void Of_MLNetExtensions_Reporting() => PublicApi.Compare(typeof(HtmlReport).Assembly);
}
