using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <summary>Which values of the forward pass a layer's backward pass reads.</summary>
[Flags]
internal enum BackwardReads
{
    None = 0,
    Input = 1,
    Output = 2,
}

/// <summary>A layer that can clamp its results as it stores them.</summary>
internal interface IRectifiable
{
    /// <summary>What the results are clamped by. Set before the first pass.</summary>
    Rectifier Rectifier { get; set; }
}

/// <summary>A layer that can add its results to what its output holds.</summary>
internal interface IAddable : IRectifiable
{
    bool CanAdd { get; }

    /// <summary>Whether what the output holds is part of the results, before they are clamped. Set before the first
    /// pass.</summary>
    bool Adds { get; set; }
}

/// <summary>
/// A layer at work. In the batch-lane layout [blocks][features][lanes], lanes hold examples side by side; in the channel-lane
/// layout [channels/lanes][height][width][lanes] of one example, which only scores, they hold channels. Padded lanes hold finite
/// values of no meaning in activations and zero in gradients.
/// </summary>
internal abstract unsafe class ManagedLayer<T>(LayerContext<T> context) : IDisposable
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Gradients that can't be written straight away because an earlier consumer of the same value has written its own:
    /// added afterwards.</summary>
    private readonly Tensor<T>?[] _sums = new Tensor<T>?[context.Inputs.Length];

    protected LayerContext<T> Context { get; } = context;

    /// <summary>The inputs, in the node's order.</summary>
    public Tensor<T>[] Inputs { get; } = new Tensor<T>[context.Inputs.Length];

    public Tensor<T> Output { get; set; } = null!;

    /// <summary>Where the gradient of the loss with respect to the output is; the layer may overwrite it. Null in a graph that
    /// isn't trained.</summary>
    public Tensor<T>? OutputGradient { get; set; }

    /// <summary>Whether <see cref="OutputGradient"/> is zero where a rectified output is an end of its range, because the layer
    /// that takes the output saw to it. Set before the first pass.</summary>
    public bool GradientIsRectified { get; set; }

    /// <summary>Where to write the gradient with respect to each input; null where nobody needs it.</summary>
    public Tensor<T>?[] InputGradients { get; } = new Tensor<T>?[context.Inputs.Length];

    /// <summary>Whether the layer owns a parameter that is trained.</summary>
    public virtual bool IsTrained => false;

    /// <summary>The rows of the layer's table that have a gradient; null unless it has one and trains it.</summary>
    public virtual GradientRows? TableRows => null;

    /// <summary>Whether the output has a derivative by the inputs.</summary>
    public virtual bool IsDifferentiable => true;

    /// <summary>What <see cref="Backward"/> reads of the forward pass; it must stay in memory till then.</summary>
    public virtual BackwardReads BackwardReads => BackwardReads.None;

    /// <summary>Whether <see cref="Output"/> may be the memory of the first input.</summary>
    public virtual bool RunsInPlace => false;

    /// <summary>Whether the gradient of an input may be the memory of <see cref="OutputGradient"/>.</summary>
    public virtual bool BackwardRunsInPlace => false;

    /// <summary>Hears, before the first pass, which share of the numbers of <see cref="OutputGradient"/> may be other than
    /// zero.</summary>
    public virtual void ExpectGradient(double density)
    {
    }

    /// <summary>The share of the numbers of an input's gradient that may be other than zero.</summary>
    /// <param name="outputDensity">That of the output's.</param>
    public virtual double InputDensity(double outputDensity) => 1;

    /// <summary>Memory that must last from the forward to the backward pass.</summary>
    public virtual IEnumerable<Tensor<T>> Scratch => [];

    public abstract void Forward(Pass<T> pass);

    /// <summary>Gradients of the trained parameters and of the inputs, each overwritten. A layer that only ever scores has
    /// none.</summary>
    public virtual void Backward(Pass<T> pass)
    {
    }

    /// <summary>Takes over what the forward pass of a step learned besides gradients (running statistics): the step
    /// counts.</summary>
    public virtual void Commit(Pass<T> pass)
    {
    }

    /// <summary>Has the gradient of an input written to <paramref name="temporary"/> and added to
    /// <paramref name="sum"/>.</summary>
    public void Accumulate(int input, Tensor<T> temporary, Tensor<T> sum) =>
        (InputGradients[input], _sums[input]) = (temporary, sum);

    /// <summary><see cref="Backward"/>, and the sums for values that several layers take.</summary>
    public void BackwardAndAccumulate(Pass<T> pass)
    {
        Backward(pass);
        for (int i = 0; i < _sums.Length; i++)
        {
            if (_sums[i] is { } sum && InputGradients[i] is { } gradient)
                Context.Elementwise.Add(sum.Data, gradient.Data, sum.Data, sum.BlockLength * pass.Blocks);
        }
    }

    public virtual void Dispose()
    {
    }
}
