using System.Numerics;
using MLNetExtensions.Networks.Training;

namespace MLNetExtensions.Networks.Managed;

/// <summary>Adds a vector to each place of a sequence: <see cref="LearnedPositions"/> and
/// <see cref="SinusoidalPositions"/>.</summary>
internal sealed unsafe class PositionsLayer<T, TV, S> : ManagedLayer<T>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
{
    private readonly int _size;
    private readonly ParameterSlot? _weight;

    /// <summary>The vectors where they are not learned.</summary>
    private readonly NativeBuffer<T>? _fixed;

    public PositionsLayer(LayerContext<T> context)
        : base(context)
    {
        _size = checked((int)context.Output.Size);
        _weight = context.Parameter("weight");
        if (_weight is not null)
            return;
        _fixed = new(_size);
        double[] values = SinusoidalPositions.Values(context.Output);
        for (int i = 0; i < _size; i++)
            _fixed.Pointer[i] = T.CreateTruncating(values[i]);
    }

    public override bool IsTrained => _weight is { Trainable: true };

    public override bool RunsInPlace => true;

    public override bool BackwardRunsInPlace => true;

    public override void Forward(Pass<T> pass)
    {
        Operands operands = new()
        {
            Source = Inputs[0].Data,
            Target = Output.Data,
            Positions = _fixed is null ? pass.Parameters + _weight!.Offset : _fixed.Pointer,
            Size = _size,
            Blocks = pass.Blocks,
        };
        Context.Loop.Run(_size, pass.Blocks, &Add, &operands);
    }

    public override void Backward(Pass<T> pass)
    {
        T* gradient = OutputGradient!.Data;
        if (IsTrained)
        {
            Operands operands = new()
            {
                Source = gradient, Positions = pass.Gradients + _weight!.Offset, Size = _size, Blocks = pass.Blocks,
            };
            Context.Loop.Run(_size, pass.Blocks, &Sum, &operands);
            // Places that the sequence does not have.
            new Span<T>(operands.Positions + _size, _weight.Length - _size).Clear();
        }
        long bytes = Output.BlockLength * pass.Blocks * sizeof(T);
        if (InputGradients[0] is { } target && target.Data != gradient)
            Buffer.MemoryCopy(gradient, target.Data, bytes, bytes);
    }

    public override void Dispose() => _fixed?.Dispose();

    private static void Add(void* state, int begin, int end, int worker)
    {
        Operands o = *(Operands*)state;
        for (int block = 0; block < o.Blocks; block++)
        {
            long at = ((long)block * o.Size + begin) * S.Lanes;
            for (int i = begin; i < end; i++, at += S.Lanes)
                S.Store(o.Target + at, S.Add(S.Load(o.Source + at), S.Broadcast(o.Positions[i])));
        }
    }

    private static void Sum(void* state, int begin, int end, int worker)
    {
        Operands o = *(Operands*)state;
        for (int i = begin; i < end; i++)
        {
            TV sum = S.Zero;
            for (int block = 0; block < o.Blocks; block++)
                sum = S.Add(sum, S.Load(o.Source + ((long)block * o.Size + i) * S.Lanes));
            o.Positions[i] = S.Sum(sum);
        }
    }

    private struct Operands
    {
        public T* Source, Target, Positions;
        public int Size, Blocks;
    }
}
