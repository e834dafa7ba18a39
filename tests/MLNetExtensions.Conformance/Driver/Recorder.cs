using System.Reflection;
using System.Text.Json.Nodes;

namespace MLNetExtensions.Conformance;

/// <summary>Exceptions as they are recorded.</summary>
public static class Recorder
{
    public static JsonObject Throws(Exception e, string stage = null)
    {
        while (e is TargetInvocationException { InnerException: { } inner }) e = inner;
        var record = J.O(("throws", e.GetType().FullName), ("message", e.Message));
        if (stage is not null) record["stage"] = stage;
        if (e.InnerException is not null) record["inner"] = e.InnerException.GetType().FullName;
        return record;
    }

    /// <summary>Runs stages one after the other; the first that throws ends the case with what it threw.</summary>
    public static JsonObject Staged(Func<Action<string>, JsonObject> body)
    {
        var stage = "create";
        try
        {
            return body(s => stage = s);
        }
        catch (Exception e) when (e is not NotOfferedException)
        {
            return Throws(e, stage);
        }
    }
}
