using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Microsoft.ML.Runtime;

internal static class Contracts
{
    public static void Check([DoesNotReturnIf(false)] bool holds,
        [InterpolatedStringHandlerArgument(nameof(holds))] FailureMessage message)
    {
        if (!holds) throw new InvalidOperationException(message.Take());
    }

    public static void CheckParam([DoesNotReturnIf(false)] bool holds, string name,
        [InterpolatedStringHandlerArgument(nameof(holds))] FailureMessage message = default)
    {
        if (!holds) throw new ArgumentOutOfRangeException(name, message.Take());
    }

    /// <summary>For what is read from a file.</summary>
    public static void CheckDecode([DoesNotReturnIf(false)] bool holds,
        [InterpolatedStringHandlerArgument(nameof(holds))] FailureMessage message)
    {
        if (!holds) throw new FormatException(message.Take());
    }

    public static void CheckValue([NotNull] object value, string name) => ArgumentNullException.ThrowIfNull(value, name);
    public static T NotNull<T>(T value, [CallerArgumentExpression(nameof(value))] string name = null) where T : class =>
        value ?? throw new ArgumentNullException(name);
    public static void CheckNonEmpty([NotNull] string value, string name) =>
        CheckParam(!string.IsNullOrEmpty(value), name, $"{name} cannot be null or empty");

    /// <summary>Throws when the run that the environment belongs to was cancelled.</summary>
    public static void CheckAlive(this IHostEnvironment env)
    {
        if (env is ICancelable { IsCanceled: true }) throw new OperationCanceledException("Operation was canceled.");
    }

    public static Exception ExceptSchemaMismatch(string paramName, string role, string columnName) =>
        new ArgumentOutOfRangeException(paramName, $"Could not find {role} column '{columnName}'");

    /// <summary>The column of that name, or ML.NET's exception for a missing one.</summary>
    public static DataViewSchema.Column Find(this DataViewSchema schema, string name, string role = "input",
        string paramName = "inputSchema") =>
        schema.GetColumnOrNull(name) ?? throw ExceptSchemaMismatch(paramName, role, name);

    /// <summary>The column of that name, or ML.NET's exception for a missing one.</summary>
    public static SchemaShape.Column Find(this SchemaShape shape, string name, string role = "input",
        string paramName = "inputSchema") =>
        shape.TryFindColumn(name, out var column) ? column : throw ExceptSchemaMismatch(paramName, role, name);
}

/// <summary>The message of a check. An interpolated one is put together only when the check fails: checks of every row cost
/// nothing.</summary>
[InterpolatedStringHandler]
internal ref struct FailureMessage
{
    private readonly string _constant;
    private DefaultInterpolatedStringHandler _text;

    private FailureMessage(string constant) => _constant = constant;

    public FailureMessage(int literalLength, int formattedCount, bool holds, out bool isNeeded)
    {
        isNeeded = !holds;
        if (isNeeded) _text = new(literalLength, formattedCount);
    }

    public static implicit operator FailureMessage(string constant) => new(constant);
    public void AppendLiteral(string text) => _text.AppendLiteral(text);
    public void AppendFormatted<T>(T value) => _text.AppendFormatted(value);
    public string Take() => _constant ?? (_text.ToStringAndClear() is { Length: > 0 } text ? text : null);
}
