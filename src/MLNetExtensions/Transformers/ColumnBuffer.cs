using Microsoft.ML;
using Microsoft.ML.Data;
using Column = Microsoft.ML.DataViewSchema.Column;

namespace MLNetExtensions.Transformers;

/// <summary>The values of one pass-through column for a block of rows that were read ahead.</summary>
internal abstract class ColumnBuffer
{
    /// <summary>Reads the value of the input's current row into place <paramref name="index"/>.</summary>
    public abstract void Read(int index);

    /// <summary>A getter of the value at <paramref name="current"/>().</summary>
    public abstract Delegate CreateGetter(Func<int> current);

    /// <summary>
    /// Whether values of a type can be kept while the input moves on: numbers, text, times, keys, and vectors of them. A column of
    /// objects (images) can't: what its getter does with an object that it finds in the place it is to fill, and whether two calls
    /// give one object or two, is between the source and the consumer.
    /// </summary>
    public static bool CanHold(DataViewType type) => type is PrimitiveDataViewType or VectorDataViewType;

    /// <summary>A buffer of up to <paramref name="capacity"/> rows for a column of <paramref name="input"/>.</summary>
    public static ColumnBuffer Create(DataViewRow input, Column column, int capacity)
    {
        Type buffer = column.Type is VectorDataViewType vector
            ? typeof(Vectors<>).MakeGenericType(vector.ItemType.RawType)
            : typeof(Scalars<>).MakeGenericType(column.Type.RawType);
        return (ColumnBuffer)Activator.CreateInstance(buffer, input, column, capacity)!;
    }

    private sealed class Scalars<T>(DataViewRow input, Column column, int capacity) : ColumnBuffer
    {
        private readonly ValueGetter<T> _getter = input.GetGetter<T>(column);
        private readonly T[] _values = new T[capacity];

        public override void Read(int index) => _getter(ref _values[index]);

        public override Delegate CreateGetter(Func<int> current) => (ValueGetter<T>)((ref T value) => value = _values[current()]);
    }

    private sealed class Vectors<T>(DataViewRow input, Column column, int capacity) : ColumnBuffer
    {
        private readonly ValueGetter<VBuffer<T>> _getter = input.GetGetter<VBuffer<T>>(column);
        private readonly VBuffer<T>[] _values = new VBuffer<T>[capacity];

        public override void Read(int index) => _getter(ref _values[index]);

        // A copy: the consumer may write into its buffer.
        public override Delegate CreateGetter(Func<int> current) =>
            (ValueGetter<VBuffer<T>>)((ref VBuffer<T> value) => _values[current()].CopyTo(ref value));
    }
}
