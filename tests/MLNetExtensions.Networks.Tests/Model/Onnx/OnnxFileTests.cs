using Google.Protobuf;
using MLNetExtensions.Networks.Architectures;
using MLNetExtensions.Networks.Onnx;
using MLNetExtensions.Networks.Tests.Managed;
using Xunit;
using DataType = MLNetExtensions.Networks.Onnx.TensorProto.Types.DataType;

namespace MLNetExtensions.Networks.Tests.Onnx;

/// <summary>Files as they come: other number types, data beside the model, what is missing, what is broken.</summary>
public sealed class OnnxFileTests
{
    private const string StepsFirst = "input v[N,3,4]\nw float[3]\nt = Transpose(v) perm=[1,0,2]";

    private const string Linear = """
        input x[N,3]
        fc.weight float[2,3] = 0.5 -1 2 0.25 3 -0.125
        fc.bias float = 1 -2
        y = Gemm(x, fc.weight, fc.bias) transB=1
        output y
        """;

    private static readonly float[] Weights = [0.5f, -1, 2, 0.25f, 3, -0.125f];

    [Theory]
    [InlineData("Float16"), InlineData("Double"), InlineData("Bfloat16"), InlineData("Float")]
    public void Weights_of_every_floating_type_become_Single(string typeName)
    {
        DataType type = Enum.Parse<DataType>(typeName);
        byte[] raw = [.. Weights.SelectMany(value => type switch
        {
            DataType.Float16 => BitConverter.GetBytes((Half)value),
            DataType.Double => BitConverter.GetBytes((double)value),
            DataType.Bfloat16 => BitConverter.GetBytes(value)[2..],
            _ => BitConverter.GetBytes(value),
        })];
        ModelProto model = GraphText.Parse(13, Linear);
        TensorProto weight = model.Graph.Initializer[0];
        weight.FloatData.Clear();
        weight.DataType = (int)type;
        weight.RawData = ByteString.CopyFrom(raw);
        Assert.Equal(Weights, OnnxReference.Load(model.ToByteArray()).Weights["fc.weight"].Values);

        weight.ClearRawData();
        switch (type)
        {
            case DataType.Float16:
                weight.Int32Data.Add(Weights.Select(value => (int)BitConverter.HalfToUInt16Bits((Half)value)));
                break;
            case DataType.Double:
                weight.DoubleData.Add(Weights.Select(value => (double)value));
                break;
            case DataType.Bfloat16:
                weight.Int32Data.Add(Weights.Select(value => (int)(BitConverter.SingleToUInt32Bits(value) >> 16)));
                break;
            default:
                weight.FloatData.Add(Weights);
                break;
        }
        Assert.Equal(Weights, OnnxReference.Load(model.ToByteArray()).Weights["fc.weight"].Values);
    }

    [Fact]
    public void Weights_may_lie_in_the_models_folder_and_nowhere_else()
    {
        using TempFolder folder = new();
        string inside = folder.File("model"), path = Path.Combine(inside, "model.onnx");
        Directory.CreateDirectory(Path.Combine(inside, "data"));
        byte[] raw = [.. new byte[4], .. Weights.SelectMany(BitConverter.GetBytes)];
        File.WriteAllBytes(Path.Combine(inside, "data", "weights.bin"), raw);
        File.WriteAllBytes(folder.File("weights.bin"), raw);
        File.CreateSymbolicLink(Path.Combine(inside, "link.bin"), folder.File("weights.bin"));
        Directory.CreateSymbolicLink(Path.Combine(inside, "up"), folder.Path);

        Write("data/weights.bin", 4, 24);
        Assert.Equal(Weights, NetworkModel.LoadOnnx(path).Weights["fc.weight"].Values);
        Assert.Contains("load the model by its path", Error(() => OnnxReference.Load(File.ReadAllBytes(path))));
        string[] elsewhere =
            ["../weights.bin", folder.File("weights.bin"), "data/../../weights.bin", "link.bin", "up/weights.bin", ""];
        foreach (string location in elsewhere)
        {
            Write(location, 4, 24);
            Assert.Contains("is not in the model's folder", Error(() => NetworkModel.LoadOnnx(path)));
        }
        Write("data/other.bin", 4, 24);
        Assert.Contains("can't be read from 'data/other.bin'", Error(() => NetworkModel.LoadOnnx(path)));
        Write("data/weights.bin", 8, 24);
        Assert.Contains("takes 24 bytes", Error(() => NetworkModel.LoadOnnx(path)));
        Write("data/weights.bin", 4, 20);
        Assert.Contains("takes 24 bytes", Error(() => NetworkModel.LoadOnnx(path)));
        Write("data/weights.bin", long.MaxValue, 24);
        Assert.Contains("takes 24 bytes", Error(() => NetworkModel.LoadOnnx(path)));

        void Write(string location, long offset, long length)
        {
            ModelProto model = GraphText.Parse(13, Linear);
            TensorProto weight = model.Graph.Initializer[0];
            weight.FloatData.Clear();
            weight.DataLocation = TensorProto.Types.DataLocation.External;
            weight.ExternalData.Add(Entry("location", location));
            weight.ExternalData.Add(Entry("offset", $"{offset}"));
            weight.ExternalData.Add(Entry("length", $"{length}"));
            File.WriteAllBytes(path, model.ToByteArray());
        }

        static StringStringEntryProto Entry(string key, string value) => new() { Key = key, Value = value };
    }

