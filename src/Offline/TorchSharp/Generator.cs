namespace TorchSharp;

public static partial class torch
{
    /// <summary>A generator of random numbers on the CPU.</summary>
    public class Generator : IDisposable
    {
        public Generator(ulong seed = 0, Device device = null)
        {
            if (device is not null) InitializeDeviceType(device.type);
            Handle = NativeMethods.Checked(NativeMethods.torch_new_generator(seed));
        }

        ~Generator() => Dispose();

        internal nint Handle { get; private set; }

        public Generator manual_seed(long seed)
        {
            ObjectDisposedException.ThrowIf(Handle == 0, this);
            NativeMethods.torch_seed_generator(Handle, (ulong)seed);
            GC.KeepAlive(this);
            return this;
        }

        public void Dispose()
        {
            if (Handle != 0) NativeMethods.torch_release_generator(Handle);
            Handle = 0;
            GC.SuppressFinalize(this);
        }
    }
}
