using System.Collections.Concurrent;

namespace TorchSharp;

/// <summary>libtorch's operators by their names in the dispatcher, such as "aten::relu" or "aten::add.Tensor".</summary>
internal static unsafe class Operator
{
    private static readonly ConcurrentDictionary<string, nint> _found = [];

    /// <summary>Calls an operator with one result. Arguments missing at the end take the defaults of its schema.</summary>
    public static torch.Tensor Call(string name, params ReadOnlySpan<Argument> arguments)
    {
        nint result = 0;
        Run(name, arguments, &result, 1);
        return new(result);
    }

    /// <summary>Calls an operator that changes its first argument and returns it.</summary>
    public static torch.Tensor Update(string name, params ReadOnlySpan<Argument> arguments)
    {
        nint result = 0;
        Run(name, arguments, &result, 1);
        NativeMethods.torch_release(result);
        return (torch.Tensor)arguments[0].Owner;
    }

    /// <summary>Calls an operator that gives up to <paramref name="count"/> tensors; undefined ones are null.</summary>
    public static torch.Tensor[] CallList(string name, int count, params ReadOnlySpan<Argument> arguments)
    {
        var results = new nint[count];
        fixed (nint* first = results) count = Run(name, arguments, first, count);
        return Array.ConvertAll(results[..count], handle => handle == 0 ? null : new torch.Tensor(handle));
    }

    private static int Run(string name, ReadOnlySpan<Argument> arguments, nint* results, int capacity)
    {
        var op = _found.GetOrAdd(name, static name => NativeMethods.Checked(NativeMethods.torch_find_operator(name)));
        var length = 0;
        foreach (var argument in arguments) length += argument.Length;
        var values = stackalloc NativeValue[arguments.Length];
        fixed (long* items = new long[length + 1])
        {
            var rest = new Span<long>(items, length + 1);
            for (var i = 0; i < arguments.Length; i++)
            {
                values[i] = arguments[i].ToNative(rest);
                rest = rest[arguments[i].Length..];
            }
            var count = NativeMethods.Checked(NativeMethods.torch_call(op, values, arguments.Length, results, capacity));
            // nobody may finalise a tensor that libtorch still reads
            foreach (var argument in arguments) GC.KeepAlive(argument.Owner);
            return (int)count;
        }
    }
}
