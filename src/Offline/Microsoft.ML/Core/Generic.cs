using System.Runtime.ExceptionServices;

namespace Microsoft.ML.Runtime;

/// <summary>Calls a generic method with type arguments known only at run time.</summary>
internal static class Generic
{
    /// <summary>Call&lt;Delegate&gt;(MakeGetter&lt;int&gt;, type, row, column) calls MakeGetter of that type.</summary>
    public static TResult Call<TResult>(Delegate method, Type type, params object[] args) => Call<TResult>(method, [type], args);

    public static TResult Call<TResult>(Delegate method, Type[] types, params object[] args)
    {
        var target = method.Method.IsStatic ? null : method.Target;
        try
        {
            return (TResult)method.Method.GetGenericMethodDefinition().MakeGenericMethod(types).Invoke(target, args);
        }
        catch (TargetInvocationException e) when (e.InnerException is not null)
        {
            ExceptionDispatchInfo.Throw(e.InnerException);
            throw;
        }
    }
}
