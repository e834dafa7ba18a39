#nullable disable

using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace MLNetExtensions.Conformance;

/// <summary>Types and members as the recorded lists write them: one line each, all names in full.</summary>
public static class ApiFormat
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<Type, string> _keywords = new()
    {
        [typeof(void)] = "void", [typeof(bool)] = "bool", [typeof(char)] = "char", [typeof(string)] = "string",
        [typeof(object)] = "object", [typeof(sbyte)] = "sbyte", [typeof(byte)] = "byte", [typeof(short)] = "short",
        [typeof(ushort)] = "ushort", [typeof(int)] = "int", [typeof(uint)] = "uint", [typeof(long)] = "long",
        [typeof(ulong)] = "ulong", [typeof(float)] = "float", [typeof(double)] = "double", [typeof(decimal)] = "decimal",
    };

    /// <summary>"public sealed class Name : Base, Interfaces where ...", without what is not public of these.</summary>
    public static string Header(Type type)
    {
        var access = type.IsPublic || type.IsNestedPublic ? "public" : "internal";
        if (IsDelegate(type)) return $"{access} delegate {Name(type)}";
        var kind = type.IsEnum ? "enum" : type.IsValueType ? "struct" : type.IsInterface ? "interface"
            : type is { IsAbstract: true, IsSealed: true } ? "static class" : type.IsAbstract ? "abstract class"
            : type.IsSealed ? "sealed class" : "class";
        IEnumerable<Type> bases = type.IsEnum ? []
            : type.GetInterfaces().Where(i => i.IsVisible).OrderBy(Name, StringComparer.Ordinal);
        if (type.BaseType is { } parent && parent != typeof(object) && !type.IsValueType) bases = bases.Prepend(parent);
        var list = string.Join(", ", bases.Select(Name));
        return $"{access} {kind} {Name(type)}{(list.Length > 0 ? $" : {list}" : "")}{Constraints(type.GetGenericArguments())}";
    }

    /// <summary>The members that a user of the type, or of a class derived from it, sees; on demand the internal ones, and without
    /// those that the compiler writes for every record (equality, printing, copying).</summary>
    public static IEnumerable<string> Members(Type type, bool withInternal = false, bool withGenerated = true)
    {
        if (IsDelegate(type))
        {
            var invoke = type.GetMethod("Invoke");
            return [$"{Name(invoke.ReturnType)} Invoke({Parameters(invoke)})"];
        }
        if (type.IsEnum)
            return type.GetFields(BindingFlags.Public | BindingFlags.Static)
                .Select(f => $"{f.Name} = {Convert.ToInt64(f.GetRawConstantValue())}");
        return type.GetMembers(Declared).Where(m => withGenerated || !IsGenerated(m)).Select(Line)
            .Where(m => m.Access is "public" or "protected" || withInternal && m.Access == "internal")
            .Select(m => $"{m.Access} {m.Text}").Order(StringComparer.Ordinal);
    }

    public static string Name(Type type)
    {
        if (type.IsByRef) return Name(type.GetElementType());
        if (type.IsArray) return $"{Name(type.GetElementType())}[{new string(',', type.GetArrayRank() - 1)}]";
        if (Nullable.GetUnderlyingType(type) is { } value) return $"{Name(value)}?";
        if (_keywords.TryGetValue(type, out var keyword)) return keyword;
        if (type.IsGenericParameter) return type.Name;
        // the arguments of a nested type begin with those of the type around it
        var arguments = type.GetGenericArguments();
        var parts = new List<string>();
        for (var t = type; t is not null; t = t.DeclaringType)
        {
            var outer = t.DeclaringType?.GetGenericArguments().Length ?? 0;
            var own = arguments[outer..t.GetGenericArguments().Length];
            var simple = t.Name.Split('`')[0];
            parts.Insert(0, own.Length > 0 ? $"{simple}<{string.Join(", ", own.Select(Name))}>" : simple);
        }
        var name = string.Join('.', parts);
        return string.IsNullOrEmpty(type.Namespace) ? name : $"{type.Namespace}.{name}";
    }

    private static bool IsGenerated(MemberInfo member) =>
        member.IsDefined(typeof(CompilerGeneratedAttribute))
        || member is PropertyInfo { Name: "EqualityContract", GetMethod: { } getter }
            && getter.IsDefined(typeof(CompilerGeneratedAttribute));

    private static bool IsDelegate(Type type) => type.BaseType == typeof(MulticastDelegate);

    private static (string Access, string Text) Line(MemberInfo member) => member switch
    {
        ConstructorInfo { IsStatic: false } c => (Access(c), $".ctor({Parameters(c)})"),
        MethodInfo { IsSpecialName: false } m => (Access(m), Method(m)),
        MethodInfo m when m.Name.StartsWith("op_") => (Access(m), Method(m)),
        PropertyInfo p => Property(p),
        EventInfo e => (Access(e.AddMethod), $"event {Name(e.EventHandlerType)} {e.Name}"),
        FieldInfo f => (Access(f.Attributes & FieldAttributes.FieldAccessMask), Field(f)),
        _ => ("none", null),
    };

    private static string Method(MethodInfo m)
    {
        var generic = m.IsGenericMethod ? $"<{string.Join(", ", m.GetGenericArguments().Select(Name))}>" : "";
        var constraints = Constraints(m.GetGenericArguments());
        return $"{Modifiers(m, true)}{Name(m.ReturnType)} {m.Name}{generic}({Parameters(m)}){constraints}";
    }

    private static (string Access, string Text) Property(PropertyInfo p)
    {
        var accessors = new[] { p.GetMethod, p.SetMethod }.Where(a => a is not null).ToArray();
        var widest = accessors.MinBy(a => Array.IndexOf(_widths, Access(a)));
        var shown = accessors.Where(a =>
            Access(a) is var access && (access == Access(widest) || access is "public" or "protected"));
        var index = p.GetIndexParameters() is { Length: > 0 } parameters ? $"[{Parameters(parameters)}]" : "";
        var list = string.Concat(shown.Select(a => a == p.GetMethod ? "get; " : "set; "));
        return (Access(widest), $"{Modifiers(widest, false)}{Name(p.PropertyType)} {p.Name}{index} {{ {list}}}");
    }

    private static string Field(FieldInfo f) => f.IsLiteral
        ? $"const {Name(f.FieldType)} {f.Name} = {Value(f.GetRawConstantValue(), f.FieldType)}"
        : $"{(f.IsStatic ? "static " : "")}{(f.IsInitOnly ? "readonly " : "")}{Name(f.FieldType)} {f.Name}";

    private static string Modifiers(MethodInfo m, bool marksOverrides) =>
        m.IsStatic ? "static " : m.IsAbstract ? "abstract " : !m.IsVirtual ? ""
        : m.IsFinal ? "" : marksOverrides && m.GetBaseDefinition() != m ? "override " : "virtual ";

    private static readonly string[] _widths = ["public", "protected", "internal", "none"];

    private static string Access(MethodBase m) => Access((FieldAttributes)(m.Attributes & MethodAttributes.MemberAccessMask));

    private static string Access(FieldAttributes access) => access switch
    {
        FieldAttributes.Public => "public",
        FieldAttributes.Family or FieldAttributes.FamORAssem => "protected",
        FieldAttributes.Assembly => "internal",
        _ => "none",
    };

    private static string Parameters(MethodBase m)
    {
        var text = Parameters(m.GetParameters());
        return m.IsDefined(typeof(System.Runtime.CompilerServices.ExtensionAttribute), false) ? $"this {text}" : text;
    }

    private static string Parameters(ParameterInfo[] parameters) => string.Join(", ", parameters.Select(p =>
    {
        var prefix = p.IsDefined(typeof(ParamArrayAttribute)) ? "params " : p.IsOut ? "out "
            : !p.ParameterType.IsByRef ? "" : p.IsIn ? "in " : "ref ";
        var fallback = p.HasDefaultValue ? $" = {Value(p.RawDefaultValue, p.ParameterType)}" : "";
        return $"{prefix}{Name(p.ParameterType)} {p.Name}{fallback}";
    }));

    private static string Value(object value, Type type)
    {
        var underlying = Nullable.GetUnderlyingType(type);
        return value switch
        {
            null => type.IsValueType && underlying is null ? "default" : "null",
            bool b => b ? "true" : "false",
            string s => $"\"{s}\"",
            '\t' => "'\\t'",
            char c => $"'{c}'",
            _ when (underlying ?? type) is { IsEnum: true } e => $"{Name(e)}.{Enum.ToObject(e, value)}",
            _ => Convert.ToString(value, CultureInfo.InvariantCulture),
        };
    }

    private static string Constraints(Type[] parameters) => string.Concat(parameters.Where(p => p.IsGenericParameter).Select(p =>
    {
        var flags = p.GenericParameterAttributes;
        var parts = p.GetGenericParameterConstraints().Where(c => c != typeof(ValueType)).Select(Name).ToList();
        if (flags.HasFlag(GenericParameterAttributes.NotNullableValueTypeConstraint)) parts.Insert(0, "struct");
        else
        {
            if (flags.HasFlag(GenericParameterAttributes.ReferenceTypeConstraint)) parts.Insert(0, "class");
            if (flags.HasFlag(GenericParameterAttributes.DefaultConstructorConstraint)) parts.Add("new()");
        }
        return parts.Count > 0 ? $" where {p.Name} : {string.Join(", ", parts)}" : "";
    }));
}
