using System.Text.Json;
using System.Text.Json.Nodes;
using MLNetExtensions.Networks.Training;
using MLNetExtensions.Persistence;

namespace MLNetExtensions.Generation;

/// <summary>How the values of a column are numbers for a network, and how one is drawn from what its decoder gives.</summary>
internal abstract class ColumnCode
{
    /// <summary>The numbers of a value.</summary>
    public abstract int Width { get; }

    /// <summary>What the decoder gives for it: as many outputs as there are categories, or
    /// <see cref="TabularLoss.NumberOutputs"/>.</summary>
    public abstract int Outputs { get; }

    /// <summary>The code of a column.</summary>
    /// <param name="values">Its values.</param>
    /// <param name="places">The value of each row.</param>
    public static ColumnCode Of(ColumnValues values, int[] places)
    {
        if (!values.AreNumbers)
            return new Categories(values.Count);
        double[] bounds = new double[values.Count + 1];
        foreach (int place in places)
            bounds[place + 1]++;
        for (int place = 0; place < values.Count; place++)
            bounds[place + 1] = bounds[place] + bounds[place + 1] / places.Length;
        return new Ranks(bounds);
    }

    /// <summary>Writes the numbers of a value.</summary>
    public abstract void Encode(int place, Span<float> numbers, ref SplitMix64 random);

    /// <summary>Draws a value.</summary>
    public abstract int Draw(ReadOnlySpan<float> outputs, ref SplitMix64 random);

    /// <summary>As JSON, to be read by <see cref="Read"/>.</summary>
    public abstract JsonNode? ToJson();

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    public static ColumnCode Read(ColumnValues values, JsonNode? json)
    {
        if (!values.AreNumbers)
            return new Categories(values.Count);
        double[] bounds = json?.Deserialize<double[]>() ?? [];
        return bounds.Length == values.Count + 1
            ? new Ranks(bounds)
            : throw new JsonException(
                $"The column '{values.Name}' has {values.Count} values but {bounds.Length} bounds of ranks.");
    }

    /// <summary>One of so many, by the softmax of logits.</summary>
    private sealed class Categories(int count) : ColumnCode
    {
        public override int Width => count;

        public override int Outputs => count;

        public override void Encode(int place, Span<float> numbers, ref SplitMix64 random)
        {
            numbers.Clear();
            numbers[place] = 1;
        }

        public override int Draw(ReadOnlySpan<float> outputs, ref SplitMix64 random)
        {
            // The largest of logits with Gumbel noise is a draw from their softmax.
            (int drawn, double largest) = (0, double.NegativeInfinity);
            for (int i = 0; i < outputs.Length; i++)
            {
                double logit = outputs[i] - Math.Log(-Math.Log(Inner(random.NextDouble())));
                if (logit > largest)
                    (drawn, largest) = (i, logit);
            }
            return drawn;
        }

        public override JsonNode? ToJson() => null;
    }

    /// <summary>
    /// A number by its rank among those of the column, u in (0, 1), as the logit of u with variance 1: of any distribution the
    /// network sees one that is nearly normal. A number that occurs many times (0 for what was not measured) has a range of
    /// ranks, of which one is drawn, and comes back as often. Numbers between those that occur are never made up.
    /// </summary>
    /// <param name="bounds">The share of rows below each number, and 1.</param>
    private sealed class Ranks(double[] bounds) : ColumnCode
    {
        private static readonly double Deviation = Math.PI / Math.Sqrt(3);

        public override int Width => 1;

        public override int Outputs => TabularLoss.NumberOutputs;

        public override void Encode(int place, Span<float> numbers, ref SplitMix64 random)
        {
            double rank = Inner(bounds[place] + (bounds[place + 1] - bounds[place]) * random.NextDouble());
            numbers[0] = (float)(Math.Log(rank / (1 - rank)) / Deviation);
        }

        public override int Draw(ReadOnlySpan<float> outputs, ref SplitMix64 random)
        {
            double deviation = Math.Exp(0.5 * TabularLoss.LogVariance(outputs[1]));
            double logit = Deviation * (outputs[0] + deviation * random.NextNormal());
            int place = Array.BinarySearch(bounds, 1 / (1 + Math.Exp(-logit)));
            return Math.Clamp(place < 0 ? ~place - 1 : place, 0, bounds.Length - 2);
        }

        public override JsonNode? ToJson() => JsonSerializer.SerializeToNode(bounds);
    }

    /// <summary>A number in [0, 1] moved off its ends.</summary>
    private static double Inner(double value) => Math.Clamp(value, 1e-6, 1 - 1e-6);
}
