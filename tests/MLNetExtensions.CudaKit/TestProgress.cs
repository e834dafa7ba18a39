using Xunit;
using Xunit.Abstractions;

namespace MLNetExtensions.CudaKit;

/// <summary>What xunit reports while it finds tests and runs them.</summary>
internal sealed class TestProgress : LongLivedMarshalByRefObject, IMessageSink, IDisposable
{
    private readonly ManualResetEventSlim _finished = new();

    /// <summary>The tests found.</summary>
    public List<ITestCase> Found { get; } = [];

    /// <summary>How many tests ended how; an error outside the tests counts as one that failed.</summary>
    public int Passed { get; private set; }

    /// <inheritdoc cref="Passed"/>
    public int Failed { get; private set; }

    /// <inheritdoc cref="Passed"/>
    public int Skipped { get; private set; }

    /// <summary>Notes a message, from one thread at a time: the tests of the engine never run beside each other.</summary>
    /// <returns>True: go on.</returns>
    public bool OnMessage(IMessageSinkMessage message)
    {
        switch (message)
        {
            case ITestCaseDiscoveryMessage found:
                Found.Add(found.TestCase);
                break;
            // Said before it runs: should the process end in it, one knows where.
            case ITestStarting starting:
                Console.WriteLine($"running {starting.Test.DisplayName}");
                break;
            case ITestPassed:
                Passed++;
                break;
            case ITestSkipped skipped:
                Skipped++;
                Console.WriteLine($"SKIPPED {skipped.Test.DisplayName}: {skipped.Reason}");
                break;
            case ITestFailed failed:
                Fail(failed.Test.DisplayName, failed);
                break;
            // An error of the runner, or of the cleaning up behind a test, a class or a collection.
            case IFailureInformation failure:
                Fail("(outside a test)", failure);
                break;
            case IDiscoveryCompleteMessage or ITestAssemblyFinished:
                _finished.Set();
                break;
        }
        return true;
    }

    /// <summary>Waits for the end of finding or running the tests, whichever was begun.</summary>
    public void Wait()
    {
        _finished.Wait();
        _finished.Reset();
    }

    public void Dispose() => _finished.Dispose();

    private void Fail(string name, IFailureInformation failure)
    {
        Failed++;
        Console.WriteLine($"FAILED {name}: {string.Join(" ---> ", failure.Messages)}\n{string.Join('\n', failure.StackTraces)}");
    }
}
