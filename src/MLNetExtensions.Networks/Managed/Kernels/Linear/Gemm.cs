using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <summary>General matrix product of row-major matrices. Not thread-safe: it uses scratch memory, shared with others of its
/// session, and the pool.</summary>
internal abstract unsafe class Gemm<T> : IDisposable
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>C[m × n] = α · op(A)[m × k] · op(B)[k × n] + β · C, where op transposes if asked. β = 0 does not read
    /// C.</summary>
    public abstract void Multiply(
        bool transposeA, bool transposeB, int m, int n, int k, T alpha, T* a, int lda, T* b, int ldb, T beta, T* c, int ldc);

    public abstract void Dispose();
}
