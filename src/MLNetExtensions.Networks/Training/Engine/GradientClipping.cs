namespace MLNetExtensions.Networks.Training;

/// <summary>Bounds gradients before an update, as the options of a session say.</summary>
internal static class GradientClipping
{
    /// <summary>PyTorch's guard of <c>clip_grad_norm_</c> against a division by zero.</summary>
    private const double Guard = 1e-6;

    /// <summary>Clips the gradients.</summary>
    /// <returns>Whether their norm, if it is asked for, is finite.</returns>
    public static bool Apply(ParameterVector gradients, TrainingSessionOptions options)
    {
        if (options.GradientClipValue is { } bound)
            gradients.Clamp(bound);
        if (options.GradientClipNorm is not { } longest)
            return true;
        double norm = gradients.Norm();
        if (!double.IsFinite(norm))
            return false;
        if (longest / (norm + Guard) is < 1 and var factor)
            gradients.Scale(factor);
        return true;
    }
}
