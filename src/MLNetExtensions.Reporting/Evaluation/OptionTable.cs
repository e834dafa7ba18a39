using System.Collections;
using System.Globalization;
using System.Reflection;
using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Training;
using MLNetExtensions.Trainers;

namespace MLNetExtensions.Reporting.Evaluation;

/// <summary>Options as names and values, for tables and logs.</summary>
internal static class OptionTable
{
    /// <summary>What can be set, that of records within it under a name with a dot (<c>Optimizer.WeightDecay</c>). What can't be
    /// written down (delegates, listeners, tokens) and what is not set is left out, but for the learning rate, which a run always
    /// has.</summary>
    public static IReadOnlyList<(string Name, string Value)> Read(NeuralNetworkOptions options) =>
        [.. Read(options with { LearningRate = options.LearningRate ?? options.Optimizer.DefaultLearningRate }, "")];

    private static IEnumerable<(string, string)> Read(object options, string prefix)
    {
        foreach (PropertyInfo property in options.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            if (!property.CanWrite || property.GetIndexParameters().Length > 0 || property.GetValue(options) is not { } value)
                continue;
            string name = prefix + property.Name;
            if (Text(value) is { } text)
            {
                if (text.Length > 0)
                    yield return (name, text);
                continue;
            }
            if (!IsOfOptions(value.GetType()))
                continue;
            yield return (name, value.GetType().Name);
            foreach ((string, string) inner in Read(value, $"{name}."))
                yield return inner;
        }
    }

    /// <summary>The value in one line; null when it has parts of its own.</summary>
    private static string? Text(object value) => value switch
    {
        string or bool or Enum or TensorShape => value.ToString()!,
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        NetworkWeights weights => string.Create(CultureInfo.InvariantCulture, $"{weights.Count} tensors"),
        IDictionary map => string.Join(", ", map.Keys.Cast<object>().Select(key => $"{key}: {Text(map[key]!)}")),
        IEnumerable items => string.Join(", ", items.Cast<object>().Select(item => Text(item) ?? item.ToString())),
        _ => null,
    };

    private static bool IsOfOptions(Type type) =>
        type.Assembly == typeof(TrainingOptions).Assembly && !typeof(Delegate).IsAssignableFrom(type)
        && type != typeof(NetworkModel);
}
