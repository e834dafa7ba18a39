using System.Runtime.InteropServices;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;
using Tensor = TorchSharp.torch.Tensor;

namespace MLNetExtensions.Conformance;

/// <summary>What the TorchSharp engine relies on, on the stand-in and on the real library alike.</summary>
public sealed class TorchSharpTests
{
    [LibtorchFact]
    public void Gradients_are_those_of_the_function()
    {
        using var scope = NewDisposeScope();
        var x = Of([3], 1, -2, 3).requires_grad_();
        var y = Of([3], 4, 5, 6).requires_grad_();
        var gradients = autograd.grad([x.mul(x).mul(y)], [x, y], [Of([3], 1, 10, 100)]);
        Assert.Equal([8, -200, 3600], Values(gradients[0]));
        Assert.Equal([1, 40, 900], Values(gradients[1]));
    }

    [LibtorchFact]
    public void Nothing_is_recorded_without_gradients()
    {
        using var scope = NewDisposeScope();
        var x = Of([1], 3).requires_grad_();
        // (the real TorchSharp ends the process when it is asked for the gradient of something that was not recorded)
        Tensor square;
        using (set_grad_enabled(false)) square = x.mul(x);
        Assert.Equal([9], Values(autograd.grad([square.mul(x)], [x], [Of([1], 1)])[0]));
        Assert.Equal([6], Values(autograd.grad([x.mul(x)], [x], [Of([1], 1)])[0]));
    }

    [LibtorchFact]
    public void Arguments_that_are_left_out_have_their_defaults()
    {
        using var scope = NewDisposeScope();
        var image = Of([1, 1, 2, 3], 1, 2, 3, 4, 5, 6);
        var kernel = Of([1, 1, 1, 2], 1, 10);
        Assert.Equal([21, 32, 54, 65], Values(nn.functional.conv2d(image, kernel)));
        Assert.Equal([22, 55], Values(nn.functional.conv2d(image, kernel, Of([1], 1), strides: [1, 2])));
        Assert.Equal([5, 6], Values(nn.functional.max_pool2d(image, [2, 2], [1, 1])));
        Assert.Equal([0.75f, 1.5f, 2], Values(Of([3], 0.5f, 1.5f, 9).clamp_(0.75, 2)));
        Assert.Equal([0.75f, 9], Values(Of([2], 0.5f, 9).clamp_(0.75)));
        Assert.Equal([4, 6, 2, 6], Values(cat([Of([1, 2], 4, 6), Of([1, 2], 2, 6)])));
    }

    [LibtorchFact]
    public void Local_response_norm_takes_the_mean_over_neighbouring_channels()
    {
        using var scope = NewDisposeScope();
        var normalised = Values(nn.functional.local_response_norm(Of([1, 3, 1, 1], 1, 2, 3), 2, alpha: 2, beta: 1, k: 1));
        Assert.Equal([1 / 2f, 2 / 6f, 3 / 14f], normalised);
    }

    [LibtorchFact]
    public void A_seed_repeats_the_random_numbers()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(7);
        var first = Values(zeros([64]).bernoulli_(0.5, generator));
        var second = Values(zeros([64]).bernoulli_(0.5, generator));
        var again = Values(zeros([64]).bernoulli_(0.5, generator.manual_seed(7)));
        Assert.Equal(first, again);
        Assert.NotEqual(first, second);
        Assert.Equal([0, 1], first.Distinct().Order());
    }

    [LibtorchFact]
    public void Reduced_precision_rounds_to_eight_bits()
    {
        using var scope = NewDisposeScope();
        var reduced = Of([2], 1 + 1 / 256f, 1 + 3 / 256f).to(ScalarType.BFloat16);
        Assert.Equal([1, 1 + 2 / 128f], Values(reduced.to(ScalarType.Float32)));
    }

    [LibtorchFact]
    public void Errors_of_libtorch_are_exceptions()
    {
        using var scope = NewDisposeScope();
        var error = Assert.Throws<ExternalException>(() => Of([2], 1, 2).add(Of([3], 1, 2, 3)));
        Assert.Contains("must match the size of tensor b", error.Message);
        var transposed = zeros([4, 2]).narrow(1, 0, 1);
        Assert.Throws<InvalidOperationException>(() => transposed.bytes.Length);
        var gone = zeros([1]);
        gone.Dispose();
        Assert.Throws<InvalidOperationException>(() => gone.relu());
        if (!cuda.is_available()) Assert.Throws<InvalidOperationException>(() => device("cuda"));
    }

    [LibtorchFact]
    public void Tensors_die_with_the_scope_they_are_in()
    {
        Tensor detached, inner, outer;
        using (NewDisposeScope())
        {
            outer = Of([1], 3);
            using (NewDisposeScope())
            {
                detached = Of([1], 1).DetachFromDisposeScope();
                inner = Of([1], 2);
                Assert.Same(outer, outer.mul_(2).add_(inner));
            }
            Assert.Throws<InvalidOperationException>(() => inner.clone());
            Assert.Equal([8], Values(outer));
        }
        Assert.Throws<InvalidOperationException>(() => outer.clone());
        Assert.Equal([1], Values(detached));
        detached.Dispose();
    }

    [LibtorchFact]
    public void Memory_stays_flat_over_ten_thousand_operations()
    {
        using var x = zeros([1 << 16]);
        Operate(100);
        var before = Environment.WorkingSet;
        Operate(10_000);
        // one byte of a hundred leaked would show: the results are 2.6 GB
        Assert.InRange(Environment.WorkingSet - before, long.MinValue, 26 << 20);

        void Operate(int times)
        {
            for (var i = 0; i < times; i++)
            {
                using var scope = NewDisposeScope();
                x.relu().add_(x);
                // errors leave nothing behind either
                if (i % 100 == 0) Assert.Throws<ExternalException>(() => x.reshape(3));
            }
        }
    }

    private static Tensor Of(long[] size, params float[] values)
    {
        var tensor = zeros(size);
        MemoryMarshal.AsBytes(values.AsSpan()).CopyTo(tensor.bytes);
        return tensor;
    }

    private static float[] Values(Tensor tensor) => MemoryMarshal.Cast<byte, float>(tensor.bytes).ToArray();
}
