using System.Reflection;
using System.Text.Json.Nodes;
using Microsoft.ML.Data;

namespace MLNetExtensions.Conformance;

/// <summary>The row classes that cases name, and their objects as JSON.</summary>
public static class RowTypes
{
    public static Type Get(string name) =>
        typeof(RowTypes).GetNestedType(name) ?? throw new ArgumentException($"There is no row type {name}.");

    /// <summary>Public instance fields and properties by name.</summary>
    public static JsonObject Members(object row)
    {
        var record = new JsonObject();
        foreach (var member in row.GetType().GetMembers(BindingFlags.Public | BindingFlags.Instance)
            .OrderBy(m => m.Name, StringComparer.Ordinal))
        {
            if (member is not (FieldInfo or PropertyInfo { CanRead: true })) continue;
            var value = member is FieldInfo field ? field.GetValue(row) : ((PropertyInfo)member).GetValue(row);
            record[member.Name] = Recorder.Value(value);
            if (value?.GetType().GetProperty("IsDense") is { } isDense)
                record[$"{member.Name}.IsDense"] = (bool)isDense.GetValue(value);
        }
        return record;
    }

    public static T FromJson<T>(JsonNode values)
    {
        var row = Activator.CreateInstance<T>();
        foreach (var (name, node) in values.AsObject())
        {
            if (typeof(T).GetField(name) is { } field) field.SetValue(row, FromJson(field.FieldType, node));
            else
            {
                var property = typeof(T).GetProperty(name);
                property.SetValue(row, FromJson(property.PropertyType, node));
            }
        }
        return row;
    }

    private static object FromJson(Type type, JsonNode node) => node switch
    {
        null => null,
        _ when type == typeof(string) => node.GetValue<string>(),
        _ when type == typeof(float[]) => node.AsArray().Select(J.F32).ToArray(),
        _ => Generic.Call(nameof(Types.Value), typeof(Types), [type], TextDataViewType.Instance, node),
    };

    /// <summary>The objects that a LoadFromEnumerable case loads.</summary>
    public static Array Rows(string name) => name switch
    {
        nameof(Numbers) => new Numbers[]
        {
            new() { SB = -1, By = 2, Sh = -3, Us = 4, In = -5, Ui = 6, Lo = -7, Ul = 8, Fl = 1.5f, Do = 2.5 },
            new()
            {
                SB = sbyte.MinValue, By = byte.MaxValue, Sh = short.MinValue, Us = ushort.MaxValue, In = int.MinValue,
                Ui = uint.MaxValue, Lo = long.MinValue, Ul = ulong.MaxValue, Fl = float.NaN, Do = double.NegativeInfinity,
            },
        },
        nameof(Others) => new Others[]
        {
            new()
            {
                Bo = true, St = "text", Me = "memory".AsMemory(), Dt = new(2020, 1, 2, 3, 4, 5, DateTimeKind.Utc),
                Of = new(2020, 1, 2, 3, 4, 5, TimeSpan.FromHours(2)), Ts = TimeSpan.FromMinutes(90),
            },
            new(),
        },
        nameof(Mixed) => new Mixed[] { new() { Field = 1, Property = 2, Original = 3, Skipped = 4, WithLoadColumn = "x" },
            new() },
        nameof(Vectors) => new Vectors[]
        {
            new() { Known = [1, 2, 3], Unknown = [1, 2], Bare = [1], Matrix = [1, 2, 3, 4], Words = ["a", null, "c"],
                Flags = [true, false] },
            new(),
        },
        "VectorsWrongSize" => new Vectors[] { new() { Known = [1, 2], Matrix = [1], Flags = [true] } },
        nameof(Buffers) => new Buffers[]
        {
            new() { Dense = new(4, [1, 2, 3, 4]), Sparse = new(4, 2, [5, 6], [1, 3]), Unknown = new(2, [7, 8]),
                Text = new(2, ["p".AsMemory(), "q".AsMemory()]) },
            new(),
        },
        nameof(Keys) => new Keys[] { new() { K = 1, B = 200, NoCount = 7, Vector = [1, 5] }, new() { Vector = [0, 9] },
            new() { K = 4, B = 201, Vector = [1, 2] } },
        nameof(CountedKeys) => new CountedKeys[]
        {
            new() { K = 1, B = 200, Long = 10, Vector = [1, 5] }, new() { Vector = [0, 9] },
                new() { K = 4, B = 201, Long = 11, Vector = [1, 2] },
        },
        nameof(Nullables) => new Nullables[] { new() { Maybe = 1, F = 2 } },
        nameof(BadMember) => new BadMember[] { new() { F = 1 } },
        nameof(BadKey) => new BadKey[] { new() { K = 1 } },
        nameof(Empty) => new Empty[] { new() },
        nameof(Derived) => new Derived[] { new() { FromBase = 1, BaseField = 2, Own = 3 } },
        nameof(AB) => new AB[] { new() { A = 1, B = 2 }, new() { A = 3, B = 4 } },
        "NullRow" => new AB[] { new() { A = 1, B = 2 }, null },
        "NoRows" => Array.Empty<AB>(),
        _ => throw new ArgumentException($"There are no rows {name}."),
    };

