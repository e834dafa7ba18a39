namespace Microsoft.ML.AutoML;

/// <summary>Randomised direct search (FLOW2): a step in a random direction from the best point, then one in the opposite; the
/// step grows with every improvement and shrinks after as many trials without one as the space has options, twice.</summary>
internal sealed class Flow2(double[] start, int options, double loss, Random random)
{
    private const double FirstStep = 0.1;
    private const double SmallestStep = 0.0001;
    private const double Speed = 1.5;
    private readonly double _largestStep = Math.Sqrt(options);
    private double _step = FirstStep * Math.Sqrt(options);
    private double[] _best = start;
    private double _loss = loss;
    private double[] _direction;
    private int _patience = 2 * options;

    internal bool IsConverged => _step < SmallestStep;

    internal double[] Suggest()
    {
        _patience--;
        var (sign, direction) = _direction is null ? (1, RandomDirection()) : (-1, _direction);
        _direction = sign > 0 ? direction : null;
        return [.. _best.Zip(direction, (x, d) => x + sign * d).Select(x => x < 0 ? 0 : x > 1 ? 0.99999999 : x)];
    }

    internal void Receive(double[] point, double loss)
    {
        if (loss < _loss)
        {
            (_best, _loss) = (point, loss);
            _direction = null;
            _patience = 2 * options;
            _step = Math.Min(_step * Speed, _largestStep);
        }
        else if (_patience == 0)
        {
            _patience = 2;
            if (!IsConverged) _step /= Speed;
        }
    }

    /// <summary>A vector of the length of the step, from normal numbers (Box and Muller).</summary>
    private double[] RandomDirection()
    {
        var direction = new double[_best.Length];
        for (var i = 0; i < direction.Length; i++)
        {
            double u = 1 - random.NextDouble(), v = 1 - random.NextDouble();
            direction[i] = Math.Sqrt(-2 * Math.Log(u)) * Math.Sin(2 * Math.PI * v);
        }
        var scale = _step / Math.Sqrt(direction.Sum(x => x * x));
        return [.. direction.Select(x => x * scale)];
    }
}
