namespace MLNetExtensions.Benchmarks.SideBySide;

/// <summary>One side of a comparison. Only one of them runs at a time.</summary>
internal interface IContender : IDisposable
{
    /// <summary>What it is, with its version: <c>ONNX Runtime 1.31.1</c>.</summary>
    string Name { get; }

    /// <summary>Works for about so many seconds and returns the work done per second, in the unit that both sides of a comparison
    /// share.</summary>
    double Measure(double seconds);
}
