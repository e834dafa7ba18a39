namespace MLNetExtensions.Networks.Onnx;

/// <summary>Operators on constants that rearrange, select or repeat values.</summary>
internal static class ShapeFolding
{
    public static OnnxConstant Shape(NodeImport node)
    {
        long[] dims = node.Input(0).Dims;
        int start = (int)Math.Clamp(FromFront(node.Int("start", 0)), 0, dims.Length);
        int end = (int)Math.Clamp(FromFront(node.Int("end", dims.Length)), start, dims.Length);
        return OnnxConstant.Vector(dims[start..end]);

        long FromFront(long axis) => axis < 0 ? axis + dims.Length : axis;
    }

    public static OnnxConstant ConstantOfShape(NodeImport node, ConstantFolding folding)
    {
        long[] dims = node.Constant(0, "shape").ToIntegers();
        int count = folding.Count(node, dims);
        TensorProto? value = node.Proto.Attribute.FirstOrDefault(attribute => attribute.Name == "value")?.T;
        OnnxConstant filling =
            value is null ? new OnnxConstant([1], new float[1]) : new OnnxTensorReader(null).Read(value, "value");
        if (filling.Count != 1)
            throw node.Malformed($"fills with {filling.Count} values instead of one.");
        if (filling.Floats is null)
        {
            long[] integers = new long[count];
            Array.Fill(integers, filling.Integers![0]);
            return new(dims, integers);
        }
        float[] floats = new float[count];
        Array.Fill(floats, filling.Floats[0]);
        return new(dims, floats);
    }

    public static OnnxConstant Range(NodeImport node, ConstantFolding folding)
    {
        long start = Number(0), limit = Number(1), delta = Number(2);
        if (delta == 0)
            throw node.Malformed("has steps of 0.");
        long count = Math.Max((limit - start + delta - Math.Sign(delta)) / delta, 0);
        long[] values = new long[folding.Count(node, [count])];
        for (int i = 0; i < values.Length; i++)
            values[i] = start + i * delta;
        return OnnxConstant.Vector(values);

        long Number(int input) => node.Constant(input, "bounds") is { Integers: [long number] }
            ? number
            : throw node.NotSupported("has bounds that are not single integers.");
    }

    public static OnnxConstant Reshape(NodeImport node, ConstantFolding folding)
    {
        OnnxConstant value = node.Constant(0, "value");
        long[] target = node.Ints("shape") ?? node.Constant(1, "shape").ToIntegers();
        return value.Reshape(ReshapeTarget.Resolve(node, value.Dims, target));
    }

    public static OnnxConstant Flatten(NodeImport node, ConstantFolding folding)
    {
        OnnxConstant value = node.Constant(0, "value");
        long axis = node.Int("axis", 1);
        int split = axis == value.Rank ? value.Rank : node.Axis(axis, value.Rank);
        return value.Reshape([Size(value.Dims[..split]), Size(value.Dims[split..])]);
    }

    public static OnnxConstant Squeeze(NodeImport node, ConstantFolding folding)
    {
        OnnxConstant value = node.Constant(0, "value");
        return value.Reshape(AxesOf.Squeezed(node, value.Dims));
    }

    public static OnnxConstant Unsqueeze(NodeImport node, ConstantFolding folding)
    {
        OnnxConstant value = node.Constant(0, "value");
        return value.Reshape(AxesOf.Unsqueezed(node, value.Dims));
    }

    public static OnnxConstant Transpose(NodeImport node, ConstantFolding folding)
    {
        OnnxConstant value = node.Constant(0, "value");
        int[] order = AxesOf.Permutation(node, value.Rank);
        int[] strides = Strides.Of(value.Dims);
        long[] dims = [.. order.Select(axis => value.Dims[axis])];
        int[] places = Strides.Places(dims, [.. order.Select(axis => strides[axis])], value.Count);
        return value.Pick(dims, places) with { Origin = value.Origin };
    }

    public static OnnxConstant Expand(NodeImport node, ConstantFolding folding)
    {
        OnnxConstant value = node.Constant(0, "value");
        long[] target = node.Constant(1, "shape").ToIntegers();
        // What is the same for every example has no dimension of its own for them.
        if (target.Any(BatchDimension.IsBatch))
            target = [.. target.Select(size => size.IsBatch() ? 1 : size)];
        long[] dims = Strides.Common(value.Dims, target)
            ?? throw node.Malformed($"can't expand {value.Dims.Text()} to {target.Text()}.");
        if (OnnxTensorReader.ElementCount(dims) == value.Count)
            return value.Reshape(dims);
        return value.Pick(dims, Strides.Places(dims, Strides.Broadcast(value.Dims, dims), folding.Count(node, dims)));
    }

