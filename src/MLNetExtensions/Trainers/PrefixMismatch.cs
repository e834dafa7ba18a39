using MLNetExtensions.Networks;

namespace MLNetExtensions.Trainers;

/// <summary>The commonest reason why weights don't fit: one side's names begin with something that the other side's lack, as
/// <c>module.</c> of PyTorch's DataParallel, or the name of the group that a backbone was put in.</summary>
/// <param name="Given">What the names of the weights begin with; may be empty.</param>
/// <param name="Wanted">What the names of the network begin with in its place; may be empty.</param>
/// <param name="Count">The tensors that would fit.</param>
internal sealed record PrefixMismatch(string Given, string Wanted, int Count)
{
    /// <summary>The change of prefix by which most of the tensors that did not fit would; null when it is no more than half of
    /// those that could.</summary>
    public static PrefixMismatch? Find(NetworkWeights given, NetworkDefinition network, WeightMatch match)
    {
        HashSet<string> missing = [.. match.Missing];
        ParameterSpec[] wanted = [.. network.Parameters.Where(spec => missing.Contains(spec.Name))];
        var likely = match.Unexpected
            .SelectMany(name => wanted
                .Where(spec => given[name].Shape.Equals(spec.Shape))
                .Select(spec => Prefixes(name, spec.Name))
                .OfType<(string Given, string Wanted)>())
            .GroupBy(prefixes => prefixes)
            .MaxBy(group => group.Count());
        return likely is not null && 2 * likely.Count() > Math.Min(wanted.Length, match.Unexpected.Count)
            ? new(likely.Key.Given, likely.Key.Wanted, likely.Count())
            : null;
    }

    /// <summary>What to do about it.</summary>
    public override string ToString() => (Given, Wanted) switch
    {
        (_, "") => $"{Count} tensors would fit without '{Given}' at the beginning of their names",
        ("", _) => $"{Count} tensors would fit with '{Wanted}' before their names",
        _ => $"{Count} tensors would fit with '{Wanted}' in place of '{Given}' at the beginning of their names",
    };

    /// <summary>What comes before the longest end, in whole parts, that two names share; null when they share none.</summary>
    private static (string Given, string Wanted)? Prefixes(string given, string wanted)
    {
        int shared = 0, whole = 0;
        while (shared < given.Length && shared < wanted.Length && given[^(shared + 1)] == wanted[^(shared + 1)])
        {
            shared++;
            if (BeginsPart(given, shared) && BeginsPart(wanted, shared))
                whole = shared;
        }
        return whole == 0 ? null : (given[..^whole], wanted[..^whole]);

        static bool BeginsPart(string name, int fromEnd) => fromEnd == name.Length || name[^(fromEnd + 1)] == '.';
    }
}
