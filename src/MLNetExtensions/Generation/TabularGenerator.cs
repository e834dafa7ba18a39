using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.ML;
using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Managed;
using MLNetExtensions.Networks.Training;
using MLNetExtensions.Persistence;

namespace MLNetExtensions.Generation;

/// <summary>Makes up rows of a table, as a <see cref="TabularVariationalAutoencoder"/> learned them. Every value is one that its
/// column had, the rows are new.</summary>
public sealed class TabularGenerator
{
    private const int BatchSize = 256;

    /// <summary>The metadata entry that holds the columns.</summary>
    private const string TableKey = "mlnetextensions.table";

    private readonly IReadOnlyList<ColumnValues> _columns;
    private readonly IReadOnlyList<ColumnCode> _codes;

    internal TabularGenerator(
        IReadOnlyList<ColumnValues> columns, IReadOnlyList<ColumnCode> codes, NetworkModel decoder, TrainingHistory history)
    {
        if (decoder.Definition.OutputLayout.Size != codes.Sum(code => code.Outputs))
            throw new ArgumentException(
                $"The decoder gives {decoder.Definition.OutputLayout.Size} numbers, but the columns take " +
                $"{codes.Sum(code => code.Outputs)}.", nameof(decoder));
        (_columns, _codes, Decoder, History) = (columns, codes, decoder, history);
    }

    /// <summary>The network from a code to what a row's values are drawn from.</summary>
    public NetworkModel Decoder { get; }

    /// <summary>What the epochs of its training measured, in nats a row; empty when it was loaded.</summary>
    public TrainingHistory History { get; }

    /// <summary>Makes up rows, with the columns of the data that was learned.</summary>
    /// <param name="count">The number of rows.</param>
    /// <param name="seed">One seed, one table; a longer one begins with the same rows.</param>
    public IDataView Generate(int count, int seed = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        int[][] places = [.. _columns.Select(_ => new int[count])];
        (int inputs, int outputs) = (Decoder.Definition.InputLayout.Size, Decoder.Definition.OutputLayout.Size);
        float[] codes = new float[BatchSize * inputs], decoded = new float[BatchSize * outputs];
        using IInferenceSession session = ManagedEngine.Default.CreateInferenceSession(Decoder, BatchSize);
        for (int start = 0; start < count; start += BatchSize)
        {
            int rows = Math.Min(BatchSize, count - start);
            SplitMix64[] randoms = [.. Enumerable.Range(start, rows).Select(row => new SplitMix64(seed, row))];
            for (int row = 0; row < rows; row++)
            {
                foreach (ref float value in codes.AsSpan(row * inputs, inputs))
                    value = (float)randoms[row].NextNormal();
            }
            session.Run(codes.AsSpan(0, rows * inputs), rows, decoded.AsSpan(0, rows * outputs));
            for (int row = 0; row < rows; row++)
            {
                ReadOnlySpan<float> rest = decoded.AsSpan(row * outputs, outputs);
                for (int column = 0; column < _codes.Count; column++)
                {
                    places[column][start + row] = _codes[column].Draw(rest[.._codes[column].Outputs], ref randoms[row]);
                    rest = rest[_codes[column].Outputs..];
                }
            }
        }
        return new GeneratedTable(_columns, places, count);
    }

    /// <summary>Writes the generator to a file, beside its place and then renamed into it: the decoder as safetensors, the
    /// columns in its metadata.</summary>
    /// <exception cref="IOException">The file can't be written; an earlier one is as it was.</exception>
    public void Save(string path)
    {
        JsonArray columns = new([.. _columns.Zip(_codes, (values, code) => (JsonNode)new JsonObject
        {
            ["values"] = values.ToJson(),
            ["code"] = code.ToJson(),
        })]);
        SafeTensors.Save(path, Decoder.Weights, new Dictionary<string, string>
        {
            [NetworkModel.DefinitionKey] = NetworkJson.Serialize(Decoder.Definition),
            [TableKey] = columns.ToJsonString(),
        });
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <exception cref="FormatException">The file is truncated or no generator; the message names it.</exception>
    public static TabularGenerator Load(string path)
    {
        SafeTensorsContent content = SafeTensors.Load(path);
        if (!content.Metadata.TryGetValue(TableKey, out string? table)
            || !content.Metadata.TryGetValue(NetworkModel.DefinitionKey, out string? definition))
            throw new FormatException(
                $"'{path}' holds no generator of rows; {nameof(TabularGenerator)}.{nameof(Save)} writes such.");
        try
        {
            NetworkDefinition network = NetworkJson.Deserialize(definition);
            List<ColumnValues> columns = [];
            List<ColumnCode> codes = [];
            foreach (JsonObject? entry in JsonSerializer.Deserialize<JsonObject?[]>(table) ?? [])
            {
                JsonObject column = entry ?? throw new JsonException("A column is null.");
                columns.Add(ColumnValues.Read(column.Required("values").AsObject()));
                codes.Add(ColumnCode.Read(columns[^1], column["code"]));
            }
            return new(columns, codes, new(network, content.Weights.OrderedAs(network)), new("", []));
        }
        catch (Exception e) when (e is JsonException or ArgumentException or InvalidOperationException or FormatException)
        {
            throw new FormatException($"'{path}' holds no valid generator of rows: {e.Message}", e);
        }
    }
}
