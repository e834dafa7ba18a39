namespace Microsoft.ML.SearchSpace;

[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field, Inherited = false)]
public sealed class NestOptionAttribute : Attribute;
