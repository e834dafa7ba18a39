namespace Microsoft.ML.SearchSpace;

/// <summary>Searches the members of a property or field.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field, Inherited = false)]
public sealed class NestOptionAttribute : Attribute;
