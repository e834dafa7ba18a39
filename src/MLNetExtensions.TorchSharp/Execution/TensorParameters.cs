using MLNetExtensions.Networks;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace MLNetExtensions.TorchSharp;

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
        Flat = memory.Zeros(layout.Length);
        Trained = memory.Keep(Flat.narrow(0, 0, layout.TrainableLength));
        Buffers = memory.Keep(Flat.narrow(0, layout.BufferStart, layout.Length - layout.BufferStart));
        foreach (ParameterSlot slot in layout.Slots)
        {
            Tensor view = memory.Keep(slot.View(Flat).detach());
            if (requiresGradients && slot.Trainable)
                view.requires_grad_(true);
            _views.Add(slot.Name, view);
        }
    }

    /// <summary>Where each parameter lies.</summary>
    public ParameterLayout Layout { get; }

    /// <summary>All values.</summary>
    public Tensor Flat { get; }

    /// <summary>The values that an optimiser changes.</summary>
    public Tensor Trained { get; }

    /// <summary>The running statistics.</summary>
    public Tensor Buffers { get; }

    /// <summary>The tensor of a parameter; null when the layer has none of that name.</summary>
    public Tensor? Find(string name) => _views.GetValueOrDefault(name);

    /// <summary>Copies all values in.</summary>
    public void Write(NetworkWeights weights) => Write(Flat, Layout.Slots, slot => weights[slot.Name].Values);

    /// <summary>Copies all values out.</summary>
    public void Read(NetworkWeights weights) => Read(Flat, Layout.Slots, slot => weights[slot.Name].Values);

    /// <summary>Copies the values of some slots into a flat tensor.</summary>
    public static void Write(Tensor flat, IEnumerable<ParameterSlot> slots, Func<ParameterSlot, float[]> values)
    {
        using IDisposable noGradients = torch.set_grad_enabled(false);
        foreach (ParameterSlot slot in slots)
        {
            using DisposeScope scope = torch.NewDisposeScope();
            slot.Part(flat).copy_(HostTensor.Create<float>(values(slot)));
        }
    }

    /// <summary>Copies the values of some slots out of a flat tensor.</summary>
    public static void Read(Tensor flat, IEnumerable<ParameterSlot> slots, Func<ParameterSlot, float[]> values)
    {
        using IDisposable noGradients = torch.set_grad_enabled(false);
        foreach (ParameterSlot slot in slots)
        {
            using DisposeScope scope = torch.NewDisposeScope();
            HostTensor.Read<float>(slot.Part(flat), values(slot));
        }
    }
}
