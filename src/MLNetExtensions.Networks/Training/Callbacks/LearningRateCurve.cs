using System.Collections;

namespace MLNetExtensions.Networks.Training;

/// <summary>The loss by the learning rate, as a <see cref="LearningRateFinder"/> found it: the rates rise.</summary>
public sealed class LearningRateCurve : IReadOnlyList<LearningRatePoint>
{
    /// <summary>A loss that falls by a smaller share does not fall.</summary>
    private const double SmallestFall = 0.01;

    private const double SafetyFactor = 10;

    private readonly LearningRatePoint[] _points;

    /// <summary>A curve of the given points.</summary>
    public LearningRateCurve(IEnumerable<LearningRatePoint> points) => _points = [.. points];

    /// <summary>The number of points.</summary>
    public int Count => _points.Length;

    /// <inheritdoc/>
    public LearningRatePoint this[int index] => _points[index];

    /// <summary>A good learning rate to begin with: a tenth of the one at which the smoothed loss is lowest, since there it is
    /// about to rise (fastai's rule). Null where the loss falls nowhere. The highest rate of a <see cref="OneCycleSchedule"/> may
    /// lie between the two.</summary>
    public double? Suggestion
    {
        get
        {
            if (_points.Length == 0)
                return null;
            LearningRatePoint lowest = _points.MinBy(point => point.Loss);
            return lowest.Loss < (1 - SmallestFall) * _points[0].Loss ? lowest.Rate / SafetyFactor : null;
        }
    }

    /// <inheritdoc/>
    public IEnumerator<LearningRatePoint> GetEnumerator() => ((IEnumerable<LearningRatePoint>)_points).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