    [Fact]
    public void An_open_shape_is_asked_for_and_must_fit()
    {
        byte[] bytes = GraphText.Bytes(13, """
            input x[N,3,H,W]
            w float[2,3,3,3]
            y = Conv(x, w)
            output y
            """);
        Assert.Contains(
            "OnnxImportOptions.InputShape", Assert.Throws<NotSupportedException>(() => OnnxReference.Load(bytes)).Message);
        Assert.Equal(new(2, 6, 7), OnnxReference.Load(bytes, new() { InputShape = new(3, 8, 9) }).Definition.OutputShape);
        OnnxImportOptions other = new() { InputShape = new(4, 8, 9) };
        Assert.Contains("[3×?×?]", Assert.Throws<ArgumentException>(() => OnnxReference.Load(bytes, other)).Message);
    }

    [Fact]
    public void Any_value_can_be_the_output()
    {
        NetworkDefinition network = ResNet.Create(18, 10, new(3, 32, 32));
        NetworkModel model = new(network, SessionFactory.Weights(network));
        byte[] bytes = OnnxReference.Bytes(model);
        NetworkModel features = OnnxReference.Load(bytes, new() { OutputName = "flatten" });
        Assert.Equal(new(512), features.Definition.OutputShape);
        Assert.Equal(
            network.Parameters.Select(spec => spec.Name).Where(name => !name.StartsWith("fc")),
            features.Definition.Parameters.Select(spec => spec.Name));
        OnnxImportOptions none = new() { OutputName = "none" };
        Assert.Contains("'none'", Assert.Throws<ArgumentException>(() => OnnxReference.Load(bytes, none)).Message);

        byte[] two = GraphText.Bytes(13, Linear + "\noutput x");
        NetworkModel both = OnnxReference.Load(two);
        Assert.Equal(["y", "x"], both.Definition.Outputs.Select(output => output.Name));
        Assert.Equal(new(2), OnnxReference.Load(two, new() { OutputName = "y" }).Definition.OutputShape);
        byte[] strange = GraphText.Bytes(13, Linear + "\nz = Strange(x)\noutput z");
        string message = Assert.Throws<NotSupportedException>(() => OnnxReference.Load(strange)).Message;
        Assert.Contains("(Strange)", message);
        Assert.Contains("outputs y, z; OnnxImportOptions.OutputName takes one", message);
    }

    /// <summary>What another tool has changed is read from its nodes, not from what the file says of itself.</summary>
    [Fact]
    public void A_changed_graph_is_read_as_it_is()
    {
        NetworkDefinition network = NetworkDefinition.Build(new(3), layers => layers.Linear(4, name: "fc").ReLU("relu"));
        NetworkModel model = new(network, SessionFactory.Weights(network));
        ModelProto proto = ModelProto.Parser.ParseFrom(OnnxReference.Bytes(model));
        proto.Graph.Node.Single(node => node.OpType == "Relu").OpType = "Tanh";
        Assert.IsType<Tanh>(OnnxReference.Load(proto.ToByteArray()).Definition.Nodes[^1].Layer);

        proto = ModelProto.Parser.ParseFrom(OnnxReference.Bytes(model));
        proto.MetadataProps[0].Value = "{";
        Assert.Equal(network.Nodes.Select(node => node.Layer), OnnxReference.Load(proto.ToByteArray()).Definition.Nodes.Select(node => node.Layer));
    }

