namespace MLNetExtensions.Networks.Managed;

/// <summary>A number, not zero, of the gradient of a convolution's output.</summary>
/// <param name="Window">Where the window of the output starts among the examples, or in its own
/// (<see cref="ExampleWindows{T,TV,S}"/>).</param>
/// <param name="Output">The output channel.</param>
/// <param name="Value">The number.</param>
internal readonly record struct WindowGradient<T>(nint Window, int Output, T Value)
    where T : unmanaged;
