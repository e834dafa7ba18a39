using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <summary>
/// The steps of a recurrent layer, one after the other, for one or two directions at once. An item of work is a tile of units in
/// up to 4 blocks: its products with the state, and the cell behind them, so that threads meet once a step.
/// </summary>
/// <remarks>A sum belongs to one unit and goes over the state in order, whatever the tile: results do not depend on the number of
/// threads.</remarks>
internal sealed unsafe class RecurrentSteps<T, TV, S, TCell> : IParallelWork, IDisposable
    where T : unmanaged, IFloatingPointIeee754<T>
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
    where TCell : struct, IRecurrentCell<T>
{
    private readonly int _hidden;
    private readonly WorkerPool _pool;
    private readonly Split _unitTiles;
    private readonly NativeBuffer<Tap> _forwardTaps, _backwardTaps;
    private readonly NativeBuffer<TileRow> _tileRows = TileRow.Series(1, S.Lanes);

    private RecurrentMemory<T>* _directions;
    private Split _blockTiles;
    private int _length, _step;
    private bool _backward;

    /// <param name="hidden">Units of a direction.</param>
    /// <param name="pool">Threads.</param>
    public RecurrentSteps(int hidden, WorkerPool pool)
    {
        (_hidden, _pool) = (hidden, pool);
        _unitTiles = Split.ByMost(hidden, TileRow.Most);
        (_forwardTaps, _backwardTaps) = (Taps(hidden), Taps(TCell.Gates * hidden));

        static NativeBuffer<Tap> Taps(int inputs) => Tap.Series(
            Blocking.TapsPerStep(inputs), TileRow.Most, S.Lanes);
    }

    /// <summary>All steps forward. <see cref="RecurrentMemory{T}.Gates"/> has what the input gives to the gates.</summary>
    public void Forward(RecurrentMemory<T>* directions, int count, int blocks, int length) =>
        Run(directions, count, blocks, length, backward: false);

    /// <summary>All steps back. The gradients by state and memory cell are those after the last step; gates become their
    /// gradients.</summary>
    public void Backward(RecurrentMemory<T>* directions, int count, int blocks, int length) =>
        Run(directions, count, blocks, length, backward: true);

    public void Run(int begin, int end, int worker)
    {
        for (int item = begin; item < end; item++)
        {
            (int rest, int unitTile) = int.DivRem(item, _unitTiles.Parts);
            (int direction, int blockTile) = int.DivRem(rest, _blockTiles.Parts);
            if (_backward)
                StepBack(_directions + direction, blockTile, unitTile);
            else
                Step(_directions + direction, blockTile, unitTile);
        }
    }

    public void Dispose()
    {
        _forwardTaps.Dispose();
        _backwardTaps.Dispose();
        _tileRows.Dispose();
    }

    private void Run(RecurrentMemory<T>* directions, int count, int blocks, int length, bool backward)
    {
        _directions = directions;
        (_length, _backward, _blockTiles) = (length, backward, Split.ByMost(blocks, S.TileColumns));
        int items = count * _blockTiles.Parts * _unitTiles.Parts;
        bool inline = (long)count * blocks * TCell.Gates * _hidden * _hidden < InlineWork.MultiplyAdds;
        for (int i = 0; i < _length; i++)
        {
            _step = backward ? _length - 1 - i : i;
            _pool.Run(this, items, inline);
        }
    }

    private void Step(RecurrentMemory<T>* memory, int blockTile, int unitTile)
    {
        (int block, int blocks) = (_blockTiles[blockTile], _blockTiles[blockTile + 1] - _blockTiles[blockTile]);
        (int unit, int units) = (_unitTiles[unitTile], _unitTiles[unitTile + 1] - _unitTiles[unitTile]);
        nint place = (nint)block * _length + Time(memory, _step), gateRows = TCell.Gates * _hidden;
        TileCall<T> call = Call(_forwardTaps, _hidden);
        // The state before the first step is 0.
        call.Steps = _step == 0 ? 0 : call.Steps;
        call.B = memory->Previous + place * _hidden * S.Lanes;
        call.BColumn = (nint)_length * _hidden * S.Lanes;
        call.CColumn = _length * gateRows * S.Lanes;
        for (int gate = 0; gate < TCell.Gates; gate++)
        {
            call.A = memory->Panels + ((nint)gate * _unitTiles.Parts + unitTile) * TileRow.Most * _hidden;
            call.Bias = TCell.AddsUp ? null : memory->Bias + gate * _hidden + unit;
            call.C = memory->Recurrent + (place * gateRows + gate * _hidden + unit) * S.Lanes;
            if (TCell.AddsUp)
                TileTable<T, TV, S, ResumedTile<T, TV, S>>.Get(units, blocks)(&call);
            else
                TileTable<T, TV, S, BatchLaneTile<T, TV, S>>.Get(units, blocks)(&call);
        }
        for (int i = 0; i < blocks; i++)
        {
            CellCall<T> cell = Cell(memory, block + i, unit, units);
            TCell.Forward(&cell);
        }
    }

    private void StepBack(RecurrentMemory<T>* memory, int blockTile, int unitTile)
    {
        (int block, int blocks) = (_blockTiles[blockTile], _blockTiles[blockTile + 1] - _blockTiles[blockTile]);
        (int unit, int units) = (_unitTiles[unitTile], _unitTiles[unitTile + 1] - _unitTiles[unitTile]);
        if (_step < _length - 1)
        {
            nint later = (nint)block * _length + Time(memory, _step + 1), gateRows = TCell.Gates * _hidden;
            TileCall<T> call = Call(_backwardTaps, (int)gateRows);
            call.A = memory->Panels + unitTile * TileRow.Most * gateRows;
            call.B = memory->Recurrent + later * gateRows * S.Lanes;
            call.BColumn = _length * gateRows * S.Lanes;
            call.C = memory->StateGradient + ((nint)block * _hidden + unit) * S.Lanes;
            call.CColumn = (nint)_hidden * S.Lanes;
            TileTable<T, TV, S, ResumedTile<T, TV, S>>.Get(units, blocks)(&call);
        }
        for (int i = 0; i < blocks; i++)
        {
            CellCall<T> cell = Cell(memory, block + i, unit, units);
            TCell.Backward(&cell);
        }
    }

    private TileCall<T> Call(NativeBuffer<Tap> taps, int inputs) => new()
    {
        Rows = _tileRows.Pointer,
        Taps = taps.Pointer,
        TapCount = (int)taps.Length,
        Steps = inputs / (int)taps.Length,
        AStep = (nint)taps.Length * TileRow.Most,
        BStep = (nint)taps.Length * S.Lanes,
        Limit = T.NegativeInfinity,
        Ceiling = T.PositiveInfinity,
    };

    private CellCall<T> Cell(RecurrentMemory<T>* memory, int block, int unit, int units)
    {
        int time = Time(memory, _step);
        nint place = (nint)block * _length + time, value = (place * _hidden + unit) * S.Lanes;
        nint gate = (place * TCell.Gates * _hidden + unit) * S.Lanes, once = ((nint)block * _hidden + unit) * S.Lanes;
        bool isLast = _step == _length - 1;
        nint next = isLast ? once : (((nint)block * _length + Time(memory, _step + 1)) * _hidden + unit) * S.Lanes;
        CellCall<T> call = new()
        {
            Units = units,
            Gates = memory->Gates + gate,
            Recurrent = memory->Recurrent + gate,
            Gate = (nint)_hidden * S.Lanes,
            Previous = memory->Previous + value,
            Next = (isLast ? memory->Last : memory->Previous) + next,
            Output = At(memory->Output, place * memory->OutputStep + unit * S.Lanes),
            Mask = At(memory->Mask, place * S.Lanes),
            OutputGradient = At(memory->OutputGradient, place * memory->OutputStep + unit * S.Lanes),
            StateGradient = At(memory->StateGradient, once),
        };
        if (TCell.HasMemory)
        {
            call.PreviousCell = memory->PreviousCell + value;
            call.NextCell = (isLast ? memory->LastCell : memory->PreviousCell) + next;
            call.CellTanh = memory->CellTanh + value;
            call.CellGradient = At(memory->CellGradient, once);
        }
        return call;

        static T* At(T* pointer, nint offset) => pointer == null ? null : pointer + offset;
    }

    private int Time(RecurrentMemory<T>* memory, int step) => memory->Backwards ? _length - 1 - step : step;
}
