using System.Numerics;
using System.Runtime.InteropServices;

namespace Microsoft.ML.Transforms;

/// <summary>The finite value that came most often, of several the first to do so; 0 when there is none.</summary>
internal sealed class ModeStatistic<T> : ReplacementStatistic<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Dictionary<T, int> _counts = [];
    private T _mode;
    private int _most;

    public override void Add(T value)
    {
        if (!T.IsFinite(value)) return;
        var count = ++CollectionsMarshal.GetValueRefOrAddDefault(_counts, value, out _);
        if (count > _most) (_mode, _most) = (value, count);
    }

    public override T Finish(long total) => _mode;
}
