using MLNetExtensions.Networks.Training;

namespace MLNetExtensions.Transformers;

/// <summary>Reads features that training keeps in memory as values of one type.</summary>
/// <typeparam name="T">float, or byte for pixels from 0 to 255.</typeparam>
internal abstract class TableReader<T> : FeatureReader
    where T : unmanaged
{
    /// <summary>Adds the row that was read to those of a table, sparse where it is.</summary>
    public abstract void AddTo(FeatureTable<T> rows);
}