    /// <summary>PyTorch's newer exporter makes functions of modules.</summary>
    [Fact]
    public void Functions_of_the_model_are_put_in_their_place()
    {
        ModelProto model = GraphText.Parse(18, """
            input x[N,3]
            fc.weight float[3,3]
            a = pkg:Block(x, fc.weight) slope=0.3
            y = pkg:Block(a, fc.weight)
            output y
            """);
        NodeProto product = new() { OpType = "MatMul", Name = "mm", Input = { "value", "weight" }, Output = { "product" } };
        NodeProto leak = new()
        {
            OpType = "LeakyRelu", Name = "leak", Input = { "product" }, Output = { "result" },
            Attribute = { new AttributeProto { Name = "alpha", RefAttrName = "slope" } },
        };
        model.Functions.Add(new FunctionProto
        {
            Name = "Block", Domain = "pkg", Input = { "value", "weight" }, Output = { "result" }, Attribute = { "slope" },
            Node = { product, leak }, OpsetImport = { new OperatorSetIdProto { Domain = "", Version = 18 } },
        });
        NetworkModel loaded = OnnxReference.Load(model.ToByteArray());
        Assert.Equal(["fc", "node.a.leak", "fc_1", "node.y.leak"], loaded.Definition.Nodes.Select(node => node.Name));
        Assert.Equal(
            [new LeakyReLU(0.3), new LeakyReLU(0.01)],
            loaded.Definition.Nodes.Select(node => node.Layer).OfType<LeakyReLU>());
        Assert.Equal(loaded.Weights["fc.weight"].Values, loaded.Weights["fc_1.weight"].Values);
        Assert.NotSame(loaded.Weights["fc.weight"].Values, loaded.Weights["fc_1.weight"].Values);

        NodeProto itself = new() { OpType = "Block", Domain = "pkg", Input = { "value", "weight" }, Output = { "z" } };
        model.Functions[0].Node.Add(itself);
        Assert.Contains("call each other", Error(() => OnnxReference.Load(model.ToByteArray())));
    }

    [Theory]
    [InlineData("y = Conv(x, v)", "input v[2,3]", "(Conv)", "'v', an input of the model")]
    [InlineData("y = FancyOperator(x)", "", "(FancyOperator)", "no layer computes")]
    [InlineData("y = com.acme:Relu(x)", "", "(com.acme.Relu)", "no layer computes")]
    [InlineData("y = Add(x, v)", "input v[N,4]", "(Add)", "[N×3], [N×4]")]
    [InlineData("y = ReduceMean(x) axes=[0]", "", "(ReduceMean)", "averages the batch")]
    [InlineData("y = Softmax(x) axis=0", "", "(Softmax)", "over the batch")]
    [InlineData("y, z = MaxPool(x) kernel_shape=[1]", "", "(MaxPool)", "")]
    [InlineData("y = Pow(x, two)", "two float = 2.5", "(Pow)", "there is no layer")]
    [InlineData("y = Div(x, two)", "two int64 = 2", "(Div)", "divides whole numbers")]
    [InlineData("y = PRelu(v, w)", "input v[N,3,3]\nw float[1,1,3]", "(PRelu)", "one a channel")]
    [InlineData("y = LayerNormalization(t) axis=1", StepsFirst, "(LayerNormalization)", "over the batch")]
    [InlineData("y = InstanceNormalization(t, w, w)", StepsFirst, "(InstanceNormalization)", "right behind the batch")]
    [InlineData("y = LRN(t) size=3", StepsFirst, "(LRN)", "right behind the batch")]
    [InlineData("y = Greater(n, k)", "zero int64 = 0\nk int64 = 100\ns = Shape(x)\nn = Gather(s, zero)", "(Greater)", "the size of the batch")]
    [InlineData("y = Where(m, no, p)", "input v[N,1]\np float[1] = 0\nno float = NaN\ng = Greater(v, p)\nm = Cast(g) to=9", "(Where)", "are NaN")]
    [InlineData("g = Greater(x, p)\ny = Cast(g) to=1", "p float = 0 1 2", "SequenceMask)", "one length an example")]
    public void What_no_layer_computes_is_named(string node, string more, string operation, string reason)
    {
        byte[] bytes = GraphText.Bytes(13, $"input x[N,3]\n{more}\n{node}\noutput y");
        Exception error = Record.Exception(() => OnnxReference.Load(bytes))!;
        Assert.True(error is NotSupportedException or FormatException, $"{error}");
        Assert.Contains("'test.onnx'", error!.Message);
        Assert.Contains("'node/y'", error.Message);
        Assert.Contains(operation, error.Message);
        Assert.Contains(reason, error.Message);
    }

