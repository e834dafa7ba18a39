using MLNetExtensions.Networks.Training;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace MLNetExtensions.Networks.TorchSharp;

/// <summary>Turns the gradient of the outputs into one flat tensor of the gradients of all trained parameters.</summary>
internal sealed class GradientTape
{
    private readonly Tensor[] _parameters, _gradients;

    /// <summary>A tape of the trained parameters. Those of layers that no output depends on keep gradients of
    /// 0.</summary>
    public GradientTape(NetworkDefinition network, TensorParameters parameters, SessionMemory memory)
    {
        ParameterLayout layout = parameters.Layout;
        Vector = new(memory.Zeros(layout.TrainableLength));
        HashSet<string> needed =
        [
            .. network.NeededNodes.SelectMany(
                node => node.Layer.Parameters(network.InputShapes(node)).Select(spec => $"{node.Name}.{spec.Name}")),
        ];
        ParameterSlot[] slots = [.. layout.Trained.Where(slot => needed.Contains(slot.Name))];
        using DisposeScope scope = torch.NewDisposeScope();
        _parameters = Array.ConvertAll(slots, slot => parameters.Find(slot.Name)!);
        _gradients = Array.ConvertAll(slots, slot => memory.Keep(slot.View(Vector.Values)));
    }

    /// <summary>The gradients of the last backward pass, laid out as <see cref="TensorParameters.Trained"/>.</summary>
    public TensorVector Vector { get; }

    /// <summary>Whether there is anything to find a gradient of.</summary>
    public bool IsNeeded => _parameters.Length > 0;

    /// <summary>The backward pass.</summary>
    /// <param name="outputs">The outputs, or the loss.</param>
    /// <param name="outputGradients">The gradient by them; null for 1, that of the loss by itself.</param>
    /// <param name="rows">The inputs, where their gradient is wanted; else null.</param>
    /// <returns>The gradient by <paramref name="rows"/>; null where it is 0 or not wanted.</returns>
    public Tensor? Run(Tensor outputs, Tensor? outputGradients, Tensor? rows)
    {
        if (!outputs.requires_grad)
            return null;
        Tensor[] wanted = rows is null ? _parameters : [.. _parameters, rows];
        IList<Tensor>? slopes = outputGradients is null ? null : [outputGradients];
        IList<Tensor> gradients = torch.autograd.grad([outputs], wanted, slopes, false, false, allow_unused: true);
        for (int i = 0; i < _gradients.Length; i++)
        {
            // What lies behind a layer without a derivative has no gradient.
            if (gradients[i].IsInvalid)
                _gradients[i].zero_();
            else
                _gradients[i].copy_(gradients[i]);
            gradients[i].Dispose();
        }
        return rows is null || gradients[^1].IsInvalid ? null : gradients[^1];
    }
}
