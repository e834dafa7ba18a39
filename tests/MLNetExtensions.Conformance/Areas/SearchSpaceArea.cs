using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.ML;
using Microsoft.ML.AutoML;
using Microsoft.ML.SearchSpace;
using Microsoft.ML.SearchSpace.Option;
using Space = Microsoft.ML.SearchSpace.SearchSpace;

namespace MLNetExtensions.Conformance;

/// <summary>Options, search spaces, parameters and what tuners propose.</summary>
public sealed class SearchSpaceArea : IArea
{
    public string Name => "searchspace";

    public enum Color { Red, Green, Blue }

    public sealed class Simple
    {
        [Range(1, 10, 4)] public int Int { get; set; } = 99;
        [Range(0.001f, 1f, 0.1f, true)] public float Float { get; set; }
        [Range(0.5, 2.5)] public double Double { get; set; } = 1.5;
        [Choice("a", "b", "c")] public string Choice { get; set; }
        [BooleanChoice] public bool Flag { get; set; }
        [BooleanChoice(true)] public bool FlagTrue { get; set; }
        public string Untouched { get; set; } = "same";
    }

    public sealed class Fields
    {
        [Range(2, 32, 4, true)] public int Log;
        [Choice(new object[] { 1, 2, 3 }, 2)] public int Pick;
        [Choice(0.5f, 1.5f)] public float PickFloat;
        [Choice(Color.Green, Color.Blue)] public Color Enum;
        public int Plain = 3;
    }

    public sealed class Inner
    {
        [Range(0, 4)] public int Depth { get; set; }
        [BooleanChoice] public bool Deep { get; set; }
    }

    public sealed class Outer
    {
        [Range(10, 20)] public int Width { get; set; }
        [NestOption] public Inner Inner { get; set; } = new();
    }

    public sealed class OuterBare
    {
        [Range(10, 20)] public int Width { get; set; }
        public Inner Inner { get; set; } = new();
    }

    public sealed class Nothing
    {
        public int Plain { get; set; } = 5;
    }

    public sealed class Defaults
    {
        [Range(0, 100)] public int A { get; set; } = 25;
        [Choice("x", "y")] public string B { get; set; } = "y";
        [BooleanChoice] public bool C { get; set; } = true;
    }

    public sealed class WrongType
    {
        [Range(0, 100)] public string A { get; set; }
    }

    public sealed class LongRange
    {
        [Range(0, 100, 10)] public long L { get; set; }
        [Range(0.0f, 1.0f)] public double D { get; set; }
    }

    public JsonObject Run(JsonObject @case) => Recorder.Staged(stage =>
    {
        var args = @case["args"];
        switch (@case.Str("op"))
        {
            case "Option": return Describe(Option(args["option"]), args);
            case "Space": return Describe(SpaceOf(args["members"]), args);
            case "Typed":
                var type = GetType().GetNestedType(args.Str("type"));
                return (JsonObject)Generic.Call(nameof(Typed), GetType(), [type], args);
            case "Parameter": return OfParameter(args);
            case "Proposals":
                stage("run");
                return Proposals(args);
            case var op: throw new NotOfferedException(op);
        }
    });

    private static OptionBase Option(JsonNode option)
    {
        var log = option.Bool("logBase");
        var start = option["default"];
        var number = start is null || option.Str("kind") == "choice" ? (double?)null : J.F64(start);
        switch (option.Str("kind"))
        {
            case "int": return new UniformIntOption(option.Int("min"), option.Int("max"), log, option.IntOrNull("default"));
            case "float": return new UniformSingleOption(J.F32(option["min"]), J.F32(option["max"]), log, (float?)number);
            case "double": return new UniformDoubleOption(option.Dbl("min"), option.Dbl("max"), log, number);
            case "choice":
                var choices = option.List("choices").Select(Plain).ToArray();
                return start is null ? new ChoiceOption(choices) : new ChoiceOption(choices, Plain(start));
            case "space": return SpaceOf(option["members"]);
            case var kind: throw new NotOfferedException(kind);
        }
    }

    private static Space SpaceOf(JsonNode members)
    {
        var space = new Space();
        foreach (var (name, option) in members.AsObject())
            space.Add(name, Option(option));
        return space;
    }

    /// <summary>The records hold numbers of choices as doubles, those of parameters too.</summary>
    private static object Plain(JsonNode node) => node.GetValueKind() switch
    {
        JsonValueKind.String => node.GetValue<string>(),
        JsonValueKind.Number => J.F64(node),
        var kind => kind == JsonValueKind.True,
    };

