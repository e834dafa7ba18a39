namespace MLNetExtensions.Packaging;

/// <summary>The tests that share <see cref="PackedPackages"/>.</summary>
[CollectionDefinition(nameof(PackagesCollection))]
public sealed class PackagesCollection : ICollectionFixture<PackedPackages>;
