using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNetExtensions.Interop;
using MLNetExtensions.Transformers;
using Column = Microsoft.ML.DataViewSchema.Column;

namespace MLNetExtensions.Trainers;

/// <summary>Whether the features of the validation data are those of the training data.</summary>
internal static class ValidationFeatures
{
    /// <exception cref="ArgumentOutOfRangeException">A column is of another type; the message names it.</exception>
    /// <exception cref="InvalidOperationException">The keys of a column stand for something else.</exception>
    public static void Check(FeatureColumns features, DataViewSchema training, DataViewSchema validation, IChannel channel)
    {
        foreach ((string name, FeatureLayout layout) in features.Columns)
            Check(layout, training[name], ColumnShapes.Find(validation, "feature", name), channel);
    }

    private static void Check(FeatureLayout layout, Column training, Column validation, IChannel channel)
    {
        // A model of bytes scores them as Single too; training measures itself on what it learns from.
        if (!layout.Fits(validation.Type) || !ItemOf(validation.Type).Equals(ItemOf(layout.Type)))
            throw ColumnShapes.Mismatch(
                "feature", validation.Name, $"{layout.Type} in the validation data as in the training data", $"{validation.Type}");
        layout.CheckMeaning(validation);
        if (SlotNames.FirstDifference(training, validation) is var (slot, expected, actual))
            channel.Warning(
                MessageSensitivity.Schema,
                "Slot {0} of the feature column '{1}' is '{2}' in the training data but '{3}' in the validation data: if they " +
                "are other features, or in another order, the validation's loss and metric mean nothing.",
                slot, validation.Name, expected, actual);
    }

    private static DataViewType ItemOf(DataViewType type) => (type as VectorDataViewType)?.ItemType ?? type;
}
