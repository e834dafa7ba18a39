using F = TorchSharp.torch.nn.functional;
using Tensor = TorchSharp.torch.Tensor;

namespace MLNetExtensions.Networks.TorchSharp;

/// <inheritdoc cref="BatchNorm"/>
internal sealed class BatchNormOperation(string name, BatchNorm layer)
{
    private readonly string _weight = $"{name}.weight", _bias = $"{name}.bias";
    private readonly string _mean = $"{name}.running_mean", _variance = $"{name}.running_var";

    /// <summary>A frozen layer's running statistics serve in training too.</summary>
    public Tensor Apply(Tensor input, ForwardPass pass)
    {
        TensorParameters parameters = pass.Parameters;
        Tensor? weight = parameters.Find(_weight), bias = parameters.Find(_bias);
        Tensor mean = parameters.Find(_mean)!, variance = parameters.Find(_variance)!;
        bool usesBatch = pass.Training && !layer.IsFrozen(name, parameters.Layout.Frozen);
        if (!usesBatch)
            return F.batch_norm(input, mean, variance, weight, bias, false, layer.Momentum, layer.Epsilon);

        (Tensor nextMean, Tensor nextVariance) = (mean.clone(), variance.clone());
        pass.Update(mean, nextMean);
        pass.Update(variance, nextVariance);
        return F.batch_norm(input, nextMean, nextVariance, weight, bias, true, layer.Momentum, layer.Epsilon);
    }
}
