namespace Microsoft.ML.Runtime;

/// <summary>The classes that models name: loaders by signature and name, extensions by attribute and contract. The loaders of
/// this assembly are named by their types and need no registration.</summary>
public sealed class ComponentCatalog
{
    private const BindingFlags Any = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance;
    private readonly Lock _lock = new();
    private readonly HashSet<Assembly> _assemblies = [];
    private readonly Dictionary<(Type Signature, string Name), LoadableClassAttribute> _loaders = [];
    private readonly Dictionary<(Type Attribute, string Contract), Type> _extensions = [];
    internal ComponentCatalog() { }

    public void RegisterAssembly(Assembly assembly, bool throwOnError = true)
    {
        Contracts.CheckValue(assembly, nameof(assembly));
        lock (_lock)
        {
            if (!_assemblies.Add(assembly)) return;
            foreach (var loader in assembly.GetCustomAttributes<LoadableClassAttribute>())
                foreach (var name in loader.LoadNames) Add(_loaders, (loader.SignatureType, Canonical(name)), loader);
            foreach (var type in assembly.GetTypes())
                foreach (var extension in type.GetCustomAttributes<ExtensionBaseAttribute>(inherit: false))
                    Add(_extensions, (extension.GetType(), extension.ContractName), type);
        }

        void Add<TKey, TValue>(Dictionary<TKey, TValue> map, TKey key, TValue value)
        {
            if (!map.TryAdd(key, value) && throwOnError)
                throw new InvalidOperationException($"{assembly} registers {value} as {key}, which {map[key]} is already.");
        }
    }

    /// <summary>Makes a component by its constructor or static Create for these arguments; null without such a loader.</summary>
    internal object CreateOrNull(Type signature, string name, object[] arguments)
    {
        Type loader;
        lock (_lock)
            loader = _loaders.GetValueOrDefault((signature, Canonical(name)))?.LoaderType
                ?? (name.Length > 0 ? GetType().Assembly.GetType(name) : null);
        if (loader is null) return null;
        var maker = loader.GetMethods(Any).Where(m => m is { Name: "Create", IsStatic: true })
            .Concat<MethodBase>(loader.GetConstructors(Any)).FirstOrDefault(m => Fits(m.GetParameters()))
            ?? throw new InvalidOperationException($"{loader} has no constructor or static Create to load with.");
        try
        {
            return maker is ConstructorInfo constructor ? constructor.Invoke(arguments) : maker.Invoke(null, arguments);
        }
        catch (TargetInvocationException e) when (e.InnerException?.Source == GetType().Assembly.GetName().Name)
        {
            // as in ML.NET only its own checks become this, what a loader throws otherwise goes on as it is
            throw new InvalidOperationException($"Error during class instantiation of {name}: {e.InnerException.Message}", e);
        }

        bool Fits(ParameterInfo[] parameters) =>
            parameters.Length == arguments.Length
                && parameters.Zip(arguments).All(p => p.First.ParameterType.IsInstanceOfType(p.Second));
    }

    internal object CreateExtension(Type attribute, string contractName)
    {
        lock (_lock)
        {
            Contracts.Check(_extensions.TryGetValue((attribute, contractName), out var type),
                $"Unable to locate contract '{contractName}'. Register its assembly with ComponentCatalog.RegisterAssembly.");
            return Activator.CreateInstance(type);
        }
    }

    private static string Canonical(string name) => name.ToLowerInvariant();
}
