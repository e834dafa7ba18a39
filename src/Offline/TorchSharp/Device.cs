namespace TorchSharp;

public static partial class torch
{
    /// <summary>Makes a device of "cpu", "cuda" or "cuda:1", and fails where this machine has none.</summary>
    public static Device device(string description)
    {
        var made = new Device(description);
        InitializeDeviceType(made.type);
        return made;
    }

    public class Device
    {
        public Device(string description)
        {
            var parts = description.Split(':');
            type = Enum.Parse<DeviceType>(parts[0].ToUpperInvariant());
            index = parts.Length > 1 ? int.Parse(parts[1]) : -1;
        }

        public DeviceType type { get; }

        public int index { get; }

        public override string ToString() => type == DeviceType.CPU ? "cpu" : index < 0 ? "cuda" : $"cuda:{index}";
    }
}
