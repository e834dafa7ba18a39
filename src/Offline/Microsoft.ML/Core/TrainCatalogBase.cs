namespace Microsoft.ML;

/// <summary>What the tasks have in common: trainers, evaluation and cross-validation.</summary>
public abstract partial class TrainCatalogBase : IInternalCatalog
{
    private protected TrainCatalogBase(IHostEnvironment env) => Environment = env;
    IHostEnvironment IInternalCatalog.Environment => Environment;
    private protected IHostEnvironment Environment { get; }

    /// <summary>Base of the classes that trainers are extension methods of.</summary>
    public abstract class CatalogInstantiatorBase : IInternalCatalog
    {
        private readonly TrainCatalogBase _owner;

        private protected CatalogInstantiatorBase(TrainCatalogBase owner) => _owner = owner;
        IHostEnvironment IInternalCatalog.Environment => _owner.Environment;
    }
}
