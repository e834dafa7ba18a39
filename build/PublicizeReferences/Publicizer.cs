using System.Buffers.Binary;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace PublicizeReferences;

/// <summary>
/// Changes visibility flags where they stand in an assembly's metadata tables (ECMA-335 II.22): internal becomes public, private
/// protected becomes protected, and not a byte moves. What is not internal is an error, so that the list stays as short as it can be.
/// </summary>
internal sealed class Publicizer
{
    // Columns before the flags: none in TypeDef and Field; RVA and ImplFlags in MethodDef.
    private const int MethodFlagsOffset = 6;

    private readonly string _assembly;
    private readonly byte[] _image;
    private readonly MetadataReader _metadata;
    private readonly int _metadataStart;

    private Publicizer(string path)
    {
        _assembly = Path.GetFileNameWithoutExtension(path);
        _image = File.ReadAllBytes(path);
        PEReader pe = new([.. _image]);
        _metadata = pe.GetMetadataReader();
        _metadataStart = pe.PEHeaders.MetadataStartOffset;
    }

    public static byte[] Publicize(string path, IEnumerable<InternalType> types)
    {
        Publicizer publicizer = new(path);
        Dictionary<string, TypeDefinitionHandle> handles =
            publicizer._metadata.TypeDefinitions.ToDictionary(handle => publicizer.FullName(handle));
        foreach (InternalType type in types)
        {
            if (!handles.TryGetValue(type.Name, out TypeDefinitionHandle handle))
                throw new InvalidDataException($"{publicizer._assembly} has no type '{type.Name}'.");
            publicizer.Publicize(type, handle);
        }
        return publicizer._image;
    }

    private void Publicize(InternalType type, TypeDefinitionHandle handle)
    {
        bool found = PublicizeType(handle);
        if (!found && type.Members.Length == 0)
            throw new InvalidDataException($"Type '{type.Name}' is public already, and no member of it is named.");
        foreach (string member in type.Members)
        {
            if (!PublicizeMember(_metadata.GetTypeDefinition(handle), member))
                throw new InvalidDataException($"Type '{type.Name}' has no internal member '{member}'.");
        }
    }

    private bool PublicizeType(TypeDefinitionHandle handle)
    {
        TypeAttributes attributes = _metadata.GetTypeDefinition(handle).Attributes;
        TypeAttributes? visibility = (attributes & TypeAttributes.VisibilityMask) switch
        {
            TypeAttributes.NotPublic => TypeAttributes.Public,
            TypeAttributes.NestedAssembly => TypeAttributes.NestedPublic,
            TypeAttributes.NestedFamANDAssem => TypeAttributes.NestedFamily,
            _ => null,
        };
        if (visibility is { } changed)
            BinaryPrimitives.WriteUInt32LittleEndian(Row(TableIndex.TypeDef, handle), (uint)(attributes & ~TypeAttributes.VisibilityMask | changed));
        return visibility is not null;
    }

    // Overloads and the accessors of a property share their name, and all of them are changed.
    private bool PublicizeMember(TypeDefinition type, string name)
    {
        bool found = false;
        foreach (MethodDefinitionHandle handle in type.GetMethods())
        {
            MethodDefinition method = _metadata.GetMethodDefinition(handle);
            string methodName = _metadata.GetString(method.Name);
            if (methodName != name && methodName != "get_" + name && methodName != "set_" + name)
                continue;
            found |= Widen((int)method.Attributes, Row(TableIndex.MethodDef, handle)[MethodFlagsOffset..]);
        }
        foreach (FieldDefinitionHandle handle in type.GetFields())
        {
            FieldDefinition field = _metadata.GetFieldDefinition(handle);
            if (_metadata.StringComparer.Equals(field.Name, name))
                found |= Widen((int)field.Attributes, Row(TableIndex.Field, handle));
        }
        return found;
    }

    // Methods and fields have the same access bits.
    private static bool Widen(int attributes, Span<byte> flags)
    {
        int? access = ((MethodAttributes)attributes & MethodAttributes.MemberAccessMask) switch
        {
            MethodAttributes.Assembly => (int)MethodAttributes.Public,
            MethodAttributes.FamANDAssem => (int)MethodAttributes.Family,
            _ => null,
        };
        if (access is { } changed)
            BinaryPrimitives.WriteUInt16LittleEndian(flags, (ushort)(attributes & ~(int)MethodAttributes.MemberAccessMask | changed));
        return access is not null;
    }

    private Span<byte> Row(TableIndex table, EntityHandle handle)
    {
        int size = _metadata.GetTableRowSize(table);
        int row = _metadataStart + _metadata.GetTableMetadataOffset(table) + (MetadataTokens.GetRowNumber(handle) - 1) * size;
        return _image.AsSpan(row, size);
    }

    private string FullName(TypeDefinitionHandle handle)
    {
        TypeDefinition type = _metadata.GetTypeDefinition(handle);
        string name = _metadata.GetString(type.Name);
        if (type.GetDeclaringType() is { IsNil: false } outer)
            return $"{FullName(outer)}+{name}";
        return type.Namespace.IsNil ? name : $"{_metadata.GetString(type.Namespace)}.{name}";
    }
}
