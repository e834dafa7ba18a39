using System.Runtime.InteropServices;
using static TorchSharp.Operator;

namespace TorchSharp;

/// <summary>The part of TorchSharp that this repository uses, over the libtorch that is installed (see Native).</summary>
public static partial class torch
{
    static torch()
    {
        try
        {
            NativeLibrary.Load(NativeMethods.Library, typeof(torch).Assembly, null);
        }
        catch (DllNotFoundException e)
        {
            // the original does so too, when no package with libtorch is referenced
            throw new NotSupportedException(
                "The stand-in for TorchSharp was built without libtorch: install libtorch-dev and g++, and build again.", e);
        }
    }

    public enum ScalarType
    {
        Float32 = 6,
        Float64 = 7,
        BFloat16 = 15,
    }

    public static void InitializeDeviceType(DeviceType deviceType)
    {
        if (deviceType != DeviceType.CPU)
            throw new InvalidOperationException(
                $"Torch device type {deviceType} did not initialise: this is libtorch for the CPU.");
    }

    public static DisposeScope NewDisposeScope() => new();

    public static IDisposable set_grad_enabled(bool mode = true) => new GradientMode(mode);

    public static Tensor zeros(long[] size, ScalarType? dtype = null, Device device = null, bool requires_grad = false,
        string[] names = null) =>
        Unnamed(names, Call("aten::zeros", size, dtype, default, device)).requires_grad_(requires_grad);

    public static Tensor empty(long[] size, ScalarType? dtype = null, Device device = null, bool requires_grad = false,
        string[] names = null) =>
        Unnamed(names, Call("aten::empty.memory_format", size, dtype, default, device)).requires_grad_(requires_grad);

    public static Tensor cat(IList<Tensor> tensors, long dim = 0) => Call("aten::cat", tensors.ToArray(), dim);

    private static Tensor Unnamed(string[] names, Tensor tensor) =>
        names is null ? tensor : throw new NotSupportedException(
                "The stand-in for TorchSharp has no named dimensions.");

    public static class autograd
    {
        public static IList<Tensor> grad(IList<Tensor> outputs, IList<Tensor> inputs, IList<Tensor> grad_outputs = null,
            bool retain_graph = false, bool create_graph = false, bool allow_unused = false) =>
            CallList("shim::grad", inputs.Count, outputs.ToArray(), inputs.ToArray(), grad_outputs?.ToArray() ?? [],
                retain_graph, create_graph, allow_unused);
    }

    public static class cuda
    {
        public static bool is_available() => false;
        public static int device_count() => 0;
    }

    public static class backends
    {
        public static class cuda
        {
            public static class matmul
            {
                public static bool allow_tf32 { get; set; }
            }
        }

        public static class cudnn
        {
            public static bool allow_tf32 { get; set; } = true;
        }
    }

    /// <summary>Whether this thread records operations for gradients, until it is disposed.</summary>
    private sealed class GradientMode(bool enabled) : IDisposable
    {
        private readonly int _before = NativeMethods.torch_set_grad_enabled(enabled ? 1 : 0);

        public void Dispose() => NativeMethods.torch_set_grad_enabled(_before);
    }
}
