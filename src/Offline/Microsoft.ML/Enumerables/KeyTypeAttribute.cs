namespace Microsoft.ML.Data;

/// <summary>The column of the member is a key. A scalar member counts from 0; the values of a vector are raw.</summary>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property)]
public sealed class KeyTypeAttribute : Attribute
{
    public KeyTypeAttribute() => throw new NotSupportedException("Using KeyType without the Count parameter is not supported");
    public KeyTypeAttribute(ulong count) => Count = count;
    internal ulong Count { get; }
}
