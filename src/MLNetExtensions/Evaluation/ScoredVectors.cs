using System.Numerics.Tensors;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetExtensions.Interop;
using MLNetExtensions.Trainers;
using Column = Microsoft.ML.DataViewSchema.Column;

namespace MLNetExtensions.Evaluation;

/// <summary>Vectors that were predicted beside those that were to be. Rows with a missing or infinite number in one of the two are left
/// out and counted.</summary>
internal sealed class ScoredVectors
{
    private readonly IDataView _data;
    private readonly Column _label, _score;
    private readonly LabelReader _labels;

    /// <param name="data">The rows.</param>
    /// <param name="label">The name of the column of what was to be predicted.</param>
    /// <param name="score">The name of the column of what was.</param>
    /// <param name="areFlags">Whether labels are 0 or 1, Single or Boolean.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type, or the two are of different
    /// sizes.</exception>
    public ScoredVectors(IDataView data, string label, string score, bool areFlags = false)
    {
        _data = data;
        _label = ColumnShapes.Find(data.Schema, "label", label);
        _score = ColumnShapes.Find(data.Schema, "score", score);
        bool isNumbers = IsVectorOf(_label, NumberDataViewType.Single);
        if (!isNumbers && !(areFlags && IsVectorOf(_label, BooleanDataViewType.Instance)))
            throw ColumnShapes.Mismatch(
                "label", label, areFlags ? "a vector of Boolean or Single" : "a vector of Single", $"{_label.Type}");
        Type = (VectorDataViewType)_label.Type;
        if (!IsVectorOf(_score, NumberDataViewType.Single) || !Fits((VectorDataViewType)_score.Type))
            throw ColumnShapes.Mismatch(
                "score", score, $"{new VectorDataViewType(NumberDataViewType.Single, Type.Dimensions)} as the label", $"{_score.Type}");
        _labels = areFlags ? LabelReader.Flags(_label, Type.Size) : LabelReader.Vector(Type.Size);
    }

    /// <summary>The type of the labels.</summary>
    public VectorDataViewType Type { get; }

    /// <summary>The rows that were read.</summary>
    public long Rows { get; private set; }

    /// <summary>The rows that were left out.</summary>
    public long Skipped { get; private set; }

    /// <summary>The names of the slots, their numbers where they have none.</summary>
    public IReadOnlyList<string> SlotNames()
    {
        string[] names = [.. Enumerable.Range(0, Type.Size).Select(slot => $"{slot}")];
        if (!_label.HasSlotNames())
            return names;
        VBuffer<ReadOnlyMemory<char>> texts = default;
        _label.GetSlotNames(ref texts);
        foreach ((int slot, ReadOnlyMemory<char> text) in texts.Items())
            names[slot] = text.IsEmpty ? names[slot] : $"{text}";
        return names;
    }

    /// <summary>Reads all rows.</summary>
    /// <param name="add">Takes the label and the score of a row, in memory that the next row is read into.</param>
    /// <exception cref="InvalidOperationException">There is none, or all are left out.</exception>
    public void Read(Action<float[], float[]> add)
    {
        using DataViewRowCursor cursor = _data.GetRowCursor([_label, _score]);
        Action<Span<float>> readLabel = _labels.Open(cursor, _label);
        ValueGetter<VBuffer<float>> readScore = cursor.GetGetter<VBuffer<float>>(_score);
        VBuffer<float> buffer = default;
        float[] label = new float[Type.Size], score = new float[Type.Size];
        while (cursor.MoveNext())
        {
            readLabel(label);
            readScore(ref buffer);
            buffer.CopyTo(score);
            if (TensorPrimitives.IsFiniteAll<float>(label) && TensorPrimitives.IsFiniteAll<float>(score))
            {
                add(label, score);
                Rows++;
            }
            else
            {
                Skipped++;
            }
        }
        if (Rows == 0)
            throw new InvalidOperationException(
                $"There is nothing to measure: {Skipped} rows were left out, whose column '{_label.Name}' or '{_score.Name}' has a " +
                "value missing.");
    }

    /// <summary>Whether scores have the dimensions of the labels, or none but their number, as those of several labels have.</summary>
    private bool Fits(VectorDataViewType scores) =>
        Type.Dimensions.SequenceEqual(scores.Dimensions) || (scores.Dimensions.Length == 1 && scores.Size == Type.Size);

    private static bool IsVectorOf(Column column, PrimitiveDataViewType item) =>
        column.Type is VectorDataViewType { IsKnownSize: true } type && type.ItemType.Equals(item);
}
