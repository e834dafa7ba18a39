namespace MLNetExtensions.Networks.Onnx;

/// <summary>Places of values in row-major tensors.</summary>
internal static class Strides
{
    /// <summary>The distance of neighbours along each dimension.</summary>
    public static int[] Of(long[] dims)
    {
        int[] strides = new int[dims.Length];
        int stride = 1;
        for (int i = dims.Length - 1; i >= 0; i--)
        {
            strides[i] = stride;
            stride *= (int)dims[i];
        }
        return strides;
    }

    /// <summary>The distance of neighbours along each dimension of a larger tensor that these dimensions are broadcast to: 0
    /// where one value stands for all.</summary>
    public static int[] Broadcast(long[] dims, long[] larger)
    {
        int[] own = Of(dims), strides = new int[larger.Length];
        for (int i = 1; i <= dims.Length; i++)
            strides[^i] = dims[^i] == 1 ? 0 : own[^i];
        return strides;
    }

    /// <summary>The dimensions of two tensors broadcast to each other; null when they can't be.</summary>
    public static long[]? Common(long[] a, long[] b)
    {
        long[] dims = new long[Math.Max(a.Length, b.Length)];
        for (int i = 1; i <= dims.Length; i++)
        {
            long first = i <= a.Length ? a[^i] : 1, second = i <= b.Length ? b[^i] : 1;
            if (first != second && first != 1 && second != 1)
                return null;
            dims[^i] = first == 1 ? second : first;
        }
        return dims;
    }

    /// <summary>For each place of a tensor of the given dimensions, in row-major order, the place at these strides.</summary>
    public static int[] Places(long[] dims, int[] strides, int count, int start = 0)
    {
        int[] places = new int[count];
        long[] index = new long[dims.Length];
        int place = start;
        for (int i = 0; i < count; i++)
        {
            places[i] = place;
            for (int axis = dims.Length - 1; axis >= 0; axis--)
            {
                place += strides[axis];
                if (++index[axis] < dims[axis])
                    break;
                place -= strides[axis] * (int)dims[axis];
                index[axis] = 0;
            }
        }
        return places;
    }
}
