using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <summary>Something to be made for a vector width; see <see cref="SimdLevels.Bind"/>.</summary>
internal interface ISimdBinder<T, TResult>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    TResult Bind<TV, S>()
        where TV : unmanaged
        where S : struct, ISimd<T, TV>;
}
