using MLNetExtensions.Networks.Training;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace MLNetExtensions.Networks.TorchSharp;

/// <summary>The values of all parameters and buffers on the device: one flat tensor, and a view of it for each.</summary>
internal sealed class TensorParameters
{
    private readonly Dictionary<string, Tensor> _views = [];

    /// <summary>Zeros for every parameter.</summary>
    /// <param name="layout">Where each lies.</param>
    /// <param name="memory">Keeps them.</param>
    /// <param name="requiresGradients">Whether autograd follows the trained ones.</param>
    public TensorParameters(ParameterLayout layout, SessionMemory memory, bool requiresGradients = false)
    {
        using IDisposable noGradients = torch.set_grad_enabled(false);
        using DisposeScope scope = torch.NewDisposeScope();
        Layout = layout;
        Vector = new(memory.Zeros(layout.Length));
        Trained = memory.Keep(Vector.Values.narrow(0, 0, layout.TrainableLength));
        foreach (ParameterSlot slot in layout.Slots)
        {
            Tensor view = memory.Keep(slot.View(Vector.Values).detach());
            if (requiresGradients && slot.Trainable)
                view.requires_grad_(true);
            _views.Add(slot.Name, view);
        }
    }

    /// <summary>Where each parameter lies.</summary>
    public ParameterLayout Layout { get; }

    /// <summary>All values.</summary>
    public TensorVector Vector { get; }

    /// <summary>The values that an optimiser changes.</summary>
    public Tensor Trained { get; }

    /// <summary>The tensor of a parameter; null when the layer has none of that name.</summary>
    public Tensor? Find(string name) => _views.GetValueOrDefault(name);
}
