using MLNetExtensions.Text;

namespace Microsoft.ML;

/// <summary>Texts as tokens of pretrained vocabularies, by Microsoft.ML.Tokenizers.</summary>
public static class SubwordCatalog
{
    /// <summary>Takes texts apart into the tokens of a vocabulary: a vector of keys of UInt32, as long as the text has tokens,
    /// which neural networks take as ids. The key of a token is its id + 1, since 0 is a missing key. The vocabulary is saved in
    /// the model .zip.</summary>
    /// <param name="catalog">The transforms of text.</param>
    /// <param name="outputColumnName">The column of keys.</param>
    /// <param name="inputColumnName">The column of texts; null for the same name, which then hides it.</param>
    /// <param name="vocabulary">The tokens: <see cref="SubwordVocabulary.LoadWordPiece"/> or
    /// <see cref="SubwordVocabulary.LoadBpe"/>.</param>
    public static SubwordEstimator TokenizeIntoSubwords(
        this TransformsCatalog.TextTransforms catalog, string outputColumnName, string? inputColumnName, SubwordVocabulary vocabulary)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentException.ThrowIfNullOrEmpty(outputColumnName);
        ArgumentNullException.ThrowIfNull(vocabulary);
        return new(outputColumnName, inputColumnName ?? outputColumnName, vocabulary);
    }
}
