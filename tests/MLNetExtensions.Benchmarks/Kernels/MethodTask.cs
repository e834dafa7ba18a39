namespace MLNetExtensions.Benchmarks.Kernels;

/// <summary>What a method computes.</summary>
internal enum MethodTask
{
    /// <summary>The outputs of a batch whose weights change.</summary>
    Forward,

    /// <summary>The gradient of the weights of a batch.</summary>
    WeightGradient,

    /// <summary>Both gradients of a batch, those of its images and of the weights.</summary>
    Gradients,

    /// <summary>The outputs of one image.</summary>
    OneImage,
}
