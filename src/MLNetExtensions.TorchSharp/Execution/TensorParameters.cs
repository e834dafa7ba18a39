using System.Runtime.InteropServices;
using MLNetExtensions.Networks;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace MLNetExtensions.TorchSharp;

/// <summary>The values of all parameters and buffers on the device: one flat tensor, and a view of it for each.</summary>
internal sealed class TensorParameters : IDisposable
{
    private readonly Dictionary<string, Tensor> _views = [];

    /// <summary>Zeros for every parameter.</summary>
    /// <param name="layout">Where each lies.</param>
    /// <param name="device">Where they live.</param>
    /// <param name="requiresGradients">Whether autograd follows the trained ones.</param>
    public TensorParameters(ParameterLayout layout, torch.Device device, bool requiresGradients = false)
    {
        Layout = layout;
        using IDisposable noGradients = torch.set_grad_enabled(false);
        using DisposeScope scope = torch.NewDisposeScope();
        Flat = torch.zeros([layout.Length], torch.ScalarType.Float32, device).DetachFromDisposeScope();
        Trained = Flat.narrow(0, 0, layout.TrainableLength).DetachFromDisposeScope();
        Buffers = Flat.narrow(0, layout.BufferStart, layout.Length - layout.BufferStart).DetachFromDisposeScope();
        foreach (ParameterSlot slot in layout.Slots)
        {
            Tensor view = Part(Flat, slot).reshape([.. slot.Shape.Dimensions]).detach();
            if (requiresGradients && slot.Trainable)
                view.requires_grad_(true);
            _views.Add(slot.Name, view.DetachFromDisposeScope());
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

    /// <summary>The values of one parameter within a flat tensor.</summary>
    public static Tensor Part(Tensor flat, ParameterSlot slot) => flat.narrow(0, slot.Offset, slot.Shape.Size);

    /// <summary>Copies all values in.</summary>
    public void Write(NetworkWeights weights) => Write(Flat, Layout.Slots, slot => weights[slot.Name].Values);

    /// <summary>Copies all values out.</summary>
    public void Read(NetworkWeights weights) => Read(Flat, Layout.Slots, slot => weights[slot.Name].Values);

    /// <summary>Copies the values of some slots into a flat tensor; other values are kept.</summary>
    public static void Write(Tensor flat, IEnumerable<ParameterSlot> slots, Func<ParameterSlot, float[]> values)
    {
        using IDisposable noGradients = torch.set_grad_enabled(false);
        using DisposeScope scope = torch.NewDisposeScope();
        Tensor host = flat.cpu();
        foreach (ParameterSlot slot in slots)
            values(slot).CopyTo(MemoryMarshal.Cast<byte, float>(Part(host, slot).bytes));
        flat.copy_(host);
    }

    /// <summary>Copies the values of some slots out of a flat tensor.</summary>
    public static void Read(Tensor flat, IEnumerable<ParameterSlot> slots, Func<ParameterSlot, float[]> values)
    {
        using IDisposable noGradients = torch.set_grad_enabled(false);
        using DisposeScope scope = torch.NewDisposeScope();
        Tensor host = flat.cpu();
        foreach (ParameterSlot slot in slots)
            MemoryMarshal.Cast<byte, float>(Part(host, slot).bytes).CopyTo(values(slot));
    }

    public void Dispose()
    {
        foreach (Tensor view in _views.Values)
            view.Dispose();
        Trained.Dispose();
        Buffers.Dispose();
        Flat.Dispose();
    }
}
