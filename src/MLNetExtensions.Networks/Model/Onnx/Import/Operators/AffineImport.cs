namespace MLNetExtensions.Networks.Onnx;

/// <summary>Scales and shifts: they go into the layer before where that has a weight and a bias and nothing else sees its output,
/// and become a layer of their own elsewhere.</summary>
internal static class AffineImport
{
    public static NetworkValue Apply(NodeImport node, NetworkValue value, Affine affine)
    {
        if (!affine.IsScaling && !affine.IsShifting)
            return value;
        return Merge(node, value, affine) ?? AddLayer(node, value, affine);
    }

    /// <summary>The value of the layer before, changed; null when it can't take the scale and shift. A difference begins the
    /// standardisation of a value, and is left to a layer that does that.</summary>
    private static NetworkValue? Merge(NodeImport node, NetworkValue value, Affine affine)
    {
        if (!value.IsExclusive || node.Network.LayerOf(value.Node) is not { } layer
            || (node.Operation == "Sub" && layer is not Normalize))
            return null;
        TensorShape shape = node.Network.ShapeOf(value.Node);
        bool isLast = layer is Linear;
        int channels = isLast ? shape.Dimensions[^1] : shape.Channels;
        int axis = isLast ? value.Example.Length - 1 : 0;
        bool fits = affine.IsUniform || (affine.Axis == axis && value.Example[axis] == channels);
        if (!fits)
            return null;
        Affine each = affine.Repeated(channels);
        switch (layer)
        {
            case Linear linear:
                Change(linear with { Bias = linear.Bias || affine.IsShifting }, linear.Bias);
                return value;
            case Conv2d convolution:
                Change(convolution with { Bias = convolution.Bias || affine.IsShifting }, convolution.Bias);
                return value;
            case Conv1d convolution:
                Change(convolution with { Bias = convolution.Bias || affine.IsShifting }, convolution.Bias);
                return value;
            // Its weight has the outputs second.
            case ConvTranspose2d convolution when !affine.IsScaling:
                Change(convolution with { Bias = true }, convolution.Bias);
                return value;
            case BatchNorm { Affine: true } norm:
                Change(norm, true);
                return value;
            case GroupNorm { Affine: true } norm:
                Change(norm, true);
                return value;
            case GroupNorm norm:
                value = value with { Node = node.Network.Rename(value.Node, node) };
                node.Network.Change(
                    value.Node, norm, ("weight", Filled(channels, 1)), ("bias", Filled(channels, 0)));
                Change(norm with { Affine = true }, true);
                return value;
            case Normalize normalize when Compose(normalize, affine) is { } composed:
                node.Network.Change(value.Node, composed);
                return value with { Node = node.Network.Rename(value.Node, node) };
            default:
                return null;
        }

        void Change(Layer changed, bool hasBias)
        {
            List<(string, WeightTensor)> parameters = [];
            if (affine.IsScaling)
            {
                WeightTensor weight = node.Network.Weight(value.Node, "weight")!;
                int row = weight.Values.Length / channels;
                parameters.Add(("weight", new(
                    weight.Shape, [.. weight.Values.Select((number, i) => (float)(number * each.Scales[i / row]))])));
            }
            if (hasBias || affine.IsShifting)
            {
                float[] bias = hasBias ? node.Network.Weight(value.Node, "bias")!.Values : new float[channels];
                parameters.Add(("bias", new(
                    new(channels), [.. bias.Select((number, i) => (float)(number * each.Scales[i] + each.Shifts[i]))])));
            }
            node.Network.Change(value.Node, changed, parameters);
        }
    }

    /// <summary>A layer that only scales and shifts: by constants where the scales are positive, else a convolution of each
    /// channel by itself. What varies along other axes than that of the channels sees every value as a channel.</summary>
    private static NetworkValue AddLayer(NodeImport node, NetworkValue value, Affine affine)
    {
        NetworkValue view = value;
        long[] example = value.Example;
        if (!affine.IsUniform && affine.Axis != 0)
        {
            affine = affine.OfEach(example);
            example = [affine.Scales.Length];
            value = value.AsExample(example);
        }
        if (affine.IsPositive)
            return node.Add(Compose(new Normalize([0], [1]), affine)!, value).As(view);
        int channels = checked((int)example[0]);
        Affine each = affine.Repeated(channels);
        NetworkValue image =
            value.AsExample(channels, example[1..].Aggregate(1L, (size, dim) => checked(size * dim)), 1);
        return node.Network.Add(
            node, new Conv2d(channels, 1, Groups: channels), null, [node.Network.Materialize(node, image)],
            ("weight", new(new(channels, 1, 1, 1), [.. each.Scales.Select(scale => (float)scale)])),
            ("bias", new(new(channels), [.. each.Shifts.Select(shift => (float)shift)]))).As(view);
    }

    /// <summary>(x − mean) / deviation, then scaled and shifted: with another mean and deviation the same. Null when a scale is
    /// not positive.</summary>
    private static Normalize? Compose(Normalize normalize, Affine affine)
    {
        if (!affine.IsPositive)
            return null;
        int count = Math.Max(normalize.Mean.Length, affine.Scales.Length);
        float[] means = new float[count], deviations = new float[count];
        for (int i = 0; i < count; i++)
        {
            double mean = normalize.Mean[i % normalize.Mean.Length];
            double deviation = normalize.StandardDeviation[i % normalize.Mean.Length];
            double scale = affine.Scales[i % affine.Scales.Length], shift = affine.Shifts[i % affine.Shifts.Length];
            means[i] = (float)(mean - shift * deviation / scale);
            deviations[i] = (float)(deviation / scale);
        }
        return new([.. means], [.. deviations]);
    }

    private static WeightTensor Filled(int count, float value) => new(new(count), [.. Enumerable.Repeat(value, count)]);
}
