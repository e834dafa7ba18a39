using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetExtensions.Networks;
using MLNetExtensions.Persistence;
using Column = Microsoft.ML.DataViewSchema.Column;

namespace MLNetExtensions.Transformers;

/// <summary>How a column of one value a row becomes an input of one value: a number, or a key (a category) as its id, of which 0 stands
/// for one that is missing or unknown.</summary>
/// <param name="type">The type of the column that the network is trained on: Single, or a key.</param>
/// <param name="values">What the keys stand for; null where they don't say it, or it is a number.</param>
internal sealed class ScalarLayout(PrimitiveDataViewType type, KeyValues? values) : FeatureLayout(type, values)
{
    public override int Width => 1;

    public override NetworkInput InputOf(string column) =>
        new(column, new(1), type is KeyDataViewType keys ? KeySequenceLayout.VocabularyOf(column, keys) : null);

    public override FeatureLayout For(NetworkInput input, string column)
    {
        KeySequenceLayout.RequireIds(input, column, type);
        return base.For(input, column);
    }

    public override bool Fits(DataViewType column) => column.Equals(type);

    public override FeatureReader CreateReader(DataViewRow row, Column column) => type.RawType switch
    {
        Type raw when raw == typeof(float) => new ScalarFeature<float>(row, column, null),
        Type raw when raw == typeof(uint) => new ScalarFeature<uint>(row, column, Vocabulary),
        Type raw when raw == typeof(ushort) => new ScalarFeature<ushort>(row, column, Vocabulary),
        _ => new ScalarFeature<byte>(row, column, Vocabulary),
    };

    private int Vocabulary => (int)((KeyDataViewType)type).Count + 1;
}
