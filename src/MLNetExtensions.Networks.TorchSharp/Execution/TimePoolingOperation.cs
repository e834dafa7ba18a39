using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace MLNetExtensions.Networks.TorchSharp;

/// <summary>Pooling over the steps of a sequence.</summary>
/// <param name="mode">What becomes of them.</param>
/// <param name="dimension">Which dimension is time, that of the batch included.</param>
/// <param name="rank">The number of dimensions, that of the batch included.</param>
internal sealed class TimePoolingOperation(TimePooling mode, int dimension, int rank)
{
    /// <param name="inputs">The sequences, and perhaps their mask, [count×length].</param>
    public Tensor Apply(Tensor[] inputs)
    {
        Tensor values = inputs[0];
        long count = values.shape[0], length = values.shape[dimension];
        Tensor mask = inputs.Length > 1
            ? inputs[1].gt(values.new_zeros([]))
            : torch.ones([count, length], torch.ScalarType.Bool, values.device);
        long[] shape = [.. Enumerable.Repeat(1L, rank)];
        (shape[0], shape[dimension]) = (count, length);
        mask = mask.reshape(shape);
        if (mode == TimePooling.Max)
        {
            Tensor largest = torch.where(mask, values, values.new_full([], double.NegativeInfinity)).max(dimension).values;
            return torch.where(mask.any(dimension), largest, values.new_zeros([]));
        }
        Tensor weights = mask.to(values.dtype), one = torch.ones([], values.dtype, values.device);
        // Of the last step alone: 1 where the ones that follow, itself included, are one.
        if (mode == TimePooling.Last)
            weights = weights.mul(weights.flip(dimension).cumsum(dimension).flip(dimension).eq(one).to(values.dtype));
        else
            weights = weights.div(weights.sum(dimension, keepdim: true).maximum(one));
        return torch.where(mask, values, values.new_zeros([])).mul(weights).sum(dimension);
    }
}
