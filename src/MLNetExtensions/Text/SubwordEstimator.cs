using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetExtensions.Interop;

namespace MLNetExtensions.Text;

/// <summary>A step of a pipeline that takes texts apart into the tokens of a vocabulary. It learns nothing.</summary>
public sealed class SubwordEstimator : IEstimator<SubwordTransformer>
{
    private readonly string _outputColumnName, _inputColumnName;
    private readonly SubwordVocabulary _vocabulary;

    internal SubwordEstimator(string outputColumnName, string inputColumnName, SubwordVocabulary vocabulary) =>
        (_outputColumnName, _inputColumnName, _vocabulary) = (outputColumnName, inputColumnName, vocabulary);

    /// <summary>The step for data of the input's schema; no row is read.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The input column is missing, or no text.</exception>
    public SubwordTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        Check(ColumnShapes.Of(input.Schema));
        return new(_outputColumnName, _inputColumnName, _vocabulary);
    }

    /// <summary>The schema with the output column, for a pipeline that is checked before it is fitted.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The input column is missing, or no text.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        Check(inputSchema);
        Dictionary<string, SchemaShape.Column> columns = inputSchema.ToDictionary(column => column.Name);
        columns[_outputColumnName] = ColumnShapes.KeySequence(_outputColumnName, NumberDataViewType.UInt32);
        return new(columns.Values);
    }

    private void Check(SchemaShape schema)
    {
        SchemaShape.Column expected = ColumnShapes.Scalar(_inputColumnName, TextDataViewType.Instance);
        SchemaShape.Column actual = ColumnShapes.Find(schema, "input", _inputColumnName);
        if (!ColumnShapes.Fits(expected, actual))
            throw ColumnShapes.Mismatch("input", _inputColumnName, ColumnShapes.TypeName(expected), ColumnShapes.TypeName(actual));
    }
}
