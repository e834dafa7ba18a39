using MLNetExtensions.Networks.Training;

namespace Samples.LanguageModel;

/// <summary>A text as ids of its characters, cut into what a model learns from and what it is measured with.</summary>
internal sealed class CharacterText
{
    /// <summary>The share of the text, at its end, that is left for validation.</summary>
    private const double ValidationShare = 0.1;

    private readonly int[] _ids;
    private readonly int _trained;

    /// <exception cref="InvalidDataException">The text is too short, or one character over and over.</exception>
    public CharacterText(string text, int contextLength)
    {
        Characters = [.. text.Distinct().Order()];
        _ids = [.. text.Select(character => Array.BinarySearch(Characters, character))];
        _trained = (int)(_ids.Length * (1 - ValidationShare));
        if (_ids.Length - _trained <= contextLength)
            throw new InvalidDataException(
                $"The text has {_ids.Length} characters; its last tenth must be longer than the context of {contextLength}.");
        if (Characters.Length < 2)
            throw new InvalidDataException($"The text has nothing but '{Characters[0]}': there is nothing to learn.");
        Context = contextLength;
    }

    /// <summary>The characters in the order of their ids.</summary>
    public char[] Characters { get; }

    /// <summary>The number of characters that are learned from.</summary>
    public int TrainedLength => _trained;

    private int Context { get; }

    /// <summary>So many windows, spread evenly over the text that is learned from; each target is the character behind.</summary>
    public TrainingData Windows(int count) =>
        Windows([.. Enumerable.Range(0, count).Select(i => (int)((long)i * (_trained - Context - 1) / count))]);

    /// <summary>The rest of the text, window behind window.</summary>
    public TrainingData ValidationWindows() => Windows(
        [.. Enumerable.Range(0, (_ids.Length - _trained - 1) / Context).Select(i => _trained + i * Context)]);

    private InMemoryTrainingData<float> Windows(int[] starts) => new(
        new(Context), Rows(starts, shift: 0), Rows(starts, shift: 1), targetSize: Context);

    private float[] Rows(int[] starts, int shift) =>
        [.. starts.SelectMany(start => _ids.AsSpan(start + shift, Context).ToArray()).Select(id => (float)id)];
}
