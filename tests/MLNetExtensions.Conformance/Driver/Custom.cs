using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetExtensions.Conformance;

/// <summary>The custom mappings that steps name.</summary>
public static class Custom
{
    public static IEstimator<ITransformer> Mapping(MLContext ml, string name, string contract)
    {
        return name switch
        {
            "sum" => Of<AB, Sum>((i, o) =>
            {
                o.Total = i.A + i.B;
                o.Positive = o.Total > 0;
                o.Text = FormattableString.Invariant($"{i.A}|{i.B}");
            }),
            "features" => Of<FeaturesIn, FeaturesOut>((i, o) =>
            {
                o.Firsts = i.Features.Take(2).ToArray();
                o.Reversed = i.Features.Reverse().ToArray();
                o.Mean = i.Features.Average(x => (double)x);
            }),
            "overwrite" => Of<AB, Overwrite>((i, o) => o.A = i.A + i.B),
            "name" => Of<NameIn,
                NameOut>((i, o) => (o.Upper, o.Length, o.Copy) = (i.Name.ToUpperInvariant(), i.Name.Length, i.Name)),
            "variable" => Of<VariableIn,
                VariableOut>((i, o) => (o.Count, o.Last) = (i.Values.Length, i.Values.Length > 0 ? i.Values[^1] : -1)),
            "nothing" => Of<AB, Nothing>((_, _) => { }),
            "throws" => Of<AB, Overwrite>((_, _) => throw new DivideByZeroException("from the mapping")),
            "wrong size" => Of<FeaturesIn, FeaturesOut>((i, o) => (o.Firsts, o.Reversed) = (i.Features, [])),
            "nulls" => Of<AB, Sum>((i, o) => (o.Total, o.Text) = (i.A, null)),
            _ => throw new NotOfferedException($"CustomMapping {name}"),
        };

        IEstimator<ITransformer> Of<TIn, TOut>(Action<TIn, TOut> map) where TIn : class, new() where TOut : class, new() =>
            ml.Transforms.CustomMapping(map, contract);
    }

    public sealed class AB
    {
        public float A { get; set; }
        public float B { get; set; }
    }

    public sealed class Sum
    {
        public float Total { get; set; }
        public bool Positive { get; set; }
        public string Text { get; set; }
    }

    public sealed class FeaturesIn
    {
        [VectorType(3)] public float[] Features { get; set; }
    }

    public sealed class FeaturesOut
    {
        public double Mean;
        [VectorType(2)] public float[] Firsts { get; set; }
        [VectorType] public float[] Reversed { get; set; }
    }

    public sealed class Overwrite
    {
        public float A { get; set; }
    }

    public sealed class NameIn
    {
        public string Name { get; set; }
    }

    public sealed class NameOut
    {
        public string Upper { get; set; }
        public int Length { get; set; }
        [ColumnName("Renamed")] public string Copy { get; set; }
    }

    public sealed class VariableIn
    {
        [VectorType] public float[] Values { get; set; }
    }

    public sealed class VariableOut
    {
        public int Count { get; set; }
        public float Last { get; set; }
    }

    public sealed class Nothing;
}
