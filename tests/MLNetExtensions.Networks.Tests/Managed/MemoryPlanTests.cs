using MLNetExtensions.Networks.Managed;
using MLNetExtensions.Networks.Training;
using Xunit;

namespace MLNetExtensions.Networks.Tests.Managed;

public class MemoryPlanTests
{
    [Fact]
    public unsafe void OnlyTensorsThatNeverExistTogetherShareMemory()
    {
        Random random = new(1);
        MemoryPlan<float> plan = new();
        List<Tensor<float>> tensors = [];
        for (int i = 0; i < 200; i++)
        {
            Tensor<float> tensor = plan.Add(new(random.Next(1, 500), blocks: 2));
            int start = random.Next(50);
            tensor.Touch(start + random.Next(8));
            tensor.Touch(start);
            tensors.Add(tensor);
        }
        using NativeBuffer<float> memory = plan.Allocate();
        Assert.True(memory.Length < tensors.Sum(tensor => tensor.Length) / 3);
        foreach (Tensor<float> a in tensors)
        {
            Assert.Equal(0, (nint)a.Data % 64);
            Assert.True(a.Data >= memory.Pointer && a.Data + a.Length <= memory.Pointer + memory.Length);
            foreach (Tensor<float> b in tensors)
                Assert.True(a == b || !a.Overlaps(b) || a.Data + a.Length <= b.Data || b.Data + b.Length <= a.Data);
        }
    }

    [Fact]
    public void AGraphOfLayersInARowNeedsLittleMemory()
    {
        // 20 layers of 1,000 values score in two of them, whatever their number; training keeps one each for the backward pass, and two gradients.
        NetworkDefinition network = NetworkDefinition.Build(new(1000), b =>
        {
            for (int i = 0; i < 20; i++)
                b.Linear(1000).ReLU().Dropout(0.1);
        });
        using WorkerPool pool = new(1);
        ManagedRuntime<float> runtime = new(SimdLevels.Best, pool);
        using ParameterStore<float> store = new(new ParameterLayout(network, new HashSet<string>()));
        long layer = 1000L * runtime.Kernels.Lanes * sizeof(float);
        using LayerGraph<float> score = GraphBuilder<float>.Score(network, runtime, store, 1);
        using LayerGraph<float> train = GraphBuilder<float>.Train(network, runtime, store, 1, 1, toInputs: false);
        Assert.Equal(2 * layer, score.Bytes);
        Assert.InRange(train.Bytes, 40 * layer, 44 * layer);
    }
}
