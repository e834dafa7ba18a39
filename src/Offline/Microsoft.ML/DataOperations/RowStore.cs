using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>Values of one column, kept by slot.</summary>
internal abstract class RowStore
{
    /// <summary>Keeps the value that the source's row has now.</summary>
    public abstract void Read(int slot);

    /// <summary>A getter of the value in the slot that slot() names.</summary>
    public abstract Delegate MakeGetter(Func<int> slot);

    public static RowStore Create(DataViewRow source, DataViewSchema.Column column) => column.Type is VectorDataViewType vector
        ? Generic.Call<RowStore>(CreateVector<int>, vector.ItemType.RawType, source, column)
        : Generic.Call<RowStore>(CreateScalar<int>, column.Type.RawType, source, column);

    /// <summary>Whether values of a type can outlive their row: others may be disposed with it.</summary>
    public static bool CanKeep(DataViewType type) => type is PrimitiveDataViewType or VectorDataViewType;

    /// <summary>A view without the columns that cannot be kept.</summary>
    public static IDataView WithoutOthers(IDataView view) => view.Schema.All(c => CanKeep(c.Type)) ? view
        : new RowMapping(view.Schema, view.Schema.Where(c => CanKeep(c.Type)).Select(c => c.Index)).Apply(view);

    private static RowStore CreateScalar<T>(DataViewRow source, DataViewSchema.Column column) =>
        new RowStore<T>(source.GetGetter<T>(column), (in T from, ref T to) => to = from);

    private static RowStore CreateVector<T>(DataViewRow source, DataViewSchema.Column column) =>
        new RowStore<VBuffer<T>>(source.GetGetter<VBuffer<T>>(column),
            (in VBuffer<T> from, ref VBuffer<T> to) => from.CopyTo(ref to));
}

internal sealed class RowStore<T>(ValueGetter<T> source, RowStore<T>.Copier copy) : RowStore
{
    public delegate void Copier(in T from, ref T to);

    private T[] _values = [];

    public override void Read(int slot)
    {
        if (slot >= _values.Length) Array.Resize(ref _values, Math.Max(slot + 1, 2 * _values.Length));
        source(ref _values[slot]);
    }

    public override Delegate MakeGetter(Func<int> slot) => (ValueGetter<T>)((ref T value) => copy(in _values[slot()], ref value));
}
