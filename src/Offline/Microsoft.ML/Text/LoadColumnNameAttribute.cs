namespace Microsoft.ML.Data;

/// <summary>The name of a database field. Text files are loaded by position: it does not replace a LoadColumn.</summary>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property, AllowMultiple = false, Inherited = true)]
public sealed class LoadColumnNameAttribute : Attribute
{
    public LoadColumnNameAttribute(string fieldName) => Sources = [fieldName];
    public LoadColumnNameAttribute(params string[] fieldNames) => Sources = fieldNames;
    internal IReadOnlyList<string> Sources { get; }
}
