namespace Microsoft.ML.Runtime;

/// <summary>Calls generic methods and makes objects of generic classes with type arguments known only at run time.</summary>
internal static class Generic
{
    /// <summary>Call&lt;Delegate&gt;(MakeGetter&lt;int&gt;, type, row, column) calls MakeGetter of that type. A method without a
    /// result gives null.</summary>
    public static TResult Call<TResult>(Delegate method, Type type, params object[] args) => Call<TResult>(method, [type], args);

    public static TResult Call<TResult>(Delegate method, Type[] types, params object[] args)
    {
        var target = method.Method.IsStatic ? null : method.Target;
        return (TResult)method.Method.GetGenericMethodDefinition().MakeGenericMethod(types)
            .Invoke(target, BindingFlags.DoNotWrapExceptions, null, args, null);
    }

    /// <summary>New&lt;Base&gt;(typeof(Derived&lt;&gt;), type, row) is a Derived of that type.</summary>
    public static TResult New<TResult>(Type definition, Type type, params object[] args) =>
        (TResult)definition.MakeGenericType(type).GetConstructors().Single(c => c.GetParameters().Length == args.Length)
            .Invoke(BindingFlags.DoNotWrapExceptions, null, args, null);
}
