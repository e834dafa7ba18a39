namespace MLNetExtensions.Benchmarks.Peers;

/// <summary>What a comparison is with is not installed here, or does not run here.</summary>
internal sealed class LibraryMissingException(string message) : Exception(message);
