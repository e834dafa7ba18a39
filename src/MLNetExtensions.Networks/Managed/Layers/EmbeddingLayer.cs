using System.Numerics;
using MLNetExtensions.Networks.Training;

namespace MLNetExtensions.Networks.Managed;

/// <inheritdoc cref="Embedding"/>
/// <remarks>The ids of a place, one a lane, are looked up together; the lanes are examples, or the first dimension of one.
/// The gradient of a vector is the sum over the places of its id in their order, whatever the number of threads.</remarks>
internal sealed unsafe class EmbeddingLayer<T, TV, S> : ManagedLayer<T>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
{
    private readonly int _places, _dimension, _lastId;
    private readonly int? _padding;
    private readonly ParameterSlot _weight;

    /// <summary>For each thread the vectors of one place.</summary>
    private readonly NativeBuffer<T> _found;
    private readonly RowLists? _lists;

    /// <summary>The gradients as rows; null where nothing is trained.</summary>
    private readonly NativeBuffer<T>? _rows;

    /// <param name="context">What it is made from.</param>
    /// <param name="layer">The definition.</param>
    /// <param name="places">The vectors of ids in a block.</param>
    public EmbeddingLayer(LayerContext<T> context, Embedding layer, int places)
        : base(context)
    {
        (_places, _dimension, _padding) = (places, layer.EmbeddingDim, layer.PaddingIndex);
        _lastId = layer.NumEmbeddings - 1;
        _weight = context.Parameter("weight")!;
        _found = new((long)context.Loop.Threads * S.Lanes * _dimension);
        if (IsTrained && !context.Scores)
        {
            int tokens = checked(context.MaxBlocks * places * S.Lanes);
            (_lists, _rows) = (new(layer.NumEmbeddings, tokens), new((long)tokens * _dimension));
            TableRows = new(_weight, _dimension, _lists);
        }
    }

    public override bool IsTrained => _weight.Trainable;

    public override GradientRows? TableRows { get; }

    public override bool IsDifferentiable => false;

    public override BackwardReads BackwardReads => IsTrained ? BackwardReads.Input : BackwardReads.None;

    public override void Forward(Pass<T> pass)
    {
        Operands operands = new()
        {
            Ids = Inputs[0].Data, Values = Output.Data, Weight = pass.Parameters + _weight.Offset, Rows = _found.Pointer,
            Dimension = _dimension, LastId = _lastId,
        };
        Context.Loop.Run((long)pass.Blocks * _places, _dimension, &LookUp, &operands);
    }

    public override void Backward(Pass<T> pass)
    {
        T* gradient = pass.Gradients + _weight.Offset;
        Clear(gradient);
        int places = pass.Blocks * _places;
        Collect(pass, places);
        fixed (int* first = _lists!.First, next = _lists.Next, used = _lists.Used)
        {
            Operands operands = new()
            {
                Values = OutputGradient!.Data, Weight = gradient, Rows = _rows!.Pointer, Dimension = _dimension,
                First = first, Next = next, Used = used,
            };
            Context.Loop.Run(places, _dimension, &Transpose, &operands);
            Context.Loop.Run(_lists.Count, (long)places * _dimension / Math.Max(1, _lists.Count), &Add, &operands);
        }
    }

    public override void Dispose()
    {
        _found.Dispose();
        _rows?.Dispose();
    }

    /// <summary>Clears what the last pass wrote.</summary>
    private void Clear(T* gradient)
    {
        if (TableRows!.AreAll)
            Context.Elementwise.Clear(gradient, _weight.Length);
        foreach (int row in TableRows.Rows)
            new Span<T>(gradient + (long)row * _dimension, _dimension).Clear();
        TableRows.AreAll = false;
    }

    /// <summary>Lists the places of each id.</summary>
    private void Collect(Pass<T> pass, int places)
    {
        T* ids = Inputs[0].Data;
        _lists!.Clear();
        for (int place = places - 1; place >= 0; place--)
        {
            int lanes = Math.Min(S.Lanes, pass.Count - place / _places * S.Lanes);
            for (int lane = lanes - 1; lane >= 0; lane--)
            {
                int token = place * S.Lanes + lane, id = int.CreateTruncating(ids[token]);
                if (id != _padding)
                    _lists.Push(id, token);
            }
        }
    }

    private static void LookUp(void* state, int begin, int end, int worker)
    {
        Operands o = *(Operands*)state;
        T* rows = o.Rows + (long)worker * S.Lanes * o.Dimension;
        long bytes = (long)o.Dimension * sizeof(T);
        for (long place = begin; place < end; place++)
        {
            for (int lane = 0; lane < S.Lanes; lane++)
            {
                // A lane without an id holds anything.
                long id = Math.Clamp(long.CreateTruncating(o.Ids[place * S.Lanes + lane]), 0, o.LastId);
                Buffer.MemoryCopy(o.Weight + id * o.Dimension, rows + (long)lane * o.Dimension, bytes, bytes);
            }
            Transpose<T, TV, S>.ToBlock(rows, o.Dimension, o.Values + place * o.Dimension * S.Lanes, o.Dimension, S.Lanes);
        }
    }

    private static void Transpose(void* state, int begin, int end, int worker)
    {
        Operands o = *(Operands*)state;
        for (long place = begin; place < end; place++)
        {
            long at = place * o.Dimension * S.Lanes;
            Transpose<T, TV, S>.FromBlock(o.Values + at, o.Rows + at, o.Dimension, o.Dimension, S.Lanes);
        }
    }

    private static void Add(void* state, int begin, int end, int worker)
    {
        Operands o = *(Operands*)state;
        for (int i = begin; i < end; i++)
        {
            T* sum = o.Weight + (long)o.Used[i] * o.Dimension;
            for (int token = o.First[o.Used[i]]; token >= 0; token = o.Next[token])
            {
                T* row = o.Rows + (long)token * o.Dimension;
                int k = 0;
                for (; k + S.Lanes <= o.Dimension; k += S.Lanes)
                    S.Store(sum + k, S.Add(S.Load(sum + k), S.Load(row + k)));
                for (; k < o.Dimension; k++)
                    sum[k] += row[k];
            }
        }
    }

    private struct Operands
    {
        public T* Ids, Values, Weight, Rows;
        public int* First, Next, Used;
        public int Dimension, LastId;
    }
}
