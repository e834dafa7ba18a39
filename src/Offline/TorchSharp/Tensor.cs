using static TorchSharp.Operator;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>A counted reference to a tensor of libtorch.</summary>
    public class Tensor : IDisposable
    {
        private nint _handle;

        internal Tensor(nint handle)
        {
            _handle = handle;
            Scope = DisposeScope.Enter(this);
        }

        ~Tensor() => Dispose();

        internal nint Handle => _handle != 0 ? _handle : throw new InvalidOperationException("Tensor invalid -- empty handle.");

        /// <summary>The memory of a contiguous tensor, valid as long as the tensor is.</summary>
        public unsafe Span<byte> bytes
        {
            get
            {
                if (NativeMethods.torch_is_contiguous(Handle) == 0)
                    throw new InvalidOperationException("Bytes() called on non-contiguous tensor.");
                var count = NativeMethods.torch_byte_count(Handle);
                if (count > int.MaxValue) throw new ArgumentException("Span only supports up to int.MaxValue elements.");
                return count == 0 ? [] : new((void*)NativeMethods.Checked((nint)NativeMethods.torch_data(Handle)), (int)count);
            }
            set
            {
                var own = bytes;
                if (value.Length != own.Length) throw new ArgumentException("Mismatched data sizes in SetBytes().");
                value.CopyTo(own);
            }
        }

        internal DisposeScope Scope { get; set; }

        public Tensor DetachFromDisposeScope()
        {
            Scope?.Remove(this);
            return this;
        }

        public void Dispose()
        {
            Scope?.Remove(this);
            if (_handle != 0) NativeMethods.torch_release(_handle);
            _handle = 0;
            GC.SuppressFinalize(this);
        }

        public Tensor to(ScalarType type, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            to(type, null, copy, disposeAfter, non_blocking);

        public Tensor to(ScalarType type, Device device, bool copy = false, bool disposeAfter = false, bool non_blocking = false)
        {
            var result = Call("aten::to.dtype_layout", this, type, default, device, default, non_blocking, copy);
            if (disposeAfter) Dispose();
            return result;
        }

        public Tensor pin_memory() => Call("aten::pin_memory", this);
        public Tensor copy_(Tensor source, bool nonBlocking = false) => Update("aten::copy_", this, source, nonBlocking);
        public Tensor clone() => Call("aten::clone", this);
        public Tensor detach() => Call("aten::detach", this);
        public Tensor requires_grad_(bool requires_grad = true) => Update("aten::requires_grad_", this, requires_grad);

        public Tensor empty_like(ScalarType? dtype = null, Device device = null, bool requires_grad = false) =>
            Call("aten::empty_like", this, dtype, default, device).requires_grad_(requires_grad);

        public Tensor narrow(long dim, long start, long length) => Call("aten::narrow", this, dim, start, length);
        public Tensor reshape(params long[] shape) => Call("aten::reshape", this, shape);
        public Tensor add(Tensor target) => Call("aten::add.Tensor", this, target);
        public Tensor sub(Tensor target) => Call("aten::sub.Tensor", this, target);
        public Tensor mul(Tensor target) => Call("aten::mul.Tensor", this, target);
        public Tensor mul(Scalar target) => Call("aten::mul.Scalar", this, target);
        public Tensor relu() => Call("aten::relu", this);
        public Tensor leaky_relu(Scalar negative_slope) => Call("aten::leaky_relu", this, negative_slope);
        public Tensor gelu() => Call("aten::gelu", this);
        public Tensor silu() => Call("aten::silu", this);
        public Tensor tanh() => Call("aten::tanh", this);
        public Tensor sigmoid() => Call("aten::sigmoid", this);
        public Tensor softmax(long dim, ScalarType? dtype = null) => Call("aten::softmax.int", this, dim, dtype);
        public Tensor sqrt() => Call("aten::sqrt", this);
        public Tensor norm(float p = 2) => Call("aten::norm.Scalar", this, p);
        public Tensor add_(Tensor target) => Update("aten::add_.Tensor", this, target);
        public Tensor add_(Tensor target, Scalar alpha) => Update("aten::add_.Tensor", this, target, alpha);
        public Tensor add_(Scalar scalar) => Update("aten::add_.Scalar", this, scalar);
        public Tensor mul_(Scalar target) => Update("aten::mul_.Scalar", this, target);
        public Tensor addcmul_(Tensor tensor1, Tensor tensor2, Scalar value) =>
            Update("aten::addcmul_", this, tensor1, tensor2, value);
        public Tensor addcdiv_(Tensor tensor1, Tensor tensor2, Scalar value) =>
            Update("aten::addcdiv_", this, tensor1, tensor2, value);
        public Tensor clamp_(Scalar min = null, Scalar max = null) => Update("aten::clamp_", this, min, max);
        public Tensor clamp_min_(Scalar min) => Update("aten::clamp_min_", this, min);
        public Tensor bernoulli_(double p = 0.5, Generator generator = null) =>
            Update("aten::bernoulli_.float", this, p, generator);
    }
}
