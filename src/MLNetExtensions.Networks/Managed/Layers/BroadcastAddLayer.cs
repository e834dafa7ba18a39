using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <summary>An <see cref="Add"/> layer some of whose inputs are repeated.</summary>
internal sealed unsafe class BroadcastAddLayer<T, TV, S> : ManagedLayer<T>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
{
    private readonly Repetition[] _inputs;
    private readonly int _size;

    public BroadcastAddLayer(LayerContext<T> context)
        : base(context)
    {
        _inputs = Array.ConvertAll(context.Inputs, input => new Repetition(input, context.Output));
        _size = checked((int)context.Output.Size);
    }

    /// <summary>Whether an input of the node is repeated.</summary>
    public static bool Suits(LayerContext<T> context) => !context.Inputs.All(context.Output.Equals);

    public override void Forward(Pass<T> pass)
    {
        for (int i = 0; i < _inputs.Length; i++)
        {
            fixed (int* places = _inputs[i].Places)
            {
                Operands operands = new()
                {
                    Source = Inputs[i].Data, Target = Output.Data, Places = places, Size = _size,
                    SourceBlock = Inputs[i].BlockLength, Adds = i > 0,
                };
                Context.Loop.Run((long)pass.Blocks * _size, 1, &Add, &operands);
            }
        }
    }

    /// <summary>The gradient of an input is that of the output, summed over where the input is repeated.</summary>
    public override void Backward(Pass<T> pass)
    {
        for (int i = 0; i < _inputs.Length; i++)
        {
            if (InputGradients[i] is not { } gradient)
                continue;
            fixed (int* starts = _inputs[i].Starts, shifts = _inputs[i].Shifts)
            {
                Operands operands = new()
                {
                    Source = OutputGradient!.Data, Target = gradient.Data, Places = starts, Size = _inputs[i].Starts.Length,
                    Shifts = shifts, ShiftCount = _inputs[i].Shifts.Length, SourceBlock = Output.BlockLength,
                };
                Context.Loop.Run((long)pass.Blocks * operands.Size, operands.ShiftCount, &Sum, &operands);
            }
        }
    }

    private static void Add(void* state, int begin, int end, int worker)
    {
        Operands o = *(Operands*)state;
        for (int item = begin; item < end; item++)
        {
            (int block, int place) = int.DivRem(item, o.Size);
            TV value = S.Load(o.Source + block * o.SourceBlock + (long)o.Places[place] * S.Lanes);
            T* target = o.Target + (long)item * S.Lanes;
            S.Store(target, o.Adds ? S.Add(S.Load(target), value) : value);
        }
    }

    private static void Sum(void* state, int begin, int end, int worker)
    {
        Operands o = *(Operands*)state;
        for (int item = begin; item < end; item++)
        {
            (int block, int place) = int.DivRem(item, o.Size);
            T* source = o.Source + block * o.SourceBlock + (long)o.Places[place] * S.Lanes;
            TV sum = S.Zero;
            for (int i = 0; i < o.ShiftCount; i++)
                sum = S.Add(sum, S.Load(source + (long)o.Shifts[i] * S.Lanes));
            S.Store(o.Target + (long)item * S.Lanes, sum);
        }
    }

    private struct Operands
    {
        public T* Source, Target;
        public int* Places, Shifts;
        public int Size, ShiftCount;
        public long SourceBlock;
        public bool Adds;
    }
}
