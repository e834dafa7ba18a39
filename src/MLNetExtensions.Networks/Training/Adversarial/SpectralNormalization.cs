using System.Numerics.Tensors;

namespace MLNetExtensions.Networks.Training;

/// <summary>
/// Holds weights at spectral norm 1 (Miyato et al., 2018). The paper divides a free weight by its norm in every forward pass;
/// only the direction of that weight matters then, and here it is kept at norm 1: gradients lose their component that would
/// change the norm (equation 9), and after an update the weight is divided by its norm, found by one step of power iteration.
/// Weights are matrices of as many rows as there are outputs; biases and what normalisations learn are left alone.
/// </summary>
internal sealed class SpectralNormalization
{
    private const string StatePrefix = "spectral.";

    /// <summary>The steps of power iteration before the first update, when nothing is known of the vectors.</summary>
    private const int FirstIterations = 30;

    private readonly List<Held> _held = [];

    /// <summary>Takes note of the weights that are trained.</summary>
    public SpectralNormalization(NetworkDefinition network, IReadOnlySet<string> frozen, int seed)
    {
        SplitMix64 random = new(seed);
        int start = 0;
        foreach (ParameterSlot slot in new ParameterLayout(network, frozen).Trained)
        {
            if (slot.Shape.Rank > 1)
            {
                float[] left = new float[slot.Shape[0]];
                for (int i = 0; i < left.Length; i++)
                    left[i] = (float)random.NextNormal();
                _held.Add(new(slot.Name, start, left, new float[slot.Length / left.Length]));
            }
            start += slot.Length;
        }
    }

    /// <summary>Whether <see cref="Begin"/> was called, or a state was restored.</summary>
    public bool HasBegun { get; private set; }

    /// <summary>Finds the norms of fresh weights and brings them to 1.</summary>
    public void Begin(NetworkWeights weights)
    {
        for (int i = 0; i < FirstIterations; i++)
            Normalize(weights);
        HasBegun = true;
    }

    /// <summary>Takes from the gradients what would change the norms.</summary>
    /// <param name="weights">The weights.</param>
    /// <param name="gradients">All gradients of the network's session, behind each other.</param>
    public void Project(NetworkWeights weights, Span<float> gradients)
    {
        foreach (Held held in _held)
        {
            float[] matrix = weights[held.Name].Values;
            Span<float> gradient = gradients.Slice(held.Start, matrix.Length);
            float along = TensorPrimitives.Dot<float>(gradient, matrix);
            for (int row = 0; row < held.Left.Length; row++)
            {
                Span<float> slopes = gradient.Slice(row * held.Right.Length, held.Right.Length);
                TensorPrimitives.MultiplyAdd(held.Right, -along * held.Left[row], slopes, slopes);
            }
        }
    }

    /// <summary>Divides the weights by their norms.</summary>
    public void Normalize(NetworkWeights weights)
    {
        foreach ((string name, _, float[] left, float[] right) in _held)
        {
            float[] matrix = weights[name].Values;
            Array.Clear(right);
            for (int row = 0; row < left.Length; row++)
                TensorPrimitives.MultiplyAdd(Row(row), left[row], right, right);
            Scale(right);
            for (int row = 0; row < left.Length; row++)
                left[row] = TensorPrimitives.Dot(Row(row), right);
            float norm = Scale(left);
            if (norm > 0)
                TensorPrimitives.Divide(matrix, norm, matrix);

            ReadOnlySpan<float> Row(int row) => matrix.AsSpan(row * right.Length, right.Length);
        }
    }

    /// <summary>The vectors, as part of a run's state.</summary>
    public IEnumerable<KeyValuePair<string, WeightTensor>> ReadState() => _held.SelectMany(vector => new[]
    {
        KeyValuePair.Create($"{StatePrefix}{vector.Name}.u", new WeightTensor(new(vector.Left.Length), [.. vector.Left])),
        KeyValuePair.Create($"{StatePrefix}{vector.Name}.v", new WeightTensor(new(vector.Right.Length), [.. vector.Right])),
    });

    /// <exception cref="ArgumentException">A vector is missing or of another length.</exception>
    public void WriteState(NetworkWeights state)
    {
        foreach ((string name, _, float[] left, float[] right) in _held)
        {
            Restore($"{StatePrefix}{name}.u", left);
            Restore($"{StatePrefix}{name}.v", right);
        }
        HasBegun = true;

        void Restore(string name, float[] vector)
        {
            if (!state.TryGet(name, out WeightTensor? tensor) || tensor.Values.Length != vector.Length)
                throw new ArgumentException($"The training state lacks '{name}' [{vector.Length}].", nameof(state));
            tensor.Values.CopyTo(vector, 0);
        }
    }

    /// <summary>Brings a vector to length 1.</summary>
    /// <returns>The length it had; where that is 0 the vector stays as it is.</returns>
    private static float Scale(Span<float> vector)
    {
        float norm = TensorPrimitives.Norm<float>(vector);
        if (norm > 0)
            TensorPrimitives.Divide(vector, norm, vector);
        return norm;
    }

    /// <summary>A weight, where its gradient begins, and its first singular vectors.</summary>
    private sealed record Held(string Name, int Start, float[] Left, float[] Right);
}
