namespace Microsoft.ML.Runtime;

/// <summary>The classes that models name: loaders by name, extensions by attribute and contract. The loaders of this assembly are
/// named by their types and need no registration.</summary>
public sealed class ComponentCatalog
{
    private const BindingFlags Any = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance;
    private readonly Lock _lock = new();
    private readonly HashSet<Assembly> _assemblies = [];
    private readonly Dictionary<string, Type> _loaders = new(StringComparer.InvariantCultureIgnoreCase);
    private readonly Dictionary<(Type Attribute, string Contract), Type> _extensions = [];
    internal ComponentCatalog() { }

    public void RegisterAssembly(Assembly assembly, bool throwOnError = true)
    {
        lock (_lock)
        {
            if (!_assemblies.Add(Contracts.NotNull(assembly))) return;
            foreach (var loader in assembly.GetCustomAttributes<LoadableClassAttribute>().Where(l => l.LoadsModels))
                foreach (var name in loader.LoadNames) Add(_loaders, name, loader.LoaderType);
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

    /// <summary>Makes a component by its loader's static Create or constructor; null without such a loader.</summary>
    internal object LoadOrNull(string name, IHostEnvironment env, ModelLoadContext ctx)
    {
        Type loader;
        lock (_lock)
            loader = _loaders.GetValueOrDefault(name) ?? (name.Length > 0 ? GetType().Assembly.GetType(name) : null);
        if (loader is null) return null;
        Type[] parameters = [typeof(IHostEnvironment), typeof(ModelLoadContext)];
        var (create, constructor) = (loader.GetMethod("Create", Any, parameters), loader.GetConstructor(Any, parameters));
        Contracts.Check(create is not null || constructor is not null, $"{loader} has no constructor or Create to load with.");
        try
        {
            return create is not null ? create.Invoke(null, [env, ctx]) : constructor.Invoke([env, ctx]);
        }
        catch (TargetInvocationException e) when (e.InnerException?.Source == GetType().Assembly.GetName().Name)
        {
            // as in ML.NET only its own checks become this, what a loader throws otherwise goes on as it is
            throw new InvalidOperationException($"Error during class instantiation of {name}: {e.InnerException.Message}", e);
        }
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
}
