using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetExtensions.Networks;
using Column = Microsoft.ML.DataViewSchema.Column;

namespace MLNetExtensions.Transformers;

/// <summary>
/// How a vector of numbers becomes the input of a network: as it lies or, for pixels that lie interleaved
/// (height×width×channels), channel after channel. A column with dimensions of its own is read by those, so that a model that was
/// trained on the one order scores the other.
/// </summary>
/// <param name="type">The type of the column that the network is trained on.</param>
/// <param name="isInterleaved">Whether pixels lie interleaved in a column of <paramref name="type"/>.</param>
/// <param name="image">[channels×height×width] of the pixels; null where nothing tells it.</param>
internal sealed class VectorLayout(VectorDataViewType type, bool isInterleaved, TensorShape? image) : FeatureLayout(type)
{
    public override int Width => type.Size;

    public bool IsInterleaved => isInterleaved;

    public TensorShape? Image => image;

    /// <summary>Whether a column can be read: of the values (or bytes converted to Single) and the size that the network was trained on
    /// and, where it tells height, width and channels, with the same ones in one of the two orders.</summary>
    public override bool Fits(DataViewType candidate) => candidate is VectorDataViewType column
        && (column.ItemType == type.ItemType || column.ItemType == NumberDataViewType.Single) && column.Size == type.Size
        && (ReadsAsTrained(column) || IsPlanar(column)
            || (column.Dimensions is [var height, var width, var channels] && image!.Equals(new(channels, height, width))));

    public override NetworkInput InputOf(string column) => new(column, image ?? new([.. type.Dimensions]));

    public override FeatureLayout For(NetworkInput input, string column) =>
        image is null || input.Shape.Rank != 3 || input.Shape.Equals(image)
            ? base.For(input, column)
            : throw Misfit(input, column, $"takes {input.Shape}", $", seen as {image}");

    public override FeatureReader CreateReader(DataViewRow row, Column column)
    {
        DataViewType item = ((VectorDataViewType)column.Type).ItemType;
        if (item == NumberDataViewType.Byte)
            return new FeatureVectors<byte>(row, column, this);
        return type.ItemType == NumberDataViewType.Byte
            ? new BytesAsSingles(row, column, this)
            : new FeatureVectors<float>(row, column, this);
    }

    /// <summary>The channels that lie interleaved in a column that fits; 1 where its order is the network's.</summary>
    public int InterleavedChannels(VectorDataViewType column) =>
        image is not null && (ReadsAsTrained(column) ? isInterleaved : !IsPlanar(column)) ? image.Channels : 1;

    /// <summary>Copies interleaved pixels channel after channel.</summary>
    public static void CopyPlanes<T>(ReadOnlySpan<T> pixels, Span<T> planes, int channels)
    {
        int size = pixels.Length / channels;
        for (int channel = 0; channel < channels; channel++)
        {
            Span<T> plane = planes.Slice(channel * size, size);
            for (int i = 0, pixel = channel; i < plane.Length; i++, pixel += channels)
                plane[i] = pixels[pixel];
        }
    }

    private bool ReadsAsTrained(VectorDataViewType column) =>
        image is null || column.Dimensions.Length != 3 || column.Dimensions.AsSpan().SequenceEqual(type.Dimensions.AsSpan());

    private bool IsPlanar(VectorDataViewType column) => image!.Dimensions.SequenceEqual(column.Dimensions.AsSpan());
}
