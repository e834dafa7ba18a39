using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Training;

namespace MLNetExtensions.Transformers;

/// <summary>A session and the memory for the features of its rows.</summary>
/// <param name="session">Scores them.</param>
/// <param name="rows">How many there are at most.</param>
/// <param name="network">What scores.</param>
internal sealed class ScoringBlock(IInferenceSession session, int rows, NetworkDefinition network) : IDisposable
{
    private readonly int _outputs = checked((int)network.OutputShape.Size), _width = checked((int)network.InputShape.Size);
    private readonly float[] _features = new float[checked(rows * (int)network.InputShape.Size)];

    /// <summary>The most rows.</summary>
    public int Rows => rows;

    /// <summary>Where the features of a row go.</summary>
    public Span<float> Features(int row) => _features.AsSpan(row * _width, _width);

    /// <summary>Scores the first rows.</summary>
    public void Run(int count, Span<float> scores) =>
        session.Run(_features.AsSpan(0, count * _width), count, scores[..(count * _outputs)]);

    public void Dispose() => session.Dispose();
}
