using System.Reflection;

namespace MLNetExtensions.Conformance;

/// <summary>Calls generic methods with type arguments known only at run time.</summary>
internal static class Generic
{
    public static object Call(string method, Type owner, Type[] types, params object[] args) => owner
        .GetMethod(method, BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)
        .MakeGenericMethod(types).Invoke(null, BindingFlags.DoNotWrapExceptions, null, args, null);
}
