using System.Globalization;
using System.Text;

namespace MLNetExtensions.Networks;

/// <summary>The printed table of a network: a line for each input and layer with output shape, parameters and
/// operations, and for each output where there are several.</summary>
internal static class NetworkSummary
{
    public static string Format(NetworkDefinition network)
    {
        List<string[]> rows = [["layer", "type", "output", "parameters", "FLOPs"]];
        rows.AddRange(network.Inputs.Select(input => new[]
        {
            input.Name, input.VocabularySize is { } ids ? $"{ids} ids" : "", input.Shape.ToString(), "", "",
        }));
        foreach (NetworkNode node in network.Nodes)
        {
            TensorShape[] inputs = network.InputShapes(node);
            TensorShape output = network.ShapeOf(node.Name);
            long parameters = node.Layer.Parameters(inputs)
                .Where(spec => spec.Role == ParameterRole.Trainable).Sum(spec => spec.Shape.Size);
            long flops = node.Layer.Flops(inputs, output);
            rows.Add([node.Name, node.Layer.GetType().Name, output.ToString(), Count(parameters), Count(flops)]);
        }
        if (network.Outputs.Length > 1)
        {
            rows.AddRange(network.Outputs.Select(output => new[]
            {
                output.Name, $"= {output.Node}", network.ShapeOf(output.Node).ToString(), "", "",
            }));
        }
        rows.Add(["total", "", "", Count(network.ParameterCount), Count(network.Flops)]);

        int[] widths = [.. Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length))];
        StringBuilder text = new();
        string rule = string.Join("  ", widths.Select(width => new string('─', width)));
        for (int i = 0; i < rows.Count; i++)
        {
            if (i == 1 || i == rows.Count - 1)
                text.AppendLine(rule);
            // Names to the left, numbers to the right.
            text.AppendLine(string.Join("  ", rows[i].Select((cell, column) =>
                column < 3 ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]))).TrimEnd());
        }
        return text.ToString();
    }

    private static string Count(long value) => value == 0 ? "" : value.ToString("N0", CultureInfo.InvariantCulture);
}
