using TorchSharp;
using Xunit;

namespace MLNetExtensions.Conformance;

public sealed class TorchSharpApiTests
{
    /// <summary>TorchSharp.txt is the part that the stand-in has: the real library has it too, the stand-in no more.</summary>
    [Fact]
    public void Recorded_members_are_there_and_the_stand_in_has_no_others()
    {
        var assembly = typeof(torch).Assembly;
        var isStandIn = assembly.GetType("TorchSharp.Operator") is not null;
        var recorded = new RecordedApi(Path.Combine(AppContext.BaseDirectory, "Api", "TorchSharp.txt"));
        var found = 0;
        var wrong = new List<string>();
        foreach (var type in assembly.GetExportedTypes())
        {
            if (recorded.Find(type) is not { } expected)
            {
                if (isStandIn) wrong.Add($"{ApiFormat.Header(type)}: not recorded");
                continue;
            }
            found++;
            var members = ApiFormat.Members(type).ToHashSet();
            var header = ApiFormat.Header(type);
            if (header != expected.Header) wrong.Add($"{header}\n    is  {expected.Header}");
            wrong.AddRange(expected.Members.Except(members).Select(m => $"{ApiFormat.Name(type)} lacks {m}"));
            if (isStandIn)
                wrong.AddRange(members.Except(expected.Members).Select(m => $"{ApiFormat.Name(type)} should not have {m}"));
        }
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.Equal(recorded.Count, found);
    }
}
