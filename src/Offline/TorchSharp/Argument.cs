using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace TorchSharp;

/// <summary>The kinds of arguments, as in TorchShim.cpp.</summary>
internal enum ArgumentKind { Default, Tensor, Int, Double, Bool, IntList, TensorList, Device, Generator }

/// <summary>An argument as TorchShim.cpp reads it: a number, a handle, or a pointer to the items of a list.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct NativeValue(ArgumentKind Kind, int Count, long Bits);

/// <summary>An operator's argument. One that is default or null takes the default of the operator's schema, or none.</summary>
internal readonly struct Argument
{
    private readonly ArgumentKind _kind;
    private readonly long _bits;

    private Argument(ArgumentKind kind, long bits) => (_kind, _bits) = (kind, bits);

    private Argument(ArgumentKind kind, object owner, long bits = 0)
    {
        if (owner is not null) (_kind, _bits, Owner) = (kind, bits, owner);
    }

    public static implicit operator Argument(bool value) => new(ArgumentKind.Bool, value ? 1 : 0);
    public static implicit operator Argument(long value) => new(ArgumentKind.Int, value);
    public static implicit operator Argument(double value) => new(ArgumentKind.Double, BitConverter.DoubleToInt64Bits(value));
    public static implicit operator Argument(torch.ScalarType? value) =>
        value is { } type ? new(ArgumentKind.Int, (long)type) : default;
    public static implicit operator Argument(Scalar value) => value is null ? default : value.Value;
    public static implicit operator Argument(torch.Tensor value) => new(ArgumentKind.Tensor, value, value?.Handle ?? 0);
    public static implicit operator Argument(torch.Generator value) => new(ArgumentKind.Generator, value, value?.Handle ?? 0);
    public static implicit operator Argument(torch.Device value) => new(ArgumentKind.Device, value);
    public static implicit operator Argument(long[] value) => new(ArgumentKind.IntList, value);
    public static implicit operator Argument(torch.Tensor[] value) => new(ArgumentKind.TensorList, value);

    /// <summary>The object that the argument was made of; null for a number.</summary>
    public object Owner { get; }

    /// <summary>How many items of a list the argument has.</summary>
    public int Length => (Owner as Array)?.Length ?? 0;

    /// <summary>The value for libtorch. The items of a list go to <paramref name="items"/>, which must stay in place.</summary>
    public unsafe NativeValue ToNative(Span<long> items)
    {
        switch (Owner)
        {
            case long[] integers:
                integers.CopyTo(items);
                break;
            case torch.Tensor[] tensors:
                for (var i = 0; i < tensors.Length; i++) items[i] = tensors[i].Handle;
                break;
            case torch.Device device:
                return new(_kind, (int)device.type, device.index);
            default:
                return new(_kind, 0, _bits);
        }
        return new(_kind, Length, (long)Unsafe.AsPointer(ref MemoryMarshal.GetReference(items)));
    }
}
