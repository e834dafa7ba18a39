using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <summary>A differentiable function of one element.</summary>
internal interface IActivation<T, TV>
    where T : unmanaged
    where TV : unmanaged
{
    /// <summary>Whether <see cref="Derive"/> needs x rather than f(x).</summary>
    bool DerivesFromInput { get; }

    /// <summary>f(x).</summary>
    TV Apply(TV x);

    /// <summary>gradient · f'(x).</summary>
    /// <param name="value">x if <see cref="DerivesFromInput"/>, else f(x).</param>
    /// <param name="gradient">The gradient with respect to f(x).</param>
    TV Derive(TV value, TV gradient);
}

/// <summary>Makes layers that apply an activation function.</summary>
internal static class ActivationLayer<T, TV, S>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
{
    /// <summary>The layer for a node; null when it isn't a function of each element.</summary>
    public static ManagedLayer<T>? Create(LayerContext<T> context) => context.Node.Layer switch
    {
        ReLU => Create(context, default(ReLUActivation<T, TV, S>)),
        LeakyReLU layer => Create(context, new LeakyReLUActivation<T, TV, S>(layer.NegativeSlope)),
        ReLU6 => Create(context, default(ReLU6Activation<T, TV, S>)),
        ELU layer => Create(context, new ELUActivation<T, TV, S>(layer.Alpha)),
        Softplus layer => Create(context, new SoftplusActivation<T, TV, S>(layer.Beta, layer.Threshold)),
        Hardsigmoid => Create(context, default(HardsigmoidActivation<T, TV, S>)),
        Hardswish => Create(context, default(HardswishActivation<T, TV, S>)),
        GELU => Create(context, default(GELUActivation<T, TV, S>)),
        SiLU => Create(context, default(SiLUActivation<T, TV, S>)),
        Tanh => Create(context, default(TanhActivation<T, TV, S>)),
        Sigmoid => Create(context, default(SigmoidActivation<T, TV, S>)),
        _ => null,
    };

    private static ActivationLayer<T, TV, S, TActivation> Create<TActivation>(LayerContext<T> context, TActivation activation)
        where TActivation : unmanaged, IActivation<T, TV> => new(context, activation);
}

/// <summary>Applies an activation function element by element; the same in every layout.</summary>
internal sealed unsafe class ActivationLayer<T, TV, S, TActivation>(LayerContext<T> context, TActivation activation)
    : ManagedLayer<T>(context)
    where T : unmanaged, IFloatingPointIeee754<T>
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
    where TActivation : unmanaged, IActivation<T, TV>
{
    public override BackwardReads BackwardReads => activation.DerivesFromInput ? BackwardReads.Input : BackwardReads.Output;

    public override bool RunsInPlace => !activation.DerivesFromInput;

    public override bool BackwardRunsInPlace => true;

    public override double InputDensity(double outputDensity) => outputDensity;

    public override void Forward(Pass<T> pass)
    {
        Operands operands = new() { Activation = activation, Source = Inputs[0].Data, Target = Output.Data };
        Context.Loop.Run(Output.BlockLength / S.Lanes * pass.Blocks, 1, &Apply, &operands);
    }

    public override void Backward(Pass<T> pass)
    {
        Operands operands = new()
        {
            Activation = activation,
            Source = (activation.DerivesFromInput ? Inputs[0] : Output).Data,
            Gradient = OutputGradient!.Data,
            Target = InputGradients[0]!.Data,
        };
        Context.Loop.Run(Output.BlockLength / S.Lanes * pass.Blocks, 1, &Derive, &operands);
    }

    private static void Apply(void* state, int begin, int end, int worker)
    {
        Operands o = *(Operands*)state;
        for (long i = (long)begin * S.Lanes, last = (long)end * S.Lanes; i < last; i += S.Lanes)
            S.Store(o.Target + i, o.Activation.Apply(S.Load(o.Source + i)));
    }

    private static void Derive(void* state, int begin, int end, int worker)
    {
        Operands o = *(Operands*)state;
        for (long i = (long)begin * S.Lanes, last = (long)end * S.Lanes; i < last; i += S.Lanes)
            S.Store(o.Target + i, o.Activation.Derive(S.Load(o.Source + i), S.Load(o.Gradient + i)));
    }

    private struct Operands
    {
        public TActivation Activation;
        public T* Source, Gradient, Target;
    }
}
