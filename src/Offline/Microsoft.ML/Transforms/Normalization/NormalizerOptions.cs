using System.Numerics;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms;

/// <summary>Which statistics a normaliser collects, and how.</summary>
internal abstract record NormalizerOptions
{
    public abstract SlotStatistics<T> CreateStatistics<T>(int size) where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    public sealed record MinMax(bool FixZero) : NormalizerOptions
    {
        public override SlotStatistics<T> CreateStatistics<T>(int size) => new MinMaxStatistics<T>(size, FixZero);
    }

    public sealed record MeanVariance(bool FixZero, bool UseCdf, bool UseLog) : NormalizerOptions
    {
        public override SlotStatistics<T> CreateStatistics<T>(int size) =>
            new MeanVarianceStatistics<T>(size, FixZero, UseCdf, UseLog);
    }

    public sealed record RobustScaling(bool CenterData, uint QuantileMin, uint QuantileMax) : NormalizerOptions
    {
        public override SlotStatistics<T> CreateStatistics<T>(int size) =>
            new RobustStatistics<T>(size, CenterData, QuantileMin, QuantileMax);
    }

    public sealed record Binning(bool FixZero, int MaximumBinCount) : NormalizerOptions
    {
        public override SlotStatistics<T> CreateStatistics<T>(int size)
        {
            Contracts.CheckParam(MaximumBinCount > 1, nameof(MaximumBinCount), "Must be greater than 1");
            return new BinStatistics<T>(size, FixZero, MaximumBinCount);
        }
    }
}