    private static Parameter ParameterOf(JsonNode node) => node is JsonObject members
        ? Parameter.CreateNestedParameter([.. members.Select(m => KeyValuePair.Create(m.Key, ParameterOf(m.Value)))])
        : Plain(node) switch
        {
            string text => Parameter.FromString(text),
            bool truth => Parameter.FromBool(truth),
            var number => Parameter.FromDouble((double)number),
        };

    private static JsonNode Json(Parameter parameter) => JsonNode.Parse(JsonSerializer.Serialize(parameter));

    private static JsonNode Record(Parameter parameter) =>
        parameter is null ? null : J.O(("type", parameter.ParameterType), ("value", Json(parameter)));

    private static JsonNode Try(Func<object> make)
    {
        try
        {
            return J.Of(make());
        }
        catch (Exception e)
        {
            return Recorder.Throws(e);
        }
    }

    private static double[] Point(JsonNode node) => [.. node.AsArray().Select(J.F64)];

    private static JsonObject Describe(OptionBase option, JsonNode args)
    {
        var record = J.O(
            ("featureSpaceDim", option.FeatureSpaceDim),
            ("step", option.Step),
            ("default", Try(() => option.Default)),
            ("defaultSample", Try(() => Record(option.SampleFromFeatureSpace(option.Default)))));
        if (args.List("sample") is { } samples)
            record["sample"] = J.Arr(samples.Select(point => Try(() => Record(option.SampleFromFeatureSpace(Point(point))))));
        if (args.List("map") is { } values)
            record["map"] = J.Arr(values.Select(value => Try(() => option.MappingToFeatureSpace(ParameterOf(value)))));
        switch (option)
        {
            case ChoiceOption choice:
                record["choices"] = J.Arr(choice.Choices.Select(Record));
                break;
            case UniformNumericOption range:
                record["min"] = J.Of(range.Min);
                record["max"] = J.Of(range.Max);
                record["logBase"] = range.LogBase;
                break;
            case Space space:
                record["keys"] = J.Arr(space.Keys);
                record["count"] = space.Count;
                break;
        }
        return record;
    }

    private static JsonObject Typed<T>(JsonNode args) where T : class, new()
    {
        var space = args.Bool("defaultInstance") ? new SearchSpace<T>(new T()) : new SearchSpace<T>();
        var record = Describe(space, new JsonObject());
        record["options"] = J.O([.. space.Keys.Select(key => (key, (object)space[key].GetType().Name))]);
        record["defaultObject"] = Try(() => Members(space.SampleFromFeatureSpace(space.Default)));
        if (args.List("sample") is { } samples)
            record["sampleObjects"] = J.Arr(samples.Select(p => Try(() => Members(space.SampleFromFeatureSpace(Point(p))))));
        record["mapNew"] = Try(() => space.MappingToFeatureSpace(new T()));
        return record;
    }

    /// <summary>The fields and properties of an object, by name.</summary>
    private static JsonObject Members(object item) => J.O([.. item.GetType().GetMembers()
        .OrderBy(member => member.Name, StringComparer.Ordinal)
        .Where(member => member is FieldInfo or PropertyInfo)
        .Select(member => (member.Name, member is FieldInfo field ? field.GetValue(item) : ((PropertyInfo)member).GetValue(item)))
        .Select(member => (member.Name, member.Item2 is Inner inner ? Members(inner) : member.Item2))]);

