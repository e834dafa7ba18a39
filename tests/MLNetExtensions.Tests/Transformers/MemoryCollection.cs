namespace MLNetExtensions.Tests.Transformers;

/// <summary>Tests that measure the process run by themselves.</summary>
[CollectionDefinition("memory", DisableParallelization = true)]
public sealed class MemoryCollection;
