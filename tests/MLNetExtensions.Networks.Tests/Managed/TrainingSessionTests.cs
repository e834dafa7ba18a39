using MLNetExtensions.Networks.Managed;
using MLNetExtensions.Networks.Training;
using Xunit;

namespace MLNetExtensions.Networks.Tests.Managed;

public class TrainingSessionTests
{
    private const int Rows = 96;

    private static readonly NetworkDefinition Dense = NetworkDefinition.Build(new(8), b => b.Linear(64).ReLU().Linear(32).ReLU().Linear(1));

    /// <summary>Whether the sum of the first and the product of the next two features is positive: not linear.</summary>
    private static readonly (float[] Features, float[] Targets) Data = MakeData();

    [Fact]
    public void LearnsAFunctionThatIsNotLinear()
    {
        using ManagedTrainingSession<float> session = SessionFactory.Train<float>(
            Dense, NetworkWeights.Initialize(Dense, 1), SessionFactory.Options(32, new BinaryCrossEntropyLoss(), new Adam()));
        double first = 0, last = 0;
        for (int epoch = 0; epoch < 100; epoch++)
        {
            last = 0;
            for (int start = 0; start < Rows; start += 32)
                last += Step(session, start, 32, 1e-2) / (Rows / 32);
            first = epoch == 0 ? last : first;
        }
        Assert.InRange(first, 0.6, 0.8);
        Assert.InRange(last, 0, 0.05);
    }

    [Fact]
    public void AStepAllocatesNothing()
    {
        using ManagedTrainingSession<float> session = SessionFactory.Train<float>(
            Dense, NetworkWeights.Initialize(Dense, 1), SessionFactory.Options(32, new BinaryCrossEntropyLoss(), new Adam()) with
            {
                GradientClipNorm = 1, GradientClipValue = 0.5, AverageDecay = 0.9,
            });
        float[] outputs = new float[Rows];
        for (int i = 0; i < 50; i++)
            StepAndInfer();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 50; i++)
            StepAndInfer();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void StepAndInfer()
        {
            Step(session, 0, 32, 1e-3);
            session.Infer(Data.Features, Rows, outputs);
        }
    }

    private static double Step(ITrainingSession session, int start, int count, double learningRate) => session.TrainStep(
        new(count, Data.Features.AsSpan(start * 8, count * 8), Data.Targets.AsSpan(start, count)), learningRate);

    private static (float[], float[]) MakeData()
    {
        float[] features = SessionFactory.Normal(1, Rows * 8);
        return (features, [.. features.Chunk(8).Select(row => row[0] + row[1] * row[2] > 0 ? 1f : 0f)]);
    }
}
