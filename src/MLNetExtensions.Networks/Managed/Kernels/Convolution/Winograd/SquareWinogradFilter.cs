using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <summary>Kernels of 3 × 3: <see cref="WinogradTransform{T,TV,S}"/> and <see cref="WinogradWeights{T,TV,S}"/>.</summary>
internal sealed unsafe class SquareWinogradFilter<T, TV, S> : IWinogradFilter<T>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
{
    public void TransformKernels(T* kernels, nint pitch, int count, bool turned, T* to, nint step) =>
        WinogradWeights<T, TV, S>.Transform(kernels, pitch, count, turned, to, step);

    public void TransformInput(T* plane, int height, int width, int top, int left, T* to, nint step) =>
        WinogradTransform<T, TV, S>.Input(plane, height, width, top, left, to, step);

    public void TransformOutput(
        T* products, nint step, T* plane, int height, int width, int top, int left, T bias, T floor, T ceiling) =>
        WinogradTransform<T, TV, S>.Output(
            products, step, plane, height, width, top, left, S.Broadcast(bias), S.Broadcast(floor), S.Broadcast(ceiling));
}
