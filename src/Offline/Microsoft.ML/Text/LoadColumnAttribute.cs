namespace Microsoft.ML.Data;

/// <summary>Which field, range of fields or list of fields of a text file a member is loaded from.</summary>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property, AllowMultiple = false, Inherited = true)]
public sealed class LoadColumnAttribute : Attribute
{
    public LoadColumnAttribute(int fieldIndex) => Sources = [new TextLoader.Range(fieldIndex)];
    public LoadColumnAttribute(int start, int end) => Sources = [new TextLoader.Range(start, end)];
    public LoadColumnAttribute(int[] columnIndexes) => Sources = [.. columnIndexes.Select(i => new TextLoader.Range(i))];
    internal TextLoader.Range[] Sources { get; }
}

/// <summary>The name of a database field. Text files are loaded by position: it does not replace a LoadColumn.</summary>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property, AllowMultiple = false, Inherited = true)]
public sealed class LoadColumnNameAttribute : Attribute
{
    public LoadColumnNameAttribute(string fieldName) => Sources = [fieldName];
    public LoadColumnNameAttribute(params string[] fieldNames) => Sources = fieldNames;
    internal IReadOnlyList<string> Sources { get; }
}
