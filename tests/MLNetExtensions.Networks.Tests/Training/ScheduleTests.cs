using MLNetExtensions.Networks.Training;
using Xunit;

namespace MLNetExtensions.Networks.Tests;

public sealed class ScheduleTests
{
    private static readonly TrainingReferences.ScheduleCases References = TrainingReferences.Schedules;

    public static TheoryData<string, LearningRateSchedule> Formulas => new()
    {
        { "step", new StepSchedule(3, 0.2) },
        { "exponential", new ExponentialSchedule(0.8) },
        { "cosine", new CosineSchedule(0.01) },
        { "oneCycle", new OneCycleSchedule() },
        { "oneCycleOther", new OneCycleSchedule(0.1, 10, 100) },
        { "warmupCosine", new WarmupSchedule(new CosineSchedule(), 2, 0.1) },
    };

    public static TheoryData<LearningRateSchedule> Invalid =>
    [
        new StepSchedule(0), new StepSchedule(1, 0), new ExponentialSchedule(0), new CosineSchedule(-1), new OneCycleSchedule(1),
        new OneCycleSchedule(StartDivisor: 0), new WarmupSchedule(new ConstantSchedule(), 0), new ReduceOnPlateauSchedule(1),
        new ReduceOnPlateauSchedule(Patience: -1),
    ];

    [Theory]
    [MemberData(nameof(Formulas))]
    public void Equals_PyTorch(string name, LearningRateSchedule schedule)
    {
        double[] expected = References.Rates[name];
        IRunningSchedule running = schedule.Start(References.BaseRate, References.Epochs, References.StepsPerEpoch);
        Assert.Equal(References.Epochs * References.StepsPerEpoch, expected.Length);
        for (int step = 0; step < expected.Length; step++)
            Assert.Equal(expected[step], running.Rate(step), 1e-12);
    }

    [Fact]
    public void Reduce_on_plateau_equals_PyTorch() =>
        CheckPlateau("plateau", new ReduceOnPlateauSchedule(Factor: 0.5, Patience: 1));

    [Fact]
    public void Reduce_on_plateau_with_cooldown_equals_PyTorch() =>
        CheckPlateau("plateauCooldown", new ReduceOnPlateauSchedule(0.1, Patience: 0, Threshold: 0.05, Cooldown: 2, MinimumRate: 0.01));

    [Fact]
    public void Constant_stays() => Assert.Equal(0.3, new ConstantSchedule().Start(0.3, 2, 10).Rate(19));

    [Fact]
    public void Warm_up_passes_losses_on_when_it_is_over()
    {
        IRunningSchedule running = new WarmupSchedule(new ReduceOnPlateauSchedule(0.5, Patience: 0), 2, 0.5).Start(1, 10, 4);
        Assert.Equal([0.5, 0.5625, 0.625], new long[] { 0, 1, 2 }.Select(running.Rate));
        running.EpochEnded(0, 1);
        running.EpochEnded(1, 2);
        running.EpochEnded(2, 3);
        Assert.Equal(1, running.Rate(12));
        running.EpochEnded(3, 3);
        Assert.Equal(0.5, running.Rate(16));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 3)]
    [InlineData(2, 1)]
    public void Short_runs_have_finite_rates(int epochs, int steps)
    {
        LearningRateSchedule[] schedules =
        [
            new OneCycleSchedule(), new CosineSchedule(), new WarmupSchedule(new CosineSchedule(), 1), new WarmupSchedule(new OneCycleSchedule(), 3),
        ];
        foreach (LearningRateSchedule schedule in schedules)
        {
            IRunningSchedule running = schedule.Start(0.1, epochs, steps);
            Assert.All(Enumerable.Range(0, epochs * steps), step => Assert.InRange(running.Rate(step), 1e-9, 0.1));
        }
    }

    [Theory]
    [MemberData(nameof(Invalid))]
    public void Invalid_parameters_name_the_schedule(LearningRateSchedule schedule)
    {
        var e = Assert.Throws<ArgumentException>(() => schedule.Start(0.1, 10, 10));
        Assert.StartsWith(schedule.GetType().Name + " needs", e.Message);
    }

    private static void CheckPlateau(string name, LearningRateSchedule schedule)
    {
        double[] expected = References.Rates[name];
        IRunningSchedule running = schedule.Start(References.BaseRate, expected.Length, 10);
        for (int epoch = 0; epoch < expected.Length; epoch++)
        {
            Assert.Equal(expected[epoch], running.Rate(10 * epoch), 1e-12);
            running.EpochEnded(epoch, References.PlateauLosses[epoch]);
        }
    }
}
