using Microsoft.ML;

namespace Samples.TextClassification;

/// <summary>The texts of a run of the sample: what to learn from, and what to measure with where that is a file of its
/// own.</summary>
internal sealed class TextSet
{
    private const double TestShare = 0.2;
    private const int TrecSeeds = 5, MostWords = 256;

    private static readonly (string RelativePath, PublicFile File)
        TrecTraining = ("text/TREC_train_5500.label", new(
            new("https://cogcomp.seas.upenn.edu/Data/QA/QC/train_5500.label"),
            "8bd6e79493f43bbd22c364587366a1dced54e1e31259eaa92721a0f526031116")),
        TrecTest = ("text/TREC_10.label", new(
            new("https://cogcomp.seas.upenn.edu/Data/QA/QC/TREC_10.label"),
            "86ad53c8fc9d397ab2f4be7c967d8efb470b260140557d3e57afad69d1b88b76"));

    private readonly string _origin;
    private readonly IReadOnlyList<LabelledText> _texts;
    private readonly IReadOnlyList<LabelledText>? _test;

    private TextSet(string origin, IReadOnlyList<LabelledText> texts, IReadOnlyList<LabelledText>? test, bool isTrec)
    {
        (_origin, _texts, _test, IsTrec) = (origin, texts, test, isTrec);
        (string Name, int Count)[] classes =
        [
            .. texts.CountBy(text => text.Category).Select(group => (group.Key, group.Value))
                .OrderBy(group => group.Key, StringComparer.Ordinal),
        ];
        Names = [.. classes.Select(group => group.Name)];
        if (Names.Count < 2)
            throw new FormatException($"{origin} has one class only, '{Names[0]}'.");
        if (Names.Count > Math.Max(2, texts.Count / 2))
            throw new FormatException(
                $"{origin} has {Names.Count} classes in {texts.Count} texts, '{Short(Names[0])}' for instance: what --label names is " +
                "hardly the column of classes, or the columns are not parted by tabs or commas.");
        Rarest = Array.IndexOf(classes, classes.MinBy(group => group.Count));
        MostFrequentShare = classes.Max(group => group.Count) / (double)texts.Count;
    }

    /// <summary>Whether it is TREC with its own test questions, for which results are published.</summary>
    public bool IsTrec { get; }

    /// <summary>The classes, in the order of their names.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>The number of the rarest class.</summary>
    public int Rarest { get; }

    /// <summary>What the guess of the most frequent class is worth.</summary>
    public double MostFrequentShare { get; }

    /// <summary>The files that the command line names, else TREC.</summary>
    public static async Task<TextSet> FindAsync(string? data, string? test, string? label, string? text)
    {
        if (data is not null)
            return new(data, Read(data, "--data"), test is null ? null : Read(test, "--test"), isTrec: false);
        (string? training, string origin) = await SampleData.FindAsync(null, TrecTraining.RelativePath, TrecTraining.File);
        (string? measured, string testOrigin) = await SampleData.FindAsync(null, TrecTest.RelativePath, TrecTest.File);
        if (training is null || measured is null)
            throw new FileNotFoundException($"There are no texts: {(training is null ? origin : testOrigin)}. Name a file with --data.");
        return new(origin, TextFile.Read(training, null, null), TextFile.Read(measured, null, null), isTrec: true);

        IReadOnlyList<LabelledText> Read(string path, string option) => File.Exists(path)
            ? TextFile.Read(path, label, text)
            : throw new FileNotFoundException($"There is no file '{path}' ({option}).", path);
    }

    /// <summary>The classes as a view, which gives them the same keys in every run.</summary>
    public IDataView Classes(MLContext ml) => ml.Data.LoadFromEnumerable(Names.Select(name => new Entry(name)));

    /// <summary>The words, or parts of words, that occur at least twice. What would be learned of the others is the class of one text,
    /// and words that are unknown while training prepare a network for those that will be.</summary>
    public static IDataView Vocabulary(MLContext ml, IEnumerable<LabelledText> texts, Func<TextWords, string[]> ofText) =>
        ml.Data.LoadFromEnumerable(texts.SelectMany(text => ofText(WordSplitter.Split(text.Text))).CountBy(word => word)
            .Where(word => word.Value > 1).Select(word => new Entry(word.Key)));

    /// <summary>What is trained and measured: each fold, or each seed on the test texts.</summary>
    /// <param name="folds">The parts of a cross-validation; null for none.</param>
    /// <param name="seeds">The runs without one.</param>
    public IEnumerable<(string Name, int Seed, IReadOnlyList<LabelledText> Training, IReadOnlyList<LabelledText> Test)> Runs(
        int? folds, int? seeds)
    {
        if (folds is 1)
            throw new ArgumentException("--folds must be at least 2.");
        if (folds is { } count)
        {
            LabelledText[][] parts = Stratified(count);
            for (int fold = 0; fold < count; fold++)
                yield return ($"fold {fold + 1}", 1, [.. parts.Where((_, i) => i != fold).SelectMany(part => part)], parts[fold]);
            yield break;
        }
        LabelledText[][] fifths = _test is null ? Stratified((int)(1 / TestShare)) : [];
        for (int seed = 1; seed <= (seeds ?? (IsTrec ? TrecSeeds : 1)); seed++)
            yield return ($"seed {seed}", seed, _test is null ? [.. fifths.Skip(1).SelectMany(part => part)] : _texts, _test ?? fifths[0]);
    }

    /// <summary>The words that all but one text of a hundred have at most, and no more than <see cref="MostWords"/>: time grows
    /// with the longest text.</summary>
    public int UsualLength()
    {
        int[] lengths = [.. _texts.Select(text => WordSplitter.Split(text.Text).Words.Length).Order()];
        return Math.Clamp(lengths[(int)(0.99 * (lengths.Length - 1))], 1, MostWords);
    }

    public override string ToString() =>
        $"Data: {_origin}; {_texts.Count:N0} texts{(_test is null ? "" : $", {_test.Count:N0} to measure with")}, {Names.Count} classes: " +
        string.Join(", ", Names.Take(10)) + (Names.Count > 10 ? ", …" : "");

    /// <summary>Parts with the same share of each class.</summary>
    private LabelledText[][] Stratified(int count)
    {
        LabelledText[] shuffled = [.. _texts];
        new Random(1).Shuffle(shuffled);
        LabelledText[] ordered = [.. shuffled.OrderBy(text => text.Category, StringComparer.Ordinal)];
        return [.. Enumerable.Range(0, count).Select(part => ordered.Where((_, i) => i % count == part).ToArray())];
    }

    private static string Short(string name) => name.Length > 40 ? name[..40] + "…" : name;

    private sealed record Entry(string Value);
}
