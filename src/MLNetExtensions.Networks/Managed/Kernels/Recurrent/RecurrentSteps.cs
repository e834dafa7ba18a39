using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <summary>
/// The steps of a recurrent layer, one after the other, for one or two directions at once. An item of work is all steps of a block
/// in a direction, so that threads don't meet before the end; where these are too few for all threads, it is a tile of units at one
/// step: its products with the state, and the cell behind them.
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
    private readonly UnitTiles _forwardTiles, _backwardTiles;
    private readonly NativeBuffer<nint> _forwardPlaces, _backwardPlaces;

    private RecurrentMemory<T>* _directions;
    private int _blocks, _length, _step;
    private bool _backward, _byStep;

    /// <param name="hidden">Units of a direction.</param>
    /// <param name="pool">Threads.</param>
    public RecurrentSteps(int hidden, WorkerPool pool)
    {
        (_hidden, _pool) = (hidden, pool);
        (_forwardTiles, _backwardTiles) =
            (WeightPanels<T, TV, S>.Forward(TCell.Gates, hidden), WeightPanels<T, TV, S>.Backward(hidden));
        _forwardPlaces = Places(_forwardTiles, TCell.Gates, hidden);
        _backwardPlaces = Places(_backwardTiles, 1, hidden);
    }

    private UnitTiles Tiles => _backward ? _backwardTiles : _forwardTiles;

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
            if (_byStep)
            {
                (int sequence, int tile) = int.DivRem(item, Tiles.Parts);
                Step(sequence, _step, tile, tile + 1);
            }
            else
            {
                for (int i = 0; i < _length; i++)
                    Step(item, _backward ? _length - 1 - i : i, 0, Tiles.Parts);
            }
        }
    }

    public void Dispose()
    {
        _forwardPlaces.Dispose();
        _backwardPlaces.Dispose();
    }

    /// <summary>Where the rows of each tile have their sums; those of zeros share the first one's.</summary>
    private static NativeBuffer<nint> Places(UnitTiles tiles, int gates, int hidden)
    {
        NativeBuffer<nint> places = new((long)tiles.Parts * WeightPanels<T, TV, S>.MostRows);
        for (int tile = 0; tile < tiles.Parts; tile++)
        {
            nint* own = places.Pointer + tile * WeightPanels<T, TV, S>.MostRows;
            for (int row = 0; row < (tiles[tile + 1] - tiles[tile]) * gates; row++)
                own[row] = ((nint)(row % gates) * hidden + row / gates) * S.Lanes;
        }
        return places;
    }

    private void Run(RecurrentMemory<T>* directions, int count, int blocks, int length, bool backward)
    {
        _directions = directions;
        (_blocks, _length, _backward) = (blocks, length, backward);
        int sequences = count * blocks, turns = (sequences + _pool.Threads - 1) / _pool.Threads;
        long multiplyAdds = (long)sequences * TCell.Gates * _hidden * _hidden;
        bool inline = multiplyAdds < InlineWork.MultiplyAdds;
        // Whole sequences unless more than a quarter of the threads' time would go by without any.
        _byStep = !inline && 4 * sequences < 3 * turns * _pool.Threads;
        if (!_byStep)
        {
            _pool.Run(this, sequences, multiplyAdds * _length < InlineWork.MultiplyAdds);
            return;
        }
        for (int i = 0; i < _length; i++)
        {
            _step = backward ? _length - 1 - i : i;
            _pool.Run(this, sequences * Tiles.Parts);
        }
    }

    private void Step(int sequence, int step, int firstTile, int lastTile)
    {
        (int direction, int block) = int.DivRem(sequence, _blocks);
        RecurrentMemory<T>* memory = _directions + direction;
        nint gateRows = (nint)TCell.Gates * _hidden, place = (nint)block * _length + Time(memory, step);
        nint later = step == _length - 1 ? 0 : (nint)block * _length + Time(memory, step + 1);
        for (int tile = firstTile; tile < lastTile; tile++)
        {
            (int unit, int units) = (Tiles[tile], Tiles[tile + 1] - Tiles[tile]);
            CellCall<T> cell = Cell(memory, block, step, unit, units);
            if (_backward)
            {
                if (step > 0)
                    Fetch(&cell, (nint)(Time(memory, step - 1) - Time(memory, step)) * _hidden * S.Lanes);
                if (step < _length - 1)
                {
                    PanelTiles<T, TV, S>.Run(
                        PanelTiles<T, TV, S>.Quads(units), memory->Panels + tile * gateRows * WeightPanels<T, TV, S>.MostRows,
                        memory->Recurrent + later * gateRows * S.Lanes, (int)gateRows, cell.StateGradient,
                        _backwardPlaces.Pointer + tile * WeightPanels<T, TV, S>.MostRows);
                }
                TCell.Backward(&cell);
            }
            else
            {
                if (!TCell.AddsUp)
                    SetBias(cell.Recurrent, memory->Bias + unit, units);
                // The state before the first step is 0.
                if (step > 0)
                {
                    PanelTiles<T, TV, S>.Run(
                        PanelTiles<T, TV, S>.Quads(units * TCell.Gates),
                        memory->Panels + (nint)tile * _hidden * WeightPanels<T, TV, S>.MostRows,
                        memory->Previous + place * _hidden * S.Lanes, _hidden, cell.Recurrent,
                        _forwardPlaces.Pointer + tile * WeightPanels<T, TV, S>.MostRows);
                }
                TCell.Forward(&cell);
            }
        }
    }

    /// <summary>Has what the forward pass left for a step fetched, which is more than the second-level cache keeps, while the step
    /// before it in the way back is at work.</summary>
    /// <param name="cell">That one.</param>
    /// <param name="distance">Elements from its state to that of the step.</param>
    private static void Fetch(CellCall<T>* cell, nint distance)
    {
        for (nint unit = 0; unit < cell->Units * S.Lanes; unit += S.Lanes)
        {
            for (nint gate = 0; gate < TCell.Gates; gate++)
                Prefetch.Line(cell->Gates + distance * TCell.Gates + gate * cell->Gate + unit);
            if (TCell.HasMemory)
            {
                Prefetch.Line(cell->PreviousCell + distance + unit);
                Prefetch.Line(cell->CellTanh + distance + unit);
            }
        }
    }

    /// <summary>What the sums of some units start from.</summary>
    private void SetBias(T* sums, T* bias, int units)
    {
        for (nint gate = 0; gate < TCell.Gates; gate++)
        {
            for (nint unit = 0; unit < units; unit++)
                S.Store(sums + (gate * _hidden + unit) * S.Lanes, S.Broadcast(bias[gate * _hidden + unit]));
        }
    }

    private CellCall<T> Cell(RecurrentMemory<T>* memory, int block, int step, int unit, int units)
    {
        int time = Time(memory, step);
        nint place = (nint)block * _length + time, value = (place * _hidden + unit) * S.Lanes;
        nint gate = (place * TCell.Gates * _hidden + unit) * S.Lanes, once = ((nint)block * _hidden + unit) * S.Lanes;
        bool isLast = step == _length - 1;
        nint next = isLast ? once : (((nint)block * _length + Time(memory, step + 1)) * _hidden + unit) * S.Lanes;
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
