using System.Reflection;
using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace MLNetExtensions.Tests.Interop;

/// <summary>What a compiled assembly refers to of ML.NET's internals.</summary>
internal sealed class InternalReferences : IDisposable
{
    private const BindingFlags Any = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static;

    /// <summary>Arguments for our own generic types and methods: what they are makes no difference to the members named in
    /// them.</summary>
    private static readonly Type[] AnyArguments = [typeof(int), typeof(int)];

    private static readonly Dictionary<short, OpCode> OpCodesByValue =
        typeof(OpCodes).GetFields().Select(field => (OpCode)field.GetValue(null)!).ToDictionary(code => code.Value);

    private readonly PEReader _file;
    private readonly MetadataReader _metadata;
    private readonly Module _module;

    public InternalReferences(Assembly assembly)
    {
        _file = new(File.OpenRead(assembly.Location));
        _metadata = _file.GetMetadataReader();
        _module = assembly.ManifestModule;
    }

    /// <summary>Every type that is internal or has internal members that are used, with the names of those members.</summary>
    public SortedDictionary<string, SortedSet<string>> All()
    {
        SortedDictionary<string, SortedSet<string>> found = new(StringComparer.Ordinal);
        foreach (Type type in _metadata.TypeReferences.Select(TypeOf).OfType<Type>().Where(type => !type.IsVisible))
        {
            found.TryAdd(NameOf(type), []);
            // The compiler wants to see bases too, though it writes no reference to them.
            for (Type? parent = type.BaseType; parent is { IsVisible: false } && IsMLNet(parent); parent = parent.BaseType)
                found.TryAdd(NameOf(parent), []);
        }
        foreach (MemberReferenceHandle handle in _metadata.MemberReferences)
        {
            if (InternalMember(handle) is not (Type type, string member))
                continue;
            found.TryAdd(NameOf(type), []);
            found[NameOf(type)].Add(member);
        }
        return found;
    }

    /// <summary>The source files with a method that uses an internal type or member, and which.</summary>
    public IEnumerable<(string File, string Used)> BySource()
    {
        string path = Path.ChangeExtension(_module.FullyQualifiedName, ".pdb");
        using MetadataReaderProvider provider = MetadataReaderProvider.FromPortablePdbStream(File.OpenRead(path));
        MetadataReader symbols = provider.GetMetadataReader();
        foreach (MethodDefinitionHandle handle in _metadata.MethodDefinitions)
        {
            DocumentHandle document = symbols.GetMethodDebugInformation(handle).Document;
            int address = _metadata.GetMethodDefinition(handle).RelativeVirtualAddress;
            if (document.IsNil || address == 0)
                continue;
            string file = symbols.GetString(symbols.GetDocument(document).Name);
            foreach (EntityHandle token in Tokens(_file.GetMethodBody(address).GetILReader()))
                if (Used(token) is string used)
                    yield return (file, used);
        }
    }

    public void Dispose() => _file.Dispose();

    private static bool IsMLNet(Type type) => type.Assembly.GetName().Name!.StartsWith("Microsoft.ML", StringComparison.Ordinal);

    private static string NameOf(Type type) => type.FullName!;

    private string? Used(EntityHandle token) => token.Kind switch
    {
        HandleKind.TypeReference => TypeOf((TypeReferenceHandle)token) is { IsVisible: false } type ? NameOf(type) : null,
        HandleKind.MethodSpecification => Used(_metadata.GetMethodSpecification((MethodSpecificationHandle)token).Method),
        HandleKind.MemberReference => TypeOf(ParentOf((MemberReferenceHandle)token)) is { IsVisible: false } type ? NameOf(type)
            : InternalMember((MemberReferenceHandle)token) is (Type owner, string member) ? $"{NameOf(owner)} {member}" : null,
        _ => null,
    };

    /// <summary>The type and name of a referenced member, if it is not public.</summary>
    private (Type Type, string Member)? InternalMember(MemberReferenceHandle handle)
    {
        if (TypeOf(ParentOf(handle)) is not { } type)
            return null;
        string name = _metadata.GetString(_metadata.GetMemberReference(handle).Name);
        bool[] visible = [.. type.GetMember(name, Any).Select(member => member switch
        {
            MethodBase method => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly,
            FieldInfo field => field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly,
            _ => true,
        })];
        // Overloads of both kinds are told apart by the reference's signature.
        bool isInternal = visible.Distinct().Count() > 1
            ? _module.ResolveMethod(MetadataTokens.GetToken(handle), AnyArguments,
                AnyArguments) is { IsAssembly: true } or { IsFamilyAndAssembly: true }
            : visible is [false, ..];
        return isInternal ? (type, name) : null;
    }

    private EntityHandle ParentOf(MemberReferenceHandle handle) => _metadata.GetMemberReference(handle).Parent;

    /// <summary>The type of ML.NET that a handle refers to; null for others.</summary>
    private Type? TypeOf(EntityHandle handle)
    {
        switch (handle.Kind)
        {
            case HandleKind.TypeReference:
                return TypeOf((TypeReferenceHandle)handle);
            case HandleKind.TypeSpecification:
                BlobReader signature =
                    _metadata.GetBlobReader(_metadata.GetTypeSpecification((TypeSpecificationHandle)handle).Signature);
                if (signature.ReadSignatureTypeCode() != SignatureTypeCode.GenericTypeInstance)
                    return null;
                signature.ReadByte();
                return signature.ReadTypeHandle() is { Kind: HandleKind.TypeReference } generic
                    ? TypeOf((TypeReferenceHandle)generic) : null;
            default:
                return null;
        }
    }

    private Type? TypeOf(TypeReferenceHandle handle)
    {
        TypeReference reference = _metadata.GetTypeReference(handle);
        string name = _metadata.GetString(reference.Name);
        if (reference.ResolutionScope.Kind == HandleKind.TypeReference)
            return TypeOf((TypeReferenceHandle)reference.ResolutionScope)?.GetNestedType(name, Any);
        string assembly =
            _metadata.GetString(_metadata.GetAssemblyReference((AssemblyReferenceHandle)reference.ResolutionScope).Name);
        return assembly.StartsWith("Microsoft.ML", StringComparison.Ordinal)
            ? Assembly.Load(assembly).GetType($"{_metadata.GetString(reference.Namespace)}.{name}", throwOnError: true)
            : null;
    }

    /// <summary>The types and members that a method's code names.</summary>
    private static IEnumerable<EntityHandle> Tokens(BlobReader il)
    {
        List<EntityHandle> tokens = [];
        while (il.RemainingBytes > 0)
        {
            byte first = il.ReadByte();
            OpCode code = OpCodesByValue[first == 0xFE ? (short)(0xFE00 | il.ReadByte()) : first];
            switch (code.OperandType)
            {
                case OperandType.InlineField or OperandType.InlineMethod or OperandType.InlineTok or OperandType.InlineType:
                    tokens.Add((EntityHandle)MetadataTokens.Handle(il.ReadInt32()));
                    break;
                case OperandType.InlineSwitch:
                    int targets = il.ReadInt32();
                    il.Offset += sizeof(int) * targets;
                    break;
                default:
                    il.Offset += code.OperandType switch
                    {
                        OperandType.InlineNone => 0,
                        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                        OperandType.InlineVar => 2,
                        OperandType.InlineI8 or OperandType.InlineR => 8,
                        _ => 4,
                    };
                    break;
            }
        }
        return tokens;
    }
}
