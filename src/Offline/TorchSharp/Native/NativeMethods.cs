using System.Runtime.InteropServices;

namespace TorchSharp;

/// <summary>The functions of TorchShim.cpp.</summary>
internal static unsafe partial class NativeMethods
{
    public const string Library = "TorchShim";

    [LibraryImport(Library)]
    private static partial nint torch_last_error();

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint torch_find_operator(string name);

    [LibraryImport(Library)]
    public static partial int torch_call(nint op, NativeValue* values, int count, nint* results, int capacity);

    [LibraryImport(Library)]
    public static partial void torch_release(nint tensor);

    [LibraryImport(Library)]
    public static partial int torch_is_contiguous(nint tensor);

    [LibraryImport(Library)]
    public static partial long torch_byte_count(nint tensor);

    [LibraryImport(Library)]
    public static partial void* torch_data(nint tensor);

    [LibraryImport(Library)]
    public static partial int torch_set_grad_enabled(int enabled);

    [LibraryImport(Library)]
    public static partial nint torch_new_generator(ulong seed);

    [LibraryImport(Library)]
    public static partial void torch_seed_generator(nint generator, ulong seed);

    [LibraryImport(Library)]
    public static partial void torch_release_generator(nint generator);

    /// <summary>The result of a call. Zero means that it failed: libtorch's message is thrown as TorchSharp throws it.</summary>
    public static nint Checked(nint result) =>
        result != 0 ? result : throw new ExternalException(Marshal.PtrToStringUTF8(torch_last_error()));
}
