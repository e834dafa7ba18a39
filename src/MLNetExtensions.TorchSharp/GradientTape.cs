using MLNetExtensions.Networks;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace MLNetExtensions.TorchSharp;

/// <summary>Turns the gradient of the outputs into one flat tensor of the gradients of all trained parameters.</summary>
internal sealed class GradientTape
{
    private readonly ParameterLayout _layout;
    private readonly Tensor[] _parameters, _gradients;

    /// <summary>A tape of the trained parameters. Those of layers that the output does not depend on keep gradients of
    /// 0.</summary>
    public GradientTape(NetworkDefinition network, TensorParameters parameters, SessionMemory memory)
    {
        _layout = parameters.Layout;
        Flat = memory.Zeros(_layout.TrainableLength);
        HashSet<string> reached = TensorGraph.Reached(network);
        ParameterSlot[] slots = [.. _layout.Trainable.Where(slot => reached.Contains(LayerOf(slot.Name)))];
        using DisposeScope scope = torch.NewDisposeScope();
        _parameters = Array.ConvertAll(slots, slot => parameters.Find(slot.Name)!);
        _gradients = Array.ConvertAll(slots, slot => memory.Keep(slot.View(Flat)));

        static string LayerOf(string parameter) => parameter[..parameter.LastIndexOf('.')];
    }

    /// <summary>The gradients of the last backward pass, laid out as <see cref="TensorParameters.Trained"/>.</summary>
    public Tensor Flat { get; }

    /// <summary>Whether there is anything to find a gradient of.</summary>
    public bool IsNeeded => _parameters.Length > 0;

    /// <summary>The backward pass.</summary>
    public void Run(Tensor outputs, Tensor outputGradient)
    {
        IList<Tensor> gradients = torch.autograd.grad([outputs], _parameters, [outputGradient]);
        for (int i = 0; i < _gradients.Length; i++)
        {
            _gradients[i].copy_(gradients[i]);
            gradients[i].Dispose();
        }
    }

    /// <summary>Copies the gradients out; those of parameters that are not trained are 0.</summary>
    public void Read(NetworkWeights gradients)
    {
        foreach (ParameterSlot slot in _layout.Slots.Where(slot => !slot.Trainable))
            Array.Clear(gradients[slot.Name].Values);
        TensorParameters.Read(Flat, _layout.Trainable, slot => gradients[slot.Name].Values);
    }
}
