using System.Text.Json;
using System.Text.Json.Nodes;
using MLNetExtensions.Persistence;

namespace MLNetExtensions.Text;

/// <summary>How a step that takes texts apart lies in the model .zip: <c>tokenizer.json</c> (kind and columns), and the files of
/// the vocabulary as they were, <c>vocabulary</c> and, of byte-pair encoding, <c>merges</c>.</summary>
internal static class SubwordFormat
{
    private const int Version = 1;

    private const string TokenizerEntry = "tokenizer.json", VocabularyEntry = "vocabulary", MergesEntry = "merges";

    public static IEnumerable<(string Name, Action<Stream> Write)> Entries(SubwordTransformer transformer)
    {
        SubwordVocabulary vocabulary = transformer.Vocabulary;
        yield return (TokenizerEntry, stream => JsonSerializer.Serialize(stream, new JsonObject
        {
            ["version"] = Version,
            ["output"] = transformer.OutputColumnName,
            ["input"] = transformer.InputColumnName,
            ["merges"] = !vocabulary.MergeFile.IsEmpty,
            ["lowerCase"] = vocabulary.LowerCase,
        }));
        yield return (VocabularyEntry, stream => stream.Write(vocabulary.TokenFile));
        if (!vocabulary.MergeFile.IsEmpty)
            yield return (MergesEntry, stream => stream.Write(vocabulary.MergeFile));
    }

    /// <summary>Reads the entries back.</summary>
    /// <param name="open">Lets a reader have the entry of a name.</param>
    /// <exception cref="FormatException">An entry is damaged or of a later version.</exception>
    public static SubwordTransformer Read(Action<string, Action<Stream>> open)
    {
        try
        {
            JsonObject json = JsonSerializer.Deserialize<JsonObject>(Bytes(TokenizerEntry)) ?? [];
            int version = json.Required("version").GetValue<int>();
            if (version > Version)
                throw new FormatException(
                    $"The tokenizer was written by a later MLNetExtensions (format {version}, this library reads up to {Version}). " +
                    "Update the package.");
            byte[]? merges = json.Required("merges").GetValue<bool>() ? Bytes(MergesEntry) : null;
            return new(
                json.Required("output").GetValue<string>(), json.Required("input").GetValue<string>(),
                SubwordVocabulary.Create(Bytes(VocabularyEntry), merges, json.Required("lowerCase").GetValue<bool>()));
        }
        catch (Exception e) when (e is JsonException or ArgumentException or InvalidOperationException or KeyNotFoundException)
        {
            throw new FormatException($"The model's tokenizer can't be read, its entries are damaged: {e.Message}", e);
        }

        byte[] Bytes(string name)
        {
            using MemoryStream content = new();
            open(name, stream => stream.CopyTo(content));
            return content.ToArray();
        }
    }
}
