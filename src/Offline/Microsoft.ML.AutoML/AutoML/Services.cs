namespace Microsoft.ML.AutoML;

/// <summary>What an experiment and its runners, tuners and monitors are given in their constructors. The last registration of a
/// type counts; a shared service is made once for a run.</summary>
internal sealed class Services : IServiceProvider
{
    private readonly Dictionary<Type, Func<IServiceProvider, object>> _factories = [];

    internal void Add<T>(T service) where T : class => Add(_ => service);
    internal void Add<T>(Func<IServiceProvider, T> factory) where T : class => _factories[typeof(T)] = factory;

    /// <summary>A copy for one run, in which each of the shared types is made at most once.</summary>
    internal Services ForRun(params Type[] shared)
    {
        var run = new Services();
        foreach (var (type, factory) in _factories)
        {
            var made = new Lazy<object>(() => factory(run));
            run._factories[type] = shared.Contains(type) ? _ => made.Value : factory;
        }
        return run;
    }

    public object GetService(Type serviceType) =>
        serviceType == typeof(IServiceProvider) ? this : _factories.GetValueOrDefault(serviceType)?.Invoke(this);
    internal T Get<T>() where T : class => (T)GetService(typeof(T));
    internal T Require<T>() where T : class =>
        Get<T>() ?? throw new InvalidOperationException($"No service for type '{typeof(T)}' has been registered.");

    /// <summary>Calls the constructor that takes the most services of those that can be satisfied.</summary>
    internal static T Create<T>(IServiceProvider services) where T : class
    {
        Type missing = null;
        foreach (var constructor in typeof(T).GetConstructors().OrderByDescending(one => one.GetParameters().Length))
        {
            missing = null;
            var arguments = constructor.GetParameters().Select(parameter =>
            {
                var service = services.GetService(parameter.ParameterType);
                if (service is null && !parameter.HasDefaultValue) missing ??= parameter.ParameterType;
                return service ?? (parameter.HasDefaultValue ? parameter.DefaultValue : null);
            }).ToArray();
            if (missing is null) return (T)constructor.Invoke(BindingFlags.DoNotWrapExceptions, null, arguments, null);
        }
        throw new InvalidOperationException(
            $"Unable to resolve service for type '{missing}' while attempting to activate '{typeof(T)}'.");
    }
}
