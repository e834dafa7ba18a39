namespace MLNetExtensions.Networks.Onnx;

/// <summary>Pooling over time.</summary>
internal static class TimePoolingExport
{
    public static string PoolOverTime(PoolOverTime layer, LayerExport export)
    {
        TensorShape input = export.InputShape;
        int axis = input.IndexOf(layer.Dimension) + 1, length = input[axis - 1];
        return (layer.Mode, export.Inputs.Count > 1) switch
        {
            (TimePooling.Last, false) => Shaped(export, export.Step(
                "Gather", [export.Input, export.Constant("last", [length - 1L])], OnnxAttribute.Int("axis", axis))),
            (_, false) => Shaped(export, export.Reduced(Reduction(layer), export.Input, axis)),
            _ => Masked(layer, export, axis, length),
        };
    }

    private static string Masked(PoolOverTime layer, LayerExport export, int axis, int length)
    {
        string present = MaskExport.Present(export, export.Inputs[1], length);
        string isAny = export.Reduced("ReduceMax", present, 1);
        string weights = layer.Mode switch
        {
            // Of all steps but the last the next one is no smaller.
            TimePooling.Last => Last(export, present, length),
            TimePooling.Mean => export.Step(
                "Div", [present, export.Step("Max", [Mean(export, present), Smallest(export, length)])]),
            _ => present,
        };
        long[] shape = [-1, .. Enumerable.Repeat(1L, export.InputShape.Rank)];
        shape[axis] = length;
        string isPresent = export.Step("Greater", [Along(present), export.Constant("zero", 0.0)]);
        if (layer.Mode == TimePooling.Max)
        {
            string candidates = export.Step(
                "Where", [isPresent, export.Input, export.Constant("lowest", (double)float.MinValue)]);
            string largest = Shaped(export, export.Reduced("ReduceMax", candidates, axis), isLast: false);
            shape = [-1, .. Enumerable.Repeat(1L, export.OutputShape.Rank)];
            return export.Emit("Mul", [largest, Along(isAny)]);
        }
        // What does not count may be no number.
        string values = export.Step("Where", [isPresent, export.Input, export.Constant("none", 0.0)]);
        return Shaped(export, export.Reduced("ReduceMean", export.Step("Mul", [values, Along(weights)]), axis));

        string Along(string mask) => export.Step("Reshape", [mask, export.Constant("along", shape)]);
    }

    /// <summary>As many as there are steps at the last one that counts, 0 elsewhere: the mean of what is multiplied by it is
    /// that step.</summary>
    private static string Last(LayerExport export, string present, int length)
    {
        float[] places = [.. Enumerable.Range(1, length)];
        string numbered = export.Step("Mul", [present, export.Constant("places", [length], places)]);
        string behind = export.Step("Sub", [numbered, export.Reduced("ReduceMax", numbered, 1)]);
        string isLast = export.Step("Greater", [behind, export.Constant("half", -0.5)]);
        string one = export.Step("Cast", [isLast], OnnxAttribute.Int("to", (long)TensorProto.Types.DataType.Float));
        return export.Step("Mul", [export.Step("Mul", [one, present]), export.Constant("steps", (double)length)]);
    }

    private static string Mean(LayerExport export, string present) => export.Reduced("ReduceMean", present, 1);

    /// <summary>Less than the share of one step, so that nothing is divided by 0.</summary>
    private static string Smallest(LayerExport export, int length) => export.Constant("share", 0.5 / length);

    private static string Reduction(PoolOverTime layer) => layer.Mode == TimePooling.Max ? "ReduceMax" : "ReduceMean";

    private static string Shaped(LayerExport export, string value, bool isLast = true)
    {
        string[] inputs =
        [
            value,
            export.Constant("shape", [0, .. export.OutputShape.Dimensions.ToArray().Select(dimension => (long)dimension)]),
        ];
        return isLast ? export.Emit("Reshape", inputs) : export.Step("Reshape", inputs);
    }
}
