namespace Samples;

/// <summary>A data file that anyone can download.</summary>
/// <param name="Address">Where it lies.</param>
/// <param name="Sha256">The SHA-256 of its content, in lower-case hexadecimal digits.</param>
public sealed record PublicFile(Uri Address, string Sha256);