    [Theory]
    [InlineData("y = Relu(z)", "'z', which neither a node nor an initialiser gives")]
    [InlineData("a = Relu(b)\nb = Relu(a)\ny = Relu(a)", "depends on itself")]
    [InlineData("y = Relu(x)\ny = Tanh(x)", "two nodes give the value 'y'")]
    [InlineData("w float[3,4]\ny = Gemm(x, w, w) transB=1", "multiplies [N×3] by [3×4]")]
    [InlineData("s int64 = 7 5\ny = Reshape(x, s)", "can't see [N×3] as")]
    [InlineData("y = Relu()", "has no input 0")]
    [InlineData("y = Concat(x, x) axis=5", "an axis 5 of 2 dimensions")]
    public void A_graph_that_contradicts_itself_is_refused(string graph, string reason)
    {
        byte[] bytes = GraphText.Bytes(13, $"input x[N,3]\n{graph}\noutput y");
        string message = Error(() => OnnxReference.Load(bytes));
        Assert.Contains("'test.onnx' is not a valid ONNX model", message);
        Assert.Contains(reason, message);
    }

    [Fact]
    public void Another_format_is_refused()
    {
        foreach (byte[] bytes in (byte[][])[[], [1, 2, 3], [.. "{\"json\": true}"u8]])
            Assert.Contains("'test.onnx' is not a valid ONNX model", Error(() => OnnxReference.Load(bytes)));
    }

    [Fact]
    public void A_constant_that_would_fill_the_memory_is_refused()
    {
        byte[] bytes = GraphText.Bytes(13, """
            input x[N,3]
            s int64 = 100000 100000
            w = ConstantOfShape(s)
            y = MatMul(x, w)
            output y
            """);
        Assert.Contains("(ConstantOfShape)", Assert.Throws<NotSupportedException>(() => OnnxReference.Load(bytes)).Message);
    }

    /// <summary>Files that are cut off, overwritten or stretched at random places must be refused or read, whatever they ask
    /// for, and never take the process down.</summary>
    [Fact]
    public void Two_thousand_broken_files_are_refused_or_read()
    {
        NetworkDefinition small = NetworkDefinition.Build(new(2, 6, 6), layers => layers
            .Normalize([0.5f], [2f], "normalize").Conv2d(3, 3, padding: 1, name: "conv").BatchNorm2d(name: "bn").ReLU("relu")
            .MaxPool2d(2, name: "pool").Residual(main => main.Conv2d(3, 1, name: "one"), name: "add").Flatten("flatten")
            .Dropout(0.2, "drop").Linear(4, name: "fc").Add(new GELU(), "gelu"));
        List<byte[]> files = [OnnxReference.Bytes(new(small, SessionFactory.Weights(small)))];
        files.AddRange(OnnxImportTests.Graphs.Values);
        Random random = new(5);
        long before = GC.GetTotalAllocatedBytes();
        int read = 0;
        for (int i = 0; i < 2000; i++)
        {
            byte[] file = Break([.. files[i % files.Count]], random);
            try
            {
                OnnxReference.Load(file);
                read++;
            }
            catch (Exception e) when (e is FormatException or NotSupportedException)
            {
                Assert.Contains("'test.onnx'", e.Message);
            }
        }
        // Some changes hit names or weights, and leave a model.
        Assert.InRange(read, 1, 1999);
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 8L << 30);
    }

    private static byte[] Break(byte[] file, Random random)
    {
        switch (random.Next(4))
        {
            case 0:
                return file[..random.Next(file.Length)];
            case 1:
                random.NextBytes(file.AsSpan(random.Next(file.Length - 8), 8));
                return file;
            case 2:
                for (int i = 0; i < 3; i++)
                    file[random.Next(file.Length)] ^= (byte)(1 << random.Next(8));
                return file;
            default:
                int place = random.Next(file.Length);
                return [.. file[..place], (byte)random.Next(256), .. file[place..]];
        }
    }

    private static string Error(Action load) => Assert.Throws<FormatException>(load).Message;
}
