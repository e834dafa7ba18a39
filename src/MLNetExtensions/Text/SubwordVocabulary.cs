using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Microsoft.ML.Tokenizers;

namespace MLNetExtensions.Text;

/// <summary>The tokens of a pretrained tokenizer, and the rules by which Microsoft.ML.Tokenizers takes texts apart. Read from the
/// files that models are published with.</summary>
public sealed class SubwordVocabulary
{
    /// <summary>What GPT-2 writes for a space: its tokens are bytes, each written as a printable character.</summary>
    private const char SpaceOfBytes = 'Ġ';

    private const string EndOfWord = "</w>", BertUnknown = "[UNK]";

    private readonly byte[] _tokens;
    private readonly byte[]? _merges;
    private readonly Tokenizer _tokenizer;

    private SubwordVocabulary(byte[] tokens, byte[]? merges, bool lowerCase, Tokenizer tokenizer, IEnumerable<string> names)
    {
        (_tokens, _merges, LowerCase, _tokenizer) = (tokens, merges, lowerCase, tokenizer);
        Tokens = [.. names];
    }

    /// <summary>The tokens; the place of each is its id.</summary>
    public ImmutableArray<string> Tokens { get; }

    /// <summary>Whether letters are made small, and accents left out, before a text is taken apart.</summary>
    internal bool LowerCase { get; }

    /// <summary>The file of tokens, as it is saved in a model.</summary>
    internal ReadOnlySpan<byte> TokenFile => _tokens;

    /// <summary>The file of merges; empty where the tokens are WordPiece's.</summary>
    internal ReadOnlySpan<byte> MergeFile => _merges;

    /// <summary>A WordPiece vocabulary in BERT's form: a line a token, of which those that go on within a word begin with ##,
    /// with [UNK], [CLS], [SEP], [PAD] and [MASK] among them.</summary>
    /// <param name="path">The file, <c>vocab.txt</c>.</param>
    /// <param name="lowerCase">Whether it is of an uncased model.</param>
    /// <exception cref="FormatException">The file is none; the message names it.</exception>
    public static SubwordVocabulary LoadWordPiece(string path, bool lowerCase = true) =>
        Named(path, () => Create(File.ReadAllBytes(path), null, lowerCase));

    /// <summary>A vocabulary of byte-pair encoding: GPT-2's <c>vocab.json</c> and <c>merges.txt</c>, or tokens of characters with
    /// or without an end of word (<c>&lt;/w&gt;</c>); which of them, the tokens tell.</summary>
    /// <param name="path">The tokens and their ids, JSON.</param>
    /// <param name="mergesPath">The pairs of tokens that are joined, a line a pair, the most important first.</param>
    /// <exception cref="FormatException">A file is none; the message names it.</exception>
    public static SubwordVocabulary LoadBpe(string path, string mergesPath) =>
        Named($"{path}' or '{mergesPath}", () => Create(File.ReadAllBytes(path), File.ReadAllBytes(mergesPath), lowerCase: false));

    /// <summary>The vocabulary of the content of its files.</summary>
    /// <param name="tokens">The tokens.</param>
    /// <param name="merges">The merges; null for WordPiece.</param>
    /// <param name="lowerCase">Whether letters are made small.</param>
    internal static SubwordVocabulary Create(byte[] tokens, byte[]? merges, bool lowerCase) =>
        merges is null ? WordPiece(tokens, lowerCase) : Bpe(tokens, merges);

    /// <summary>The ids of a text, from 0.</summary>
    internal IReadOnlyList<int> Encode(string text) => _tokenizer is BertTokenizer bert
        ? bert.EncodeToIds(text, addSpecialTokens: false)
        : _tokenizer.EncodeToIds(text);

    private static SubwordVocabulary WordPiece(byte[] tokens, bool lowerCase)
    {
        BertTokenizer tokenizer = BertTokenizer.Create(
            new MemoryStream(tokens), new() { LowerCaseBeforeTokenization = lowerCase, RemoveNonSpacingMarks = lowerCase });
        return new(tokens, null, lowerCase, tokenizer, Lines(tokens));
    }

    private static SubwordVocabulary Bpe(byte[] tokens, byte[] merges)
    {
        Dictionary<string, int> ids = JsonSerializer.Deserialize<Dictionary<string, int>>(tokens) ?? [];
        string[] names = new string[ids.Count];
        foreach ((string token, int id) in ids)
        {
            if ((uint)id >= (uint)names.Length || names[id] is not null)
                throw new FormatException($"the ids of {ids.Count} tokens are the numbers below it, but that of '{token}' is {id}");
            names[id] = token;
        }
        bool isOfBytes = ids.Keys.Any(token => token.Contains(SpaceOfBytes));
        BpeTokenizer tokenizer = BpeTokenizer.Create(new BpeOptions(ids)
        {
            Merges = Lines(merges).Where(line => line.Length > 0 && !line.StartsWith("#version", StringComparison.Ordinal)),
            ByteLevel = isOfBytes,
            PreTokenizer = isOfBytes ? RobertaPreTokenizer.Instance : PreTokenizer.CreateWordOrPunctuation(),
            EndOfWordSuffix = ids.Keys.Any(token => token.EndsWith(EndOfWord, StringComparison.Ordinal)) ? EndOfWord : null,
            UnknownToken = ids.ContainsKey(BertUnknown) ? BertUnknown : null,
        });
        return new(tokens, merges, false, tokenizer, names);
    }

    private static IEnumerable<string> Lines(byte[] file)
    {
        using StreamReader reader = new(new MemoryStream(file), Encoding.UTF8);
        while (reader.ReadLine() is string line)
            yield return line;
    }

    private static SubwordVocabulary Named(string path, Func<SubwordVocabulary> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (
            e is JsonException or ArgumentException or InvalidOperationException or FormatException or KeyNotFoundException)
        {
            throw new FormatException($"'{path}' is no vocabulary of tokens: {e.Message}", e);
        }
    }
}
