using MLNetExtensions.Networks.Training;
using Xunit;

namespace MLNetExtensions.Networks.Tests;

public sealed class CallbackTests
{
    [Fact]
    public void Hooks_are_called_in_order_with_what_they_are_to_see()
    {
        List<string> events = [];
        Fit(new() { TrainingLoss = step => step, Output = steps => steps }, Options(2) with { Callbacks = [new Recorder(events)] });
        Assert.Equal(
            [
                "start 2", "training begin 0",
                "epoch 1 begin", "step 1.1 begin", "step 1.1 end 0 0 4", "step 1.2 begin", "step 1.2 end 1 0.5 8",
                "validation begin", "validation end 2", "epoch 1 end False",
                "epoch 2 begin", "step 2.1 begin", "step 2.1 end 2 2 4", "step 2.2 begin", "step 2.2 end 3 2.5 8",
                "validation begin", "validation end 4", "epoch 2 end True",
                "training end 2", "dispose",
            ], events);
    }

    [Fact]
    public void Several_hear_of_each_event_in_the_order_given_and_those_that_run_last_behind_the_others()
    {
        List<string> events = [];
        Fit(new(), Options(1) with { Callbacks = [new Last(events), new Recorder(events, "a "), new Recorder(events, "b ")] });
        Assert.Equal(["a epoch 1 end True", "b epoch 1 end True", "last"], events.Where(text => text.EndsWith("end True") || text == "last"));
    }

    [Fact]
    public void A_changed_rate_holds_for_its_step()
    {
        FakeEngine engine = new();
        TrainingResult result = Fit(engine, Options(3) with { Callbacks = [new Recorder([])] });
        Assert.Equal([0.01, 0.01, 0.1, 0.01, 0.01, 0.1], engine.Rates);
        Assert.Equal([0.01, 0.01, 0.1], result.History.Select(epoch => epoch.LearningRate));
    }

