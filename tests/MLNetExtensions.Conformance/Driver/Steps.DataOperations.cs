using System.Text.Json.Nodes;
using Microsoft.ML;

namespace MLNetExtensions.Conformance;

public static partial class Steps
{
    public static readonly Dictionary<string, Func<MLContext, IDataView, JsonNode, IDataView>> DataOperations = new()
    {
    };
}
