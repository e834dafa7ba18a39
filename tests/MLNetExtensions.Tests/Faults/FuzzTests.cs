using System.Globalization;

namespace MLNetExtensions.Tests.Faults;

/// <summary>Damaged files of every format: what is thrown is documented, and memory stays bounded. MLNETEXT_FUZZ is the number of inputs over all
/// formats (100,000 for a night; 2,000 unset), the same ones in every run.</summary>
public sealed class FuzzTests
{
    private const string Variable = "MLNETEXT_FUZZ";
    private const long MaxBytes = 256L << 20;

    private static readonly int Inputs = int.Parse(Environment.GetEnvironmentVariable(Variable) ?? "2000", CultureInfo.InvariantCulture);

    public static TheoryData<string> Formats => [.. FileFormat.All.Keys];

    [Theory]
    [MemberData(nameof(Formats))]
    public void Damaged_files_throw_what_is_documented(string name)
    {
        FileFormat format = FileFormat.All[name];
        format.Read(format.Valid);
        int count = (Inputs + FileFormat.All.Count - 1) / FileFormat.All.Count, refused = 0;
        for (int i = 0; i < count; i++)
        {
            byte[] input = Damage(format.Valid, new Random(i));
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                format.Read(input);
            }
            catch (Exception e)
            {
                refused++;
                Assert.True(
                    format.Exceptions.Any(type => type.IsInstanceOfType(e)) && !string.IsNullOrEmpty(e.Message),
                    $"{name}, input {i} of {input.Length} bytes: {e}");
            }
            long taken = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(taken < MaxBytes, $"{name}, input {i} of {input.Length} bytes took {taken >> 20} MiB.");
        }
        Assert.True(refused > count / 10, $"Only {refused} of {count} damaged files were refused.");
    }

    /// <summary>Random bytes, or a valid file that is cut off, has other bits or bytes, or parts of itself in other places.</summary>
    private static byte[] Damage(byte[] valid, Random random)
    {
        byte[] result = [.. valid];
        switch (random.Next(6))
        {
            case 0:
                result = new byte[random.Next(2 * Math.Min(valid.Length, 4096))];
                random.NextBytes(result);
                return result;
            case 1:
                return result[..random.Next(valid.Length)];
            case 2:
                for (int flips = random.Next(1, 9); flips > 0; flips--)
                    result[Place()] ^= (byte)(1 << random.Next(8));
                return result;
            case 3:
                ReadOnlySpan<byte> telling = "\0\u0001\u007f\u0080\u00ff09{}[]\",:-e"u8;
                for (int changes = random.Next(1, 9); changes > 0; changes--)
                    result[Place()] = telling[random.Next(telling.Length)];
                return result;
            case 4:
                int from = random.Next(valid.Length), length = random.Next(1, Math.Min(64, valid.Length - from) + 1);
                return [.. valid[..from], .. valid[(from + length)..]];
            default:
                int start = random.Next(valid.Length), size = random.Next(1, Math.Min(64, valid.Length - start) + 1);
                return [.. valid[..start], .. valid[start..(start + size)], .. valid[start..]];
        }

        // Most faults lie in the header, which is small beside the weights.
        int Place() => random.Next(random.Next(2) == 0 ? Math.Min(256, valid.Length) : valid.Length);
    }
}
