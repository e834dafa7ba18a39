using MLNetExtensions.Networks;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace MLNetExtensions.TorchSharp;

/// <summary>Turns the gradient of the outputs into one flat tensor of the gradients of all trained parameters.</summary>
internal sealed class GradientTape : IDisposable
{
    private readonly TensorParameters _parameters;
    private readonly ParameterSlot[] _slots;
    private readonly Tensor _zeros;

    public GradientTape(TensorParameters parameters, torch.Device device)
    {
        using DisposeScope scope = torch.NewDisposeScope();
        (_parameters, _slots) = (parameters, [.. parameters.Layout.Trainable]);
        _zeros = torch.zeros([ParameterLayout.Align(1)], torch.ScalarType.Float32, device).DetachFromDisposeScope();
        Flat = torch.zeros([parameters.Layout.TrainableLength], torch.ScalarType.Float32, device).DetachFromDisposeScope();
    }

    /// <summary>The gradients of the last backward pass, laid out as <see cref="TensorParameters.Trained"/>.</summary>
    public Tensor Flat { get; private set; }

    /// <summary>Whether anything is trained.</summary>
    public bool IsNeeded => _slots.Length > 0;

    /// <summary>The backward pass.</summary>
    public void Run(Tensor outputs, Tensor outputGradient)
    {
        Tensor[] inputs = [.. _slots.Select(slot => _parameters.Find(slot.Name)!)];
        IList<Tensor> gradients = torch.autograd.grad([outputs], inputs, [outputGradient]);
        List<Tensor> pieces = [];
        for (int i = 0; i < _slots.Length; i++)
        {
            pieces.Add(gradients[i].reshape(-1));
            if (_slots[i].Padding > 0)
                pieces.Add(_zeros.narrow(0, 0, _slots[i].Padding));
        }
        Flat.Dispose();
        Flat = torch.cat(pieces, 0).DetachFromDisposeScope();
    }

    /// <summary>Copies the gradients out; those of parameters that are not trained are 0.</summary>
    public void Read(NetworkWeights gradients)
    {
        foreach ((string name, WeightTensor tensor) in gradients)
        {
            if (_parameters.Layout.Find(name) is not { Trainable: true })
                Array.Clear(tensor.Values);
        }
        TensorParameters.Read(Flat, _slots, slot => gradients[slot.Name].Values);
    }

    public void Dispose()
    {
        _zeros.Dispose();
        Flat.Dispose();
    }
}
