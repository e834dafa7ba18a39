namespace Microsoft.ML.Transforms;

/// <summary>Gives a custom mapping to models that were saved with its contract name.</summary>
public abstract class CustomMappingFactory<TSrc, TDst> : ICustomMappingFactory where TSrc : class, new() where TDst : class, new()
{
    public abstract Action<TSrc, TDst> GetMapping();

    ITransformer ICustomMappingFactory.CreateTransformer(string contractName) =>
        new CustomMappingTransformer<TSrc, TDst>(GetMapping(), contractName);
}

/// <summary>Names the contract of a <see cref="CustomMappingFactory{TSrc, TDst}"/>.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class CustomMappingFactoryAttributeAttribute : ExtensionBaseAttribute
{
    public CustomMappingFactoryAttributeAttribute(string contractName) : base(contractName) { }
}

internal interface ICustomMappingFactory
{
    ITransformer CreateTransformer(string contractName);
}

/// <summary>Custom mappings in model files: a contract name, and the assembly where a factory of that contract makes the mapping
/// again.</summary>
internal static class CustomMappingLoader
{
    public static void Save(ModelSaveContext ctx, string contractName, Assembly assembly)
    {
        ctx.CheckAtModel();
        ctx.SetVersionInfo(VersionInfo.For(typeof(CustomMappingLoader)));
        ctx.Writer.Write(contractName);
        ctx.Writer.Write(assembly.FullName);
    }

    private static ITransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        var contractName = ctx.Reader.ReadString();
        env.ComponentCatalog.RegisterAssembly(Assembly.Load(ctx.Reader.ReadString()));
        var extension = env.ComponentCatalog.CreateExtension(typeof(CustomMappingFactoryAttributeAttribute), contractName);
        var factory = extension as ICustomMappingFactory;
        Contracts.Check(factory is not null,
            $"The class with contract '{contractName}' must derive from '{typeof(CustomMappingFactory<,>).FullName}'.");
        return factory.CreateTransformer(contractName);
    }
}