    private static JsonObject OfParameter(JsonNode args)
    {
        var parameter = args.Str("from") switch
        {
            "Int" => Parameter.FromInt(args.Int("value")),
            "Long" => Parameter.FromLong(args.Long("value")),
            "Float" => Parameter.FromFloat(J.F32(args["value"])),
            "Double" => Parameter.FromDouble(args.Dbl("value")),
            "Bool" => Parameter.FromBool(args.Bool("value")),
            "String" => Parameter.FromString(args.Str("value")),
            "Enum" => Parameter.FromEnum(Enum.Parse<Color>(args.Str("value"))),
            "Enumerable" => Parameter.FromIEnumerable(args.List("value").Select(Plain).ToArray()),
            "Object" => Parameter.FromObject(new Simple { Choice = "b" }),
            "Nested" => ParameterOf(args["value"]),
            var other => throw new NotOfferedException($"Parameter.From{other}"),
        };
        var record = (JsonObject)Record(parameter);
        record["toString"] = parameter.ToString();
        record["asInt"] = Try(() => parameter.AsType<int>());
        record["asLong"] = Try(() => parameter.AsType<long>());
        record["asFloat"] = Try(() => parameter.AsType<float>());
        record["asDouble"] = Try(() => parameter.AsType<double>());
        record["asBool"] = Try(() => parameter.AsType<bool>());
        record["asString"] = Try(() => parameter.AsType<string>());
        record["asEnum"] = Try(() => parameter.AsType<Color>());
        record["asInts"] = Try(() => parameter.AsType<int[]>());
        record["asSimple"] = Try(() => Members(parameter.AsType<Simple>()));
        record["count"] = Try(() => parameter.Count);
        record["keys"] = Try(() => parameter.Keys);
        if (args.Str("get") is { } key)
            record["get"] = Try(() => Record(parameter[key]));
        if (args["equalTo"] is { } equal)
            record["equals"] = Try(() => parameter.Equals(ParameterOf(equal)));
        return record;
    }

    /// <summary>Writes down what it is asked to try; the loss, the sum of the squares of all numbers, is a trail.</summary>
    private sealed class RecordingRunner : ITrialRunner
    {
        public List<JsonNode> Proposals { get; } = [];

        public Task<TrialResult> RunAsync(TrialSettings settings, CancellationToken ct)
        {
            var proposal = Json(settings.Parameter);
            Proposals.Add(proposal["space"]);
            var loss = SquaredSum(proposal);
            var result = new TrialResult { TrialSettings = settings, Loss = loss, Metric = -loss, DurationInMilliseconds = 1 };
            return Task.FromResult(result);
        }

        public void Dispose() { }

        private static double SquaredSum(JsonNode node) => node switch
        {
            JsonObject members => members.Sum(member => SquaredSum(member.Value)),
            JsonValue value when value.GetValueKind() == JsonValueKind.Number => Math.Pow(J.F64(value), 2),
            _ => 0,
        };
    }

    private static List<JsonNode> Propose(JsonNode args)
    {
        var runner = new RecordingRunner();
        var experiment = new MLContext(args.Int("seed", 1)).Auto().CreateExperiment()
            .AddSearchSpace("space", SpaceOf(args["members"]))
            .SetTrialRunner(runner)
            .SetMaxModelToExplore(args.Int("trials", 10));
        _ = args.Str("tuner") switch
        {
            "GridSearch" when args.IntOrNull("step") is { } step => experiment.SetGridSearchTuner(step),
            "GridSearch" => experiment.SetGridSearchTuner(),
            "RandomSearch" => experiment.SetRandomSearchTuner(args.IntOrNull("tunerSeed")),
            "CostFrugal" => experiment.SetCostFrugalTuner(),
            var tuner => throw new NotOfferedException(tuner),
        };
        experiment.Run();
        return runner.Proposals;
    }

    /// <summary>The exact order of a grid search; of the others what holds whatever the random numbers are.</summary>
    private static JsonObject Proposals(JsonNode args)
    {
        var proposals = Propose(args);
        if (args.Str("tuner") == "GridSearch")
            return J.O(("proposals", proposals.Select(proposal => proposal.DeepClone())));
        var space = SpaceOf(args["members"]);
        static string[] Texts(List<JsonNode> proposals) => [.. proposals.Select(proposal => proposal.ToJsonString())];
        var texts = Texts(proposals);
        return J.O(
            ("count", proposals.Count),
            ("allInside", proposals.TrueForAll(proposal => IsInside(space, proposal))),
            ("firstIsDefault", JsonNode.DeepEquals(proposals[0], Json(space.SampleFromFeatureSpace(space.Default)))),
            ("moreThanHalfDistinct", texts.Distinct().Count() * 2 > texts.Length),
            ("repeatable", args["tunerSeed"] is null ? null : Texts(Propose(args)).SequenceEqual(texts)));
    }

    private static bool IsInside(OptionBase option, JsonNode value) => option switch
    {
        Space space => space.All(member => IsInside(member.Value, value[member.Key])),
        UniformNumericOption range => J.F64(value) >= range.Min && J.F64(value) <= range.Max,
        ChoiceOption choice => choice.Choices.Any(one => JsonSerializer.Serialize(one) == value.ToJsonString()),
        _ => false,
    };
}
