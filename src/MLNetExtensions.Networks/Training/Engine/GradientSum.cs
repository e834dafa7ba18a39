using System.Numerics.Tensors;

namespace MLNetExtensions.Networks.Training;

/// <summary>Gradients of several batches, added up to those of one batch of all their examples: each is the mean over its batch,
/// so it counts by the weight of its batch in the loss. Equal on all engines.</summary>
internal sealed class GradientSum(ITrainingSession session)
{
    private readonly float[] _gradients = new float[session.GradientLength], _sum = new float[session.GradientLength];
    private double _weight;

    /// <summary>Adds the gradients of a batch.</summary>
    /// <returns>Its mean loss; where that is not finite nothing was added.</returns>
    public double Add(in TrainingBatch batch)
    {
        double loss = session.ComputeGradients(batch);
        if (!double.IsFinite(loss))
            return loss;
        if (batch.Part == 0)
        {
            Array.Clear(_sum);
            _weight = 0;
        }
        session.ReadGradients(_gradients);
        TensorPrimitives.MultiplyAdd(_gradients, (float)session.LossWeight, _sum, _sum);
        _weight += session.LossWeight;
        return loss;
    }

    /// <summary>Changes the weights by what was added.</summary>
    /// <returns>What <see cref="ITrainingSession.Update"/> does.</returns>
    public bool Update(double learningRate)
    {
        TensorPrimitives.Multiply(_sum, _weight > 0 ? (float)(1 / _weight) : 0, _gradients);
        session.WriteGradients(_gradients);
        return session.Update(learningRate);
    }
}
