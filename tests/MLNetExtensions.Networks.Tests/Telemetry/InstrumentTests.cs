using System.Diagnostics.Metrics;
using MLNetExtensions.Networks.Managed;
using MLNetExtensions.Networks.Training;
using Xunit;

namespace MLNetExtensions.Networks.Tests;

public sealed class InstrumentTests
{
    [Fact]
    public void Training_and_scoring_tell_who_listens()
    {
        Dictionary<string, List<(double Value, object? Engine)>> seen = [];
        int thread = Environment.CurrentManagedThreadId;
        using MeterListener listener = new()
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Name == "MLNetExtensions")
                    self.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Note(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Note(instrument, value, tags));
        listener.Start();

        NetworkDefinition network = TrainingSets.LinearNetwork();
        TrainingOptions options = new() { Loss = new L1Loss(), Epochs = 2, BatchSize = 4 };
        TrainingResult result = NetworkTrainer.Fit(network, new ManagedEngine(1), TrainingSets.Numbered(10), null, options);
        Assert.Equal(20, seen["mlnetextensions.training.rows"].Sum(entry => entry.Value));
        Assert.Equal([4, 4, 2, 4, 4, 2], seen["mlnetextensions.training.rows"].Select(entry => entry.Value));
        Assert.Equal(result.History.Select(epoch => epoch.Loss), [seen["mlnetextensions.training.loss"][2].Value, seen["mlnetextensions.training.loss"][5].Value]);
        Assert.Equal(6, seen["mlnetextensions.training.step.duration"].Count);
        Assert.All(seen["mlnetextensions.training.step.duration"], entry => Assert.InRange(entry.Value, 1e-9, 60));
        Assert.All(seen["mlnetextensions.training.rows_per_second"], entry => Assert.InRange(entry.Value, 1e-3, 1e9));
        Assert.All(seen["mlnetextensions.training.rows"], entry => Assert.Equal(new ManagedEngine(1).Name, entry.Engine));

        using IInferenceSession session = new ManagedEngine(1).CreateInferenceSession(result.Model, 8);
        session.Run(new float[6], 3, new float[3]);
        session.Run(new float[2], 1, new float[1]);
        Assert.Equal([3, 1], seen["mlnetextensions.scoring.rows"].Select(entry => entry.Value));
        Assert.Equal(2, seen["mlnetextensions.scoring.duration"].Count);

        void Note(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            // Other tests train at the same time.
            if (Environment.CurrentManagedThreadId != thread)
                return;
            if (!seen.TryGetValue(instrument.Name, out List<(double, object?)>? values))
                seen.Add(instrument.Name, values = []);
            values.Add((value, tags.Length > 0 ? tags[0].Value : null));
        }
    }
}
