namespace MLNetExtensions.Networks.Training;

/// <summary>One network in a run.</summary>
internal sealed class NetworkRunSession(ITrainingSession session) : IRunSession
{
    public ITrainingSession Scorer => session;

    public bool TakesSparseRows => session.TakesSparseRows;

    public double LossWeight => session.LossWeight;

    public double? DiscriminatorLoss => null;

    public double TrainStep(in TrainingBatch batch, double learningRate, long step) => session.TrainStep(batch, learningRate);

    // The step changed nothing, so it comes to the same again: where the loss is finite, a gradient was not.
    public bool FailedInGradients(in TrainingBatch batch) => double.IsFinite(session.ComputeGradients(batch));

    public void ReadGradients(NetworkWeights gradients) => session.ReadGradients(gradients);

    public void ReadWeights(NetworkWeights weights) => session.ReadWeights(weights);

    public NetworkWeights ReadState() => session.ReadState();

    public void WriteState(NetworkWeights state) => session.WriteState(state);

    public void Dispose() => session.Dispose();
}
