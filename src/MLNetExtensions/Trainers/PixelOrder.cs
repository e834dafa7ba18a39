using Microsoft.ML.Data;
using MLNetExtensions.Networks;
using MLNetExtensions.Transformers;

namespace MLNetExtensions.Trainers;

/// <summary>Tells whether a column to train on holds pixels in the network's order, [channels×height×width], or interleaved,
/// height×width×channels. Nothing but the dimensions of the column's type says it.</summary>
internal static class PixelOrder
{
    /// <summary>The most colours that ExtractPixels writes: alpha, red, green and blue.</summary>
    private const int MaxColors = 4;

    private const string Interleaved =
        "height×width×channels, as mlContext.Transforms.ExtractPixels writes with interleavePixelColors: true";

    /// <summary>Decides how a column is read, and what the network is to take.</summary>
    /// <param name="column">The name of the column.</param>
    /// <param name="type">Its type.</param>
    /// <param name="inputShape">How the user wants the features to be seen; null for the dimensions of the column.</param>
    /// <param name="interleaved">What the user says of the order; null to tell it by the dimensions.</param>
    /// <exception cref="ArgumentOutOfRangeException">The shape doesn't fit the column, or it can't be told which dimension the
    /// channels are.</exception>
    public static (TensorShape Shape, bool IsInterleaved) Choose(
        string column, VectorDataViewType type, TensorShape? inputShape, bool? interleaved)
    {
        TensorShape own = new([.. type.Dimensions]);
        if (inputShape is not null && inputShape.Size != own.Size)
            throw Unfit(nameof(NeuralNetworkOptions.InputShape), $"can't be seen as {inputShape}.");
        if (own.Rank == 3)
        {
            TensorShape image = ChannelsFirst(own);
            bool isInterleaved = interleaved ?? Tell(own, image, inputShape) ?? throw Unfit(
                nameof(NeuralNetworkOptions.InterleavedPixels),
                $"may be channels×height×width or {Interleaved}: its dimensions don't tell. Set InterleavedPixels to say which.");
            if (isInterleaved && inputShape is { Rank: 3 } && !inputShape.Equals(image))
                throw Unfit(
                    nameof(NeuralNetworkOptions.InputShape),
                    $"is taken as {Interleaved}, and can't be seen as {inputShape}. Networks take channels first: set " +
                    $"InputShape to {image}, and the pixels are reordered; or InterleavedPixels to false, if there are {own[0]} " +
                    "channels.");
            return (inputShape ?? (isInterleaved ? image : own), isInterleaved);
        }
        if (inputShape is not { Rank: 3 })
            return interleaved == true
                ? throw Unfit(
                    nameof(NeuralNetworkOptions.InterleavedPixels),
                    "has no height, width and channels of interleaved pixels. Set InputShape to [channels×height×width].")
                : (inputShape ?? own, false);
        if (interleaved != false && AreInterleaved(inputShape) == true)
            throw Unfit(
                nameof(NeuralNetworkOptions.InputShape),
                $"is to be seen as {inputShape}, which looks like {Interleaved}. Networks take channels first: set InputShape " +
                $"to {ChannelsFirst(inputShape)} and InterleavedPixels to true, and the pixels are reordered; or " +
                $"InterleavedPixels to false, if there are {inputShape[0]} channels.");
        return (inputShape, interleaved == true);

        ArgumentOutOfRangeException Unfit(string option, string problem) =>
            new(option, $"The feature column '{column}' is {type}, which {problem}");
    }

    /// <summary>How the column is read, once it is known what the network takes.</summary>
    public static VectorLayout Layout(VectorDataViewType type, bool isInterleaved, TensorShape shape)
    {
        TensorShape own = new([.. type.Dimensions]);
        TensorShape seen = own.Rank != 3 ? shape : isInterleaved ? ChannelsFirst(own) : own;
        return new(type, isInterleaved, seen.Rank == 3 ? seen : null);
    }

    private static bool? Tell(TensorShape own, TensorShape image, TensorShape? inputShape)
    {
        bool? byDimensions = AreInterleaved(own);
        // No shape tells the orders of a cube apart.
        if (inputShape is null || (inputShape.Rank == 3 && own.Equals(image)))
            return byDimensions;
        return inputShape.Equals(image) ? true : byDimensions ?? false;
    }

    /// <summary>Whether three dimensions are height×width×channels; null where channels×height×width is as likely.</summary>
    private static bool? AreInterleaved(TensorShape dimensions)
    {
        (int first, int second, int last) = (dimensions[0], dimensions[1], dimensions[2]);
        // Too many for colours; or planes that are square, as [512×2×2] and [1×4×4].
        if (last > MaxColors || (second == last && first != second))
            return false;
        if (first > MaxColors)
            return true;
        // An image one pixel high or wide is none, and the order of one channel is no matter.
        return first == 1 || last == 1 ? false : null;
    }

    private static TensorShape ChannelsFirst(TensorShape dimensions) => new(dimensions[2], dimensions[0], dimensions[1]);
}
