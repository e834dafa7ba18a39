using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <inheritdoc cref="Multiply"/>
internal sealed unsafe class MultiplyLayer<T, TV, S> : ManagedLayer<T>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
{
    private readonly Repetition[] _inputs;
    private readonly int _size;

    public MultiplyLayer(LayerContext<T> context)
        : base(context)
    {
        _inputs = Array.ConvertAll(context.Inputs, input => new Repetition(input, context.Output));
        _size = checked((int)context.Output.Size);
    }

    public override BackwardReads BackwardReads => BackwardReads.Input;

    public override void Forward(Pass<T> pass)
    {
        if (!_inputs[0].Repeats && !_inputs[1].Repeats)
        {
            Context.Elementwise.Multiply(Inputs[0].Data, Inputs[1].Data, Output.Data, Output.BlockLength * pass.Blocks);
            return;
        }
        fixed (int* first = _inputs[0].Places, second = _inputs[1].Places)
        {
            Operands operands = new()
            {
                First = Inputs[0].Data, Second = Inputs[1].Data, Target = Output.Data, Size = _size,
                FirstPlaces = first, SecondPlaces = second,
                FirstBlock = Inputs[0].BlockLength, SecondBlock = Inputs[1].BlockLength,
            };
            Context.Loop.Run((long)pass.Blocks * _size, 1, &Multiply, &operands);
        }
    }

    public override void Backward(Pass<T> pass)
    {
        for (int i = 0; i < 2; i++)
        {
            if (InputGradients[i] is { } gradient)
                BackwardInput(pass, i, gradient);
        }
    }

    /// <summary>An input's gradient is that of the output times the other input, summed over where the input is
    /// repeated.</summary>
    private void BackwardInput(Pass<T> pass, int index, Tensor<T> gradient)
    {
        (Repetition own, Repetition other, Tensor<T> values) = (_inputs[index], _inputs[1 - index], Inputs[1 - index]);
        if (!own.Repeats && !other.Repeats)
        {
            Context.Elementwise.Multiply(OutputGradient!.Data, values.Data, gradient.Data, gradient.BlockLength * pass.Blocks);
            return;
        }
        fixed (int* starts = own.Starts, shifts = own.Shifts, places = other.Places)
        {
            Operands operands = new()
            {
                First = OutputGradient!.Data, Second = values.Data, Target = gradient.Data, Size = own.Starts.Length,
                FirstPlaces = starts, SecondPlaces = places, Shifts = shifts, ShiftCount = own.Shifts.Length,
                FirstBlock = Output.BlockLength, SecondBlock = values.BlockLength,
            };
            Context.Loop.Run((long)pass.Blocks * operands.Size, operands.ShiftCount, &SumProducts, &operands);
        }
    }

    private static void Multiply(void* state, int begin, int end, int worker)
    {
        Operands o = *(Operands*)state;
        for (int item = begin; item < end; item++)
        {
            (int block, int place) = int.DivRem(item, o.Size);
            TV first = S.Load(o.First + block * o.FirstBlock + (long)o.FirstPlaces[place] * S.Lanes);
            TV second = S.Load(o.Second + block * o.SecondBlock + (long)o.SecondPlaces[place] * S.Lanes);
            S.Store(o.Target + (long)item * S.Lanes, S.Multiply(first, second));
        }
    }

    private static void SumProducts(void* state, int begin, int end, int worker)
    {
        Operands o = *(Operands*)state;
        for (int item = begin; item < end; item++)
        {
            (int block, int place) = int.DivRem(item, o.Size);
            T* first = o.First + block * o.FirstBlock, second = o.Second + block * o.SecondBlock;
            TV sum = S.Zero;
            for (int i = 0; i < o.ShiftCount; i++)
            {
                int use = o.FirstPlaces[place] + o.Shifts[i];
                TV value = S.Load(second + (long)o.SecondPlaces[use] * S.Lanes);
                sum = S.MultiplyAdd(S.Load(first + (long)use * S.Lanes), value, sum);
            }
            S.Store(o.Target + (long)item * S.Lanes, sum);
        }
    }

    private struct Operands
    {
        public T* First, Second, Target;
        public int* FirstPlaces, SecondPlaces, Shifts;
        public int Size, ShiftCount;
        public long FirstBlock, SecondBlock;
    }
}
