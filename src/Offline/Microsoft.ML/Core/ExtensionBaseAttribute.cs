namespace Microsoft.ML;

/// <summary>Base of the attributes that name a class by a contract, so that a loaded model finds it.</summary>
[AttributeUsage(AttributeTargets.Class)]
public abstract class ExtensionBaseAttribute : Attribute
{
    private protected ExtensionBaseAttribute(string contractName) => ContractName = contractName;
    public string ContractName { get; }
}
