using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <summary>
/// Turns a definition into layers bound to planned memory. Layers that change no value vanish, a ReLU or ReLU6 joins the
/// convolution, linear layer or batch normalisation before it, layers run in place where no one needs what they overwrite, and
/// memory is shared by tensors that don't exist together.
/// </summary>
internal sealed class GraphBuilder<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly NetworkDefinition _network;
    private readonly LayerFactory<T> _factory;
    private readonly Func<NetworkNode, TensorShape[], TensorShape, int, LayerContext<T>> _makeContext;
    private readonly Elementwise<T> _elementwise;
    private readonly bool _training, _toInputs;

    /// <summary>The inputs whose values are taken as they come, channel after channel.</summary>
    private readonly HashSet<string> _planar;

    /// <summary>The layers that may read sparse rows.</summary>
    private readonly HashSet<string> _sparse;
    private readonly int _maxBlocks;

    private readonly MemoryPlan<T> _plan = new();
    private readonly Dictionary<string, GraphValue<T>> _values = [];

    /// <summary>How each value lies in memory: in the channel-lane layout a flattened image still lies as an image.</summary>
    private readonly Dictionary<string, TensorShape> _shapes = [];
    private readonly List<ManagedLayer<T>> _layers = [];
    private readonly List<(GraphValue<T>[] Inputs, GraphValue<T> Output)> _edges = [];

    /// <summary>The gradients of outputs that are the same value as an earlier one, and where they are added.</summary>
    private readonly List<(Tensor<T> Gradient, Tensor<T> Sum)> _outputSums = [];

    private GraphBuilder(
        NetworkDefinition network, ManagedRuntime<T> runtime, LayerFactory<T> factory, ParameterStore<T> store, int maxBlocks,
        int? trainingSeed, bool toInputs = false, int layersBefore = 0)
    {
        network = network.WithParts();
        (_network, _factory, _maxBlocks, _training) = (network, factory, maxBlocks, trainingSeed is not null);
        (_elementwise, _toInputs) = (runtime.Elementwise, toInputs);
        _planar = [.. network.Inputs.Where(input => factory.TakesPlanar(network, input)).Select(input => input.Name)];
        _sparse = factory.TakesSparse(network) ? SparseInput.Layers(network, ChangesNothing) : [];
        _makeContext = (node, inputs, output, index) => new(
            node, inputs, output, layersBefore + index, maxBlocks, trainingSeed, runtime, store,
            node.Inputs.Any(_planar.Contains))
            {
                TakesSparseRows = _sparse.Contains(node.Name),
            };
    }

    /// <summary>The time of the loss, between the forward and the backward pass.</summary>
    private int LossTime => _layers.Count;

    /// <summary>The graph of a network that is trained.</summary>
    /// <param name="network">The definition.</param>
    /// <param name="runtime">Kernels and threads.</param>
    /// <param name="store">Where the parameters are.</param>
    /// <param name="maxBlocks">The largest batch, in blocks of lanes.</param>
    /// <param name="seed">The seed of random layers.</param>
    /// <param name="toInputs">Whether the gradients of the inputs can be asked for.</param>
    /// <param name="layersBefore">The layers before those of the network, by which random ones draw too.</param>
    /// <exception cref="NotSupportedException">The engine lacks a layer.</exception>
    public static LayerGraph<T> Train(NetworkDefinition network, ManagedRuntime<T> runtime, ParameterStore<T> store,
        int maxBlocks, int seed, bool toInputs, int layersBefore = 0) =>
        new GraphBuilder<T>(network, runtime, runtime.BatchLane, store, maxBlocks, seed, toInputs, layersBefore).Build()!;

    /// <summary>The graph of a network that only scores.</summary>
    /// <inheritdoc cref="Train(NetworkDefinition, ManagedRuntime{T}, ParameterStore{T}, int, int, bool, int)"/>
    public static LayerGraph<T> Score(NetworkDefinition network, ManagedRuntime<T> runtime, ParameterStore<T> store,
        int maxBlocks) =>
        new GraphBuilder<T>(network, runtime, runtime.BatchLane, store, maxBlocks, null).Build()!;

    /// <summary>The graph of a network that scores one example; null when there is a layer that only runs on batches.</summary>
    /// <inheritdoc cref="Train(NetworkDefinition, ManagedRuntime{T}, ParameterStore{T}, int, int, bool, int)"/>
    public static LayerGraph<T>? ScoreOne(NetworkDefinition network, ManagedRuntime<T> runtime, ParameterStore<T> store) =>
        new GraphBuilder<T>(network, runtime, runtime.ChannelLane, store, maxBlocks: 1, null).Build();

    private LayerGraph<T>? Build()
    {
        Dictionary<string, int> consumers = CountConsumers();
        foreach (NetworkInput input in _network.Inputs)
            AddInput(input, consumers.GetValueOrDefault(input.Name));
        bool built = false;
        try
        {
            HashSet<string> needed = [.. _network.NeededNodes.Select(node => node.Name)];
            for (int i = 0; i < _network.Nodes.Length; i++)
            {
                if (needed.Contains(_network.Nodes[i].Name) && !AddNode(_network.Nodes[i], i, consumers))
                    return null;
            }
            GraphEnd<T>[] outputs = [.. _network.Outputs.Select(EndAt)];
            if (_training)
                PlanBackward();
            GraphEnd<T>[] inputs = [.. _network.Inputs.Select(StartAt)];
            built = true;
            return new(_layers, inputs, outputs, MakeBackwardPlan(), _plan.Allocate(), _sparse.Count > 0);
        }
        finally
        {
            if (!built)
                _layers.ForEach(layer => layer.Dispose());
        }
    }

    private void AddInput(NetworkInput input, int consumers)
    {
        Tensor<T> memory = new(_factory.BlockLength(input.Shape), _maxBlocks);
        GraphValue<T> value = new(_sparse.Count > 0 ? memory : _plan.Add(memory), null)
        {
            Consumers = consumers,
            NeedsGradient = _toInputs && input.VocabularySize is null,
        };
        value.Memory.Touch(-1);
        _values.Add(input.Name, value);
        _shapes.Add(input.Name, input.Shape);
    }

    /// <summary>Keeps an input's gradient to the end of the backward pass.</summary>
    private GraphEnd<T> StartAt(NetworkInput input)
    {
        GraphValue<T> value = _values[input.Name];
        value.Gradient?.Touch(2 * LossTime + 1);
        return new(value.Memory, input.Shape, value.Gradient, _planar.Contains(input.Name));
    }

    /// <summary>Keeps an output to the time of the loss, and gives its gradient a place from there on.</summary>
    private GraphEnd<T> EndAt(NetworkOutput output)
    {
        GraphValue<T> value = _values[output.Node];
        value.Memory.Touch(LossTime);
        if (!_training || !value.NeedsGradient)
            return new(value.Memory, _shapes[output.Node], null);
        Tensor<T> gradient = NewTensor(value.Memory);
        gradient.Touch(LossTime);
        if (value.Gradient is { } sum)
            _outputSums.Add((gradient, sum));
        else
            value.Gradient = gradient;
        value.GradientDensity = 1;
        return new(value.Memory, _shapes[output.Node], gradient);
    }

    private BackwardPlan<T> MakeBackwardPlan()
    {
        HashSet<ManagedLayer<T>> untrained = [];
        List<(ManagedLayer<T>, int)> forInputs = [];
        for (int i = 0; i < _layers.Count; i++)
        {
            (GraphValue<T>[] inputs, GraphValue<T> output) = _edges[i];
            if (!output.IsTrained)
                untrained.Add(_layers[i]);
            for (int k = 0; k < inputs.Length; k++)
            {
                if (inputs[k] is { IsTrained: false, NeedsGradient: true } && _layers[i].InputGradients[k] is not null)
                    forInputs.Add((_layers[i], k));
            }
        }
        return new(_elementwise, _outputSums, untrained, forInputs);
    }

    private bool ChangesNothing(Layer layer) =>
        layer is Flatten or Reshape || (layer is Dropout dropout && (!_training || dropout.Probability == 0));

    /// <summary>How many layers take each value; layers that change nothing pass their consumers on to what they take.</summary>
    private Dictionary<string, int> CountConsumers()
    {
        Dictionary<string, int> consumers = _network.Outputs.ToDictionary(output => output.Node, _ => 1);
        foreach (NetworkNode node in _network.NeededNodes.Reverse())
        {
            int count = ChangesNothing(node.Layer) ? consumers.GetValueOrDefault(node.Name) : 1;
            foreach (string input in node.Inputs)
                consumers[input] = consumers.GetValueOrDefault(input) + count;
        }
        return consumers;
    }

    /// <returns>Whether the layout has a layer for the node.</returns>
    private bool AddNode(NetworkNode node, int index, Dictionary<string, int> consumers)
    {
        GraphValue<T>[] inputs = [.. node.Inputs.Select(input => _values[input])];
        TensorShape[] shapes = [.. node.Inputs.Select(input => _shapes[input])];
        GraphValue<T> first = inputs[0];
        if (ChangesNothing(node.Layer)
            && (node.Layer is Dropout ? shapes[0] : _factory.See(shapes[0], _network.ShapeOf(node.Name))) is { } seen)
        {
            _values.Add(node.Name, first);
            _shapes.Add(node.Name, seen);
            return true;
        }
        if (RectifierRange.Of(node.Layer) is not Rectifier.None and var rectifier
            && first is { Consumers: 1, Producer: IRectifiable { Rectifier: Rectifier.None } producer })
        {
            producer.Rectifier = rectifier;
            first.Consumers = consumers.GetValueOrDefault(node.Name);
            _values.Add(node.Name, first);
            _shapes.Add(node.Name, shapes[0]);
            return true;
        }

        if (!_training && node.Layer is Add
            && AdditionFolding<T>.Fold(inputs, shapes, _layers, _edges, _plan, consumers.GetValueOrDefault(node.Name)) is { } sum)
        {
            _values.Add(node.Name, sum);
            _shapes.Add(node.Name, shapes[0]);
            return true;
        }

        // What lies otherwise than it is seen is fit for functions of each element, and for a linear layer or one that moves
        // values, which know where to look.
        bool liesOtherwise = !shapes.SequenceEqual(_network.InputShapes(node)), looks = node.Layer is Linear or Reshape;
        if (liesOtherwise
            && !(looks || (node.Layer is Add or Activation and not (Softmax or LogSoftmax) && shapes.All(shapes[0].Equals))))
            return false;
        TensorShape output = liesOtherwise && !looks ? shapes[0] : _network.ShapeOf(node.Name);
        if (_factory.Create(_makeContext(node, shapes, output, index)) is not { } layer)
            return false;
        int time = _layers.Count;
        _layers.Add(layer);
        if (layer is PoolingLayer<T> pooling
            && first is { Consumers: 1, Producer: IRectifiable { Rectifier: not Rectifier.None and var range } })
            pooling.RectifyGradient(first.Producer, range);
        bool overwrites = layer.RunsInPlace && first.Consumers == 1 && !(_training && ReadsOutput(first.Producer));
        layer.Output = overwrites ? first.Memory : NewTensor(output);
        layer.Output.Touch(time);
        for (int i = 0; i < inputs.Length; i++)
        {
            layer.Inputs[i] = inputs[i].Memory;
            layer.Inputs[i].Touch(time);
        }
        foreach (Tensor<T> scratch in layer.Scratch)
            _plan.Add(scratch).Touch(time);
        GraphValue<T> value = new(layer.Output, layer)
        {
            Consumers = consumers.GetValueOrDefault(node.Name),
            IsTrained = layer.IsTrained || (layer.IsDifferentiable && inputs.Any(input => input.IsTrained)),
            NeedsGradient = layer.IsTrained || (layer.IsDifferentiable && inputs.Any(input => input.NeedsGradient)),
        };
        _values.Add(node.Name, value);
        _shapes.Add(node.Name, output);
        _edges.Add((inputs, value));
        return true;
    }

    private static bool ReadsOutput(ManagedLayer<T>? producer) =>
        producer is not null && producer.BackwardReads.HasFlag(BackwardReads.Output);

    private void PlanBackward()
    {
        for (int i = _layers.Count - 1; i >= 0; i--)
        {
            (GraphValue<T>[] inputs, GraphValue<T> value) = _edges[i];
            // No gradient: nothing to train up to here, or a value that no one takes.
            if (value.Gradient is not { } gradient)
                continue;
            ManagedLayer<T> layer = _layers[i];
            int time = 2 * LossTime - i;
            layer.OutputGradient = gradient;
            layer.ExpectGradient(value.GradientDensity);
            gradient.Touch(time);
            if (layer.BackwardReads.HasFlag(BackwardReads.Output))
                layer.Output.Touch(time);
            foreach (Tensor<T> scratch in layer.Scratch)
                scratch.Touch(time);
            for (int k = 0; k < inputs.Length; k++)
            {
                if (layer.BackwardReads.HasFlag(BackwardReads.Input))
                    inputs[k].Memory.Touch(time);
                if (inputs[k].NeedsGradient)
                    PlanInputGradient(layer, k, inputs[k], time, value.GradientDensity);
            }
        }
    }

    private void PlanInputGradient(ManagedLayer<T> layer, int index, GraphValue<T> input, int time, double density)
    {
        if (input.Gradient is { } sum)
        {
            Tensor<T> temporary = NewTensor(input.Memory);
            temporary.Touch(time);
            layer.Accumulate(index, temporary, sum);
        }
        else
        {
            bool overwrites = layer.BackwardRunsInPlace && input.Consumers == 1
                && !layer.InputGradients.Contains(layer.OutputGradient);
            input.Gradient = overwrites ? layer.OutputGradient! : NewTensor(input.Memory);
            layer.InputGradients[index] = input.Gradient;
        }
        input.Gradient.Touch(time);
        input.GradientDensity = Math.Min(1, input.GradientDensity + layer.InputDensity(density));
    }

    private Tensor<T> NewTensor(TensorShape shape) => _plan.Add(new(_factory.BlockLength(shape), _maxBlocks));

    private Tensor<T> NewTensor(Tensor<T> like) => _plan.Add(new(like.BlockLength, _maxBlocks));
}
