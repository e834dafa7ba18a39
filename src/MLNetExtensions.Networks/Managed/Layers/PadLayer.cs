using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <inheritdoc cref="Pad"/>
internal sealed unsafe class PadLayer<T, TV, S> : ManagedLayer<T>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
{
    private readonly T _value;

    /// <summary>For each value of the output the one of the input; -1 for the constant.</summary>
    private readonly int[] _sources;

    /// <summary>The values of the output that one of the input is, those of value i from <c>_starts[i]</c> to
    /// <c>_starts[i + 1]</c>.</summary>
    private readonly int[] _uses, _starts;

    public PadLayer(LayerContext<T> context, Pad layer)
        : base(context)
    {
        _value = T.CreateTruncating(layer.Value);
        _sources = GatherSources.Of(layer, context.Inputs[0]);
        int[] padded = [.. Enumerable.Range(0, _sources.Length).Where(i => _sources[i] >= 0)];
        _uses = [.. padded.OrderBy(i => _sources[i])];
        _starts = new int[context.Inputs[0].Size + 1];
        foreach (int use in padded)
            _starts[_sources[use] + 1]++;
        for (int i = 1; i < _starts.Length; i++)
            _starts[i] += _starts[i - 1];
    }

    public override void Forward(Pass<T> pass)
    {
        fixed (int* sources = _sources)
        {
            Operands operands = new()
            {
                Source = Inputs[0].Data, Target = Output.Data, Places = sources, Count = _sources.Length,
                SourceBlock = Inputs[0].BlockLength, Value = _value,
            };
            Context.Loop.Run((long)pass.Blocks * operands.Count, 1, &Take, &operands);
        }
    }

    public override void Backward(Pass<T> pass)
    {
        fixed (int* uses = _uses, starts = _starts)
        {
            Operands operands = new()
            {
                Source = OutputGradient!.Data, Target = InputGradients[0]!.Data, Places = uses, Starts = starts,
                Count = _starts.Length - 1, SourceBlock = Output.BlockLength,
            };
            Context.Loop.Run((long)pass.Blocks * operands.Count, 1, &Sum, &operands);
        }
    }

    private static void Take(void* state, int begin, int end, int worker)
    {
        Operands o = *(Operands*)state;
        for (int item = begin; item < end; item++)
        {
            (int block, int place) = int.DivRem(item, o.Count);
            int source = o.Places[place];
            S.Store(
                o.Target + (long)item * S.Lanes,
                source < 0 ? S.Broadcast(o.Value) : S.Load(o.Source + block * o.SourceBlock + (long)source * S.Lanes));
        }
    }

    private static void Sum(void* state, int begin, int end, int worker)
    {
        Operands o = *(Operands*)state;
        for (int item = begin; item < end; item++)
        {
            (int block, int place) = int.DivRem(item, o.Count);
            TV sum = S.Zero;
            for (int i = o.Starts[place]; i < o.Starts[place + 1]; i++)
                sum = S.Add(sum, S.Load(o.Source + block * o.SourceBlock + (long)o.Places[i] * S.Lanes));
            S.Store(o.Target + (long)item * S.Lanes, sum);
        }
    }

    private struct Operands
    {
        public T* Source, Target;
        public int* Places, Starts;
        public int Count;
        public long SourceBlock;
        public T Value;
    }
}