    [Fact]
    public void A_run_stopped_at_the_end_of_an_epoch_has_that_epoch()
    {
        TrainingResult result = Fit(new(), Options(5) with { Callbacks = [new Recorder([]) { StopAfterEpoch = 2 }] });
        Assert.Equal((2, StopReason.EarlyStopped), (result.History.Count, result.StopReason));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void A_run_stopped_in_an_epoch_has_the_weights_of_the_step_and_the_epochs_before(int step)
    {
        List<string> events = [];
        FakeEngine engine = new() { Output = _ => 1 };
        TrainingResult result = Fit(engine, Options(5) with { Callbacks = [new Recorder(events) { StopAtStep = step }] });
        Assert.Equal((step / 2, StopReason.EarlyStopped, step), (result.History.Count, result.StopReason, engine.Rates.Count));
        Assert.Equal([$"training end {step / 2}", "dispose"], events[^2..]);
        NetworkWeights weights = result.Model.Weights.Clone();
        engine.Sessions[0].ReadWeights(weights);
        Assert.Equal(weights["0.weight"].Values, result.Model.Weights["0.weight"].Values);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(7)]
    public void The_state_of_callbacks_is_in_checkpoints_and_a_resumed_run_ends_with_the_same_bits(int interruptedStep)
    {
        using TempFolder folder = new();
        TrainingOptions options = Options(5) with { Callbacks = [new Recorder([]), new Recorder([])] };
        TrainingResult whole = Fit(new(), options);

        using CancellationTokenSource source = new();
        TrainingOptions kept = options with { Checkpoints = new(folder.Path) };
        Assert.Throws<OperationCanceledException>(() =>
            Fit(new() { OnStep = step => { if (step == interruptedStep) source.Cancel(); } }, kept, source.Token));
        List<string> events = [];
        TrainingResult resumed = Fit(new(), kept with { Callbacks = [new Recorder([]), new Recorder(events)] });

        Assert.Equal(whole.Model.Weights["0.weight"].Values, resumed.Model.Weights["0.weight"].Values);
        int epochs = interruptedStep / 2;
        string[] expected = epochs == 0
            ? ["start 2", "training begin 0"]
            : ["start 2", .. Enumerable.Range(1, epochs).Select(epoch => $"epoch {epoch} replayed"), $"state {2 * epochs}", $"training begin {epochs}"];
        Assert.Equal(expected, events.Take(expected.Length));
    }

    [Fact]
    public void A_checkpoint_of_other_callbacks_is_refused_but_onlookers_may_come_and_go()
    {
        using TempFolder folder = new();
        TrainingOptions options = Options(1) with { Checkpoints = new(folder.Path), Callbacks = [new Last([])] };
        Fit(new(), options);
        Fit(new(), options with { Callbacks = [] });
        string message = Assert.Throws<InvalidOperationException>(() => Fit(new(), options with { Callbacks = [new Recorder([])] })).Message;
        Assert.Contains("is of another run: callbacks [", message);
        Assert.Contains("ten times the rate every third step", message);
    }

    [Fact]
    public void A_state_that_can_not_be_read_is_named()
    {
        using TempFolder folder = new();
        TrainingOptions options = Options(1) with { Checkpoints = new(folder.Path), Callbacks = [new Last([]) { State = "nonsense" }] };
        Fit(new(), options);
        string message = Assert.Throws<InvalidOperationException>(() => Fit(new(), options)).Message;
        Assert.Contains($"'{folder.File(TrainingCheckpoint.FileName)}' can't be taken up: the state of the callback 'Last' can't be read", message);
    }

    [Fact]
    public void What_a_callback_throws_ends_the_run_and_all_are_freed()
    {
        List<string> events = [];
        FakeEngine engine = new();
        TrainingOptions options = Options(1) with { Callbacks = [new Recorder(events), new Last([]) { Fails = true }] };
        Assert.Equal("full", Assert.Throws<IOException>(() => Fit(engine, options)).Message);
        Assert.Equal("dispose", events[^1]);
        Assert.DoesNotContain("training end 1", events);
        Assert.True(engine.Sessions[0].IsDisposed);

        events.Clear();
        Assert.Throws<ArgumentOutOfRangeException>(() => Fit(new(), options with { Callbacks = [new Recorder(events), new EarlyStopping(-1)] }));
        Assert.Equal(["start 2", "dispose"], events);
    }

    [Fact]
    public void Best_epoch_and_checkpoint_are_of_the_end_of_an_epoch()
    {
        foreach (Action<ITrainingRun> act in new Action<ITrainingRun>[] { run => run.MarkBest(), run => run.SaveCheckpoint("x") })
            Assert.Throws<InvalidOperationException>(() => Fit(new(), Options(1) with { Callbacks = [new AtBatch(act)] }));
    }

    [Fact]
    public void Weights_and_gradients_are_to_be_had_at_any_step()
    {
        List<float> seen = [];
        FakeEngine engine = new();
        TrainingResult result = Fit(engine, Options(1) with { Callbacks = [new AtBatch(run => seen.Add(run.ReadWeights()["0.weight"].Values[0]))] });
        Assert.Equal(2, seen.Distinct().Count());
        Assert.Equal(result.Model.Weights["0.weight"].Values[0], seen[^1]);
        NetworkWeights into = result.Model.Weights.Clone();
        Fit(engine, Options(1) with { Callbacks = [new AtBatch(run => Assert.Same(into, run.ReadGradients(into)))] });
        Assert.All(into["0.weight"].Values, value => Assert.Equal(0, value));
    }

    [Fact]
    public void One_callback_serves_runs_at_the_same_time()
    {
        TrainingOptions options = Options(8) with { EarlyStopping = new(2) };
        Parallel.For(0, 8, seed =>
        {
            float[] losses = [5, 4, 3, 3.5f, 3.2f, 3.1f, 2, 2.5f];
            TrainingResult result = Fit(new() { Output = steps => losses[steps / 2 - 1] }, options with { Seed = seed });
            Assert.Equal((5, 3), (result.History.Count, result.BestEpoch));
        });
    }

    private static TrainingOptions Options(int epochs) => new()
    {
        Loss = new L1Loss(), Epochs = epochs, BatchSize = 4, LearningRate = 0.01, Optimizer = new Sgd(),
    };

    private static TrainingResult Fit(FakeEngine engine, TrainingOptions options, CancellationToken cancellation = default) => NetworkTrainer.Fit(
        TrainingSets.LinearNetwork(), engine, TrainingSets.Numbered(8), TrainingSets.Numbered(3), options, cancellation: cancellation);

    private sealed record Last(List<string> Events) : TrainingCallback
    {
        public bool Fails { get; init; }

        public string? State { get; init; }

        public override bool SavesCheckpoints => true;

        protected internal override string? Decides => null;

        public override RunningCallback Start(ITrainingRun run) => new Running(this);

        private sealed class Running(Last options) : RunningCallback
        {
            public override void OnEpochEnd(ITrainingRun run, EpochRecord epoch)
            {
                options.Events.Add("last");
                if (options.Fails)
                    throw new IOException("full");
            }

            public override string? SaveState() => options.State;

            public override void LoadState(string state) => _ = int.Parse(state);
        }
    }

    private sealed record AtBatch(Action<ITrainingRun> Act) : TrainingCallback
    {
        public override RunningCallback Start(ITrainingRun run) => new Running(Act);

        private sealed class Running(Action<ITrainingRun> act) : RunningCallback
        {
            public override void OnBatchEnd(ITrainingRun run) => act(run);
        }
    }
}