    public sealed class Numbers
    {
        public sbyte SB;
        public byte By;
        public short Sh;
        public ushort Us;
        public int In;
        public uint Ui;
        public long Lo;
        public ulong Ul;
        public float Fl;
        public double Do;
    }

    public sealed class Others
    {
        public bool Bo { get; set; }
        public string St { get; set; }
        public ReadOnlyMemory<char> Me { get; set; }
        public DateTime Dt { get; set; }
        public DateTimeOffset Of { get; set; }
        public TimeSpan Ts { get; set; }
    }

    public sealed class Mixed
    {
        private readonly float _hidden = 9;
        public static float Static = 3;
        public float Field;
        [NoColumn] public float Skipped = 5;
        [LoadColumn(3)] public string WithLoadColumn;
        public float Property { get; set; }
        [ColumnName("Renamed")] public float Original { get; set; }
        public float ReadOnly => 7;
        public float PrivateSet { get; private set; }
        public float Hidden() => _hidden;
    }

    public sealed class Vectors
    {
        [VectorType(3)] public float[] Known;
        [VectorType] public float[] Unknown;
        public float[] Bare;
        [VectorType(2)] public bool[] Flags;
        [VectorType(2, 2)] public double[] Matrix { get; set; }
        public string[] Words { get; set; }
    }

    public sealed class Buffers
    {
        [VectorType(4)] public VBuffer<float> Dense;
        [VectorType(4)] public VBuffer<float> Sparse;
        public VBuffer<double> Unknown;
        [VectorType(2)] public VBuffer<ReadOnlyMemory<char>> Text;
    }

    public sealed class Keys
    {
        [KeyType(3)] public uint K;
        [KeyType(200)] public byte B;
        [KeyType] public ulong NoCount;
        [KeyType(5), VectorType(2)] public uint[] Vector;
    }

    public sealed class CountedKeys
    {
        [KeyType(3)] public uint K;
        [KeyType(200)] public byte B;
        [KeyType(5), VectorType(2)] public uint[] Vector;
        [KeyType(10)] public ulong Long { get; set; }
    }

    public sealed class Nullables
    {
        public int? Maybe;
        public float F;
    }

    public sealed class BadMember
    {
        public Uri Link = null;
        public float F;
    }

    public sealed class BadKey
    {
        [KeyType(3)] public int K;
    }

    public sealed class Empty;

    public class Base
    {
        public float BaseField;
        public float FromBase { get; set; }
    }

    public sealed class Derived : Base
    {
        public float Own { get; set; }
    }

    public sealed class AB
    {
        public float B;
        public float A { get; set; }
    }

    public sealed class ABC
    {
        public float B;
        public float C = -1;
        public string Text = "initial";
        public float A { get; set; }
    }

    public sealed class AAsDouble
    {
        public double A;
    }

    public sealed class AAsInt
    {
        public int A;
    }

    public sealed class OutFeatures
    {
        public float[] Features;
    }

    public sealed class OutAll
    {
        public float A;
        public float B;
        [VectorType(2)] public float[] Features;
        public VBuffer<float> Features2;
    }

    public sealed class OutRenamed
    {
        [ColumnName("Features")] public float[] F { get; set; }
    }

    public sealed class TextRow
    {
        public string S;
        public ReadOnlyMemory<char> T;
        public bool Flag;
    }

    public sealed class KeyOut
    {
        public uint K;
    }

    public sealed class KeyOutTyped
    {
        [KeyType(3)] public uint K;
    }

    public sealed class VectorOut
    {
        public float[] V;
    }

    public sealed class VectorOut2
    {
        [VectorType(2)] public float[] V;
    }

    public sealed class VectorAsScalar
    {
        public float V;
    }

    public sealed class ReadOnlyOut
    {
        public float A { get; }
    }

    public sealed class OutText
    {
        public string Back;
        public float A;
    }
}
