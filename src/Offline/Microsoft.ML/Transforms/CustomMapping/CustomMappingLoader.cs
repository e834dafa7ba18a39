using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms;

[assembly: LoadableClass(typeof(ITransformer), typeof(CustomMappingLoader), null, typeof(SignatureLoadModel),
    "", nameof(CustomMappingLoader))]

namespace Microsoft.ML.Transforms;

/// <summary>
/// Custom mappings in model files: a contract name, and the assembly where a factory of that contract makes the mapping again.
/// </summary>
internal static class CustomMappingLoader
{
    public static void Save(ModelSaveContext ctx, string contractName, Assembly assembly)
    {
        ctx.CheckAtModel();
        ctx.SetVersionInfo(VersionInfo.For(typeof(CustomMappingLoader)));
        ctx.SaveString(contractName);
        ctx.SaveString(assembly.FullName);
    }

    private static ITransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        var contractName = ctx.LoadString();
        env.ComponentCatalog.RegisterAssembly(Assembly.Load(ctx.LoadString()));
        var extension = env.ComponentCatalog.CreateExtension(typeof(CustomMappingFactoryAttributeAttribute), contractName);
        var factory = extension as ICustomMappingFactory;
        Contracts.Check(factory is not null,
            $"The class with contract '{contractName}' must derive from '{typeof(CustomMappingFactory<,>).FullName}'.");
        return factory.CreateTransformer(contractName);
    }
}
