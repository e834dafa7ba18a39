using System.Runtime.InteropServices;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetExtensions.Tests;

/// <summary>Reads columns, independently of ML.NET's enumerables.</summary>
internal static class Values
{
    public static T[] Scalars<T>(IDataView view, string column)
    {
        using DataViewRowCursor cursor = view.GetRowCursor([view.Schema[column]]);
        return Scalars<T>(cursor, column);
    }

    public static T[] Scalars<T>(DataViewRowCursor cursor, string column)
    {
        ValueGetter<T> getter = cursor.GetGetter<T>(cursor.Schema[column]);
        List<T> values = [];
        T value = default!;
        while (cursor.MoveNext())
        {
            getter(ref value);
            values.Add(value);
        }
        return [.. values];
    }

    /// <summary>A column of single numbers or of vectors of known size, all rows behind each other.</summary>
    public static float[] Floats(IDataView view, string column = "Score") => view.Schema[column].Type is VectorDataViewType
        ? [.. Vectors<float>(view, column).SelectMany(row => row)]
        : Scalars<float>(view, column);

    public static T[][] Vectors<T>(IDataView view, string column)
    {
        using DataViewRowCursor cursor = view.GetRowCursor([view.Schema[column]]);
        ValueGetter<VBuffer<T>> getter = cursor.GetGetter<VBuffer<T>>(view.Schema[column]);
        List<T[]> rows = [];
        VBuffer<T> value = default;
        while (cursor.MoveNext())
        {
            getter(ref value);
            rows.Add([.. value.DenseValues()]);
        }
        return [.. rows];
    }

    public static string Bits(float[] values) => Convert.ToHexString(MemoryMarshal.AsBytes(values.AsSpan()));

    public static void Close(float[] expected, float[] actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
            Assert.True(
                Math.Abs(expected[i] - actual[i]) <= tolerance || (float.IsNaN(expected[i]) && float.IsNaN(actual[i])),
                $"[{i}]: {expected[i]:r} expected, {actual[i]:r} found");
    }
}
