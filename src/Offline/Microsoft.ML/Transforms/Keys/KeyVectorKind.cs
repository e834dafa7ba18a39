namespace Microsoft.ML.Transforms;

/// <summary>How keys become numbers: a one for each key, the counts of the keys of a vector, or the bits of each key.</summary>
internal enum KeyVectorKind : byte
{
    Indicator,
    Counts,
    Bits,
}
