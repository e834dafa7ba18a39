using System.Buffers.Binary;
using System.Text;

namespace MLNetExtensions.CudaKit;

/// <summary>
/// What a shared library of 64-bit Linux wants of others. Source: System V ABI, "Object Files" (section header, symbol table),
/// and its AMD64 supplement: little-endian.
/// </summary>
internal static class ElfImports
{
    private const uint DynamicSymbols = 11;
    private const int SectionHeaderSize = 64, SymbolSize = 24, GlobalBinding = 1;

    /// <summary>The symbols that a library must find elsewhere, without the weak ones, which it can do without.</summary>
    /// <exception cref="InvalidDataException">The file is no such library, or has no section headers.</exception>
    public static IReadOnlyList<string> Read(string path)
    {
        byte[] file = File.ReadAllBytes(path);
        if (!file.AsSpan().StartsWith("\u007fELF\u0002\u0001"u8))
            throw new InvalidDataException($"'{path}' is no 64-bit little-endian ELF file.");
        int sections = (int)Long(file, 0x28), count = Short(file, 0x3C);
        for (int section = 0; section < count; section++)
        {
            int header = sections + section * SectionHeaderSize;
            if (Int(file, header + 4) == DynamicSymbols)
            {
                int strings = sections + (int)Int(file, header + 0x28) * SectionHeaderSize;
                int symbols = (int)Long(file, header + 0x18), length = (int)Long(file, header + 0x20);
                return [.. Undefined(file, symbols, length, (int)Long(file, strings + 0x18))];
            }
        }
        throw new InvalidDataException($"'{path}' has no dynamic symbol table.");
    }

    private static IEnumerable<string> Undefined(byte[] file, int symbols, int length, int strings)
    {
        for (int symbol = symbols; symbol < symbols + length; symbol += SymbolSize)
        {
            bool defined = Short(file, symbol + 6) != 0, global = file[symbol + 4] >> 4 == GlobalBinding;
            if (global && !defined)
            {
                ReadOnlySpan<byte> name = file.AsSpan(strings + (int)Int(file, symbol));
                yield return Encoding.ASCII.GetString(name[..name.IndexOf((byte)0)]);
            }
        }
    }

    private static ushort Short(byte[] file, int offset) => BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(offset));

    private static uint Int(byte[] file, int offset) => BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(offset));

    private static long Long(byte[] file, int offset) => BinaryPrimitives.ReadInt64LittleEndian(file.AsSpan(offset));
}
