using Microsoft.ML.Data;

namespace Samples.ImbalancedClasses;

/// <summary>An image of CIFAR-10 and its class.</summary>
internal sealed class LabelledImage
{
    /// <summary>The number of classes.</summary>
    public const int Classes = 10;

    [KeyType(Classes)]
    public uint Label { get; set; }

    [VectorType(3, 32, 32)]
    public byte[] Features { get; set; } = [];
}
