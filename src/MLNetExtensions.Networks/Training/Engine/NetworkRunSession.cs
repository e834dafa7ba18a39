namespace MLNetExtensions.Networks.Training;

/// <summary>One network in a run.</summary>
/// <param name="session">What trains it.</param>
/// <param name="accumulateSteps">The steps whose gradients make one update, from 1.</param>
/// <param name="steps">The steps of an epoch.</param>
internal sealed class NetworkRunSession(ITrainingSession session, int accumulateSteps, int steps) : IRunSession
{
    private readonly GradientSum? _sum = accumulateSteps > 1 ? new(session) : null;

    public ITrainingSession Scorer => session;

    public bool TakesSparseRows => session.TakesSparseRows;

    public double LossWeight => session.LossWeight;

    public double? DiscriminatorLoss => null;

    public double TrainStep(in TrainingBatch batch, double learningRate, long step)
    {
        if (_sum is null)
            return session.TrainStep(batch, learningRate);
        int stepOfEpoch = (int)(step % steps), part = stepOfEpoch % accumulateSteps;
        double loss = _sum.Add(batch.AsPart(part));
        if (!double.IsFinite(loss))
            return loss;
        bool isLast = part == accumulateSteps - 1 || stepOfEpoch == steps - 1;
        return !isLast || _sum.Update(learningRate) ? loss : double.NaN;
    }

    public void ReadOutputs(Span<float> outputs) => session.ReadOutputs(outputs);

    // The step changed nothing, so it comes to the same again: where the loss is finite, a gradient was not.
    public bool FailedInGradients(in TrainingBatch batch) => double.IsFinite(session.ComputeGradients(batch));

    public void ReadGradients(NetworkWeights gradients) => session.ReadGradients(gradients);

    public void ReadWeights(NetworkWeights weights) => session.ReadWeights(weights);

    public NetworkWeights ReadState() => session.ReadState();

    public void WriteState(NetworkWeights state) => session.WriteState(state);

    public void Dispose() => session.Dispose();
}