    /// <summary>The triangle of the last two dimensions above or below a diagonal, zeros elsewhere.</summary>
    public static OnnxConstant Trilu(NodeImport node, ConstantFolding folding)
    {
        OnnxConstant value = node.Constant(0, "value");
        bool isUpper = node.Int("upper", 1) != 0;
        long diagonal = node.OptionalConstant(1, "diagonal")?.ToIntegers()[0] ?? 0;
        if (value.Rank < 2)
            throw node.Malformed($"takes a triangle of {value.Dims.Text()}.");
        folding.Count(node, value.Dims);
        (long rows, long columns) = (value.Dims[^2], value.Dims[^1]);
        return value.Floats is { } floats
            ? new(value.Dims, [.. floats.Select((number, i) => IsKept(i) ? number : 0)])
            : new(value.Dims, [.. value.Integers!.Select((number, i) => IsKept(i) ? number : 0)]);

        bool IsKept(int place)
        {
            long distance = place % columns - place / columns % rows - diagonal;
            return isUpper ? distance >= 0 : distance <= 0;
        }
    }

    public static OnnxConstant Tile(NodeImport node, ConstantFolding folding)
    {
        OnnxConstant value = node.Constant(0, "value");
        long[] repeats = node.Constant(1, "repeats").ToIntegers();
        if (repeats.Length != value.Rank)
            throw node.Malformed($"repeats {repeats.Length} of {value.Rank} dimensions.");
        long[] dims = [.. value.Dims.Zip(repeats, (dim, times) => checked(dim * times))];
        int count = folding.Count(node, dims);
        int[] strides = Strides.Of(value.Dims), outer = Strides.Of(dims);
        int[] places = new int[count];
        for (int i = 0; i < count; i++)
        {
            for (int axis = 0; axis < dims.Length; axis++)
                places[i] += (int)(i / outer[axis] % value.Dims[axis]) * strides[axis];
        }
        return value.Pick(dims, places);
    }

    public static OnnxConstant Concat(NodeImport node, ConstantFolding folding)
    {
        OnnxConstant[] parts = [.. node.Inputs.Cast<OnnxConstant>()];
        int axis = node.Axis(node.Int("axis", 0), parts[0].Rank);
        if (parts.Any(part => part.Rank != parts[0].Rank
            || !part.Dims.Where((_, i) => i != axis).SequenceEqual(parts[0].Dims.Where((_, i) => i != axis))))
            throw node.Malformed("joins constants whose other dimensions differ.");
        folding.Count(node, [parts.Sum(part => (long)part.Count)]);
        return Joined(parts, axis);
    }

    /// <summary>Constants behind each other along an axis, whose other dimensions agree.</summary>
    public static OnnxConstant Joined(OnnxConstant[] parts, int axis)
    {
        long[] dims = [.. parts[0].Dims];
        dims[axis] = parts.Sum(part => part.Dims[axis]);
        int count = parts.Sum(part => part.Count), outer = (int)Size(dims[..axis]), row = outer == 0 ? 0 : count / outer;
        return parts.All(part => part.Floats is not null)
            ? new(dims, Join(parts.Select(part => part.Floats!)))
            : parts.All(part => part.Integers is not null)
                ? new(dims, Join(parts.Select(part => part.Integers!)))
                : new(dims, Join(parts.Select(part => part.ToFloats())));

        T[] Join<T>(IEnumerable<T[]> arrays)
        {
            T[] joined = new T[count];
            int offset = 0;
            foreach (T[] array in arrays)
            {
                int length = outer == 0 ? 0 : array.Length / outer;
                for (int i = 0; i < outer; i++)
                    array.AsSpan(i * length, length).CopyTo(joined.AsSpan(i * row + offset));
                offset += length;
            }
            return joined;
        }
    }

    public static OnnxConstant Gather(NodeImport node, ConstantFolding folding)
    {
        OnnxConstant value = node.Constant(0, "value"), indices = node.Constant(1, "indices");
        int axis = node.Axis(node.Int("axis", 0), value.Rank);
        long size = value.Dims[axis];
        long[] picked = [.. indices.ToIntegers().Select(index => index < 0 ? index + size : index)];
        if (picked.Any(index => index < 0 || index >= size))
            throw node.Malformed($"takes an index outside of {size} values.");
        long[] dims = [.. value.Dims[..axis], .. indices.Dims, .. value.Dims[(axis + 1)..]];
        int[] places = new int[folding.Count(node, dims)];
        int inner = (int)Size(value.Dims[(axis + 1)..]), block = picked.Length * inner;
        for (int i = 0; i < places.Length; i++)
            places[i] = i / block * (int)size * inner + (int)picked[i % block / inner] * inner + i % inner;
        return value.Pick(dims, places);
    }

    public static OnnxConstant Slice(NodeImport node, ConstantFolding folding)
    {
        OnnxConstant value = node.Constant(0, "value");
        SliceRange[] ranges = SliceRange.Of(node, value.Dims);
        int[] strides = Strides.Of(value.Dims);
        long[] dims = [.. ranges.Select(range => range.Count)];
        int start = strides.Zip(ranges, (stride, range) => stride * (int)range.Start).Sum();
        int[] steps = [.. strides.Zip(ranges, (stride, range) => stride * (int)range.Step)];
        return value.Pick(dims, Strides.Places(dims, steps, folding.Count(node, dims), start));
    }

    private static long Size(long[] dims) => dims.Aggregate(1L, (size, dim) => checked(size * dim));
}
