using Microsoft.ML.AutoML.CodeGen;

namespace Microsoft.ML.AutoML;

public class SweepableEstimator : Estimator, ISweepable<IEstimator<ITransformer>>
{
    private readonly Func<MLContext, Parameter, IEstimator<ITransformer>> _factory;

    public SweepableEstimator(Func<MLContext, Parameter, IEstimator<ITransformer>> factory, SearchSpace.SearchSpace ss)
    {
        _factory = factory;
        SearchSpace = ss;
        Parameter = ss.SampleFromFeatureSpace(ss.Default);
    }

    protected SweepableEstimator() { }
    public SearchSpace.SearchSpace SearchSpace { get; set; }
    public virtual IEstimator<ITransformer> BuildFromOption(MLContext context, Parameter param) => _factory(context, param);
}

public class Estimator
{
    protected Estimator() { }
    public EstimatorType EstimatorType { get; set; } = EstimatorType.Unknown;
    public Parameter Parameter { get; set; } = Parameter.CreateNestedParameter();
}
