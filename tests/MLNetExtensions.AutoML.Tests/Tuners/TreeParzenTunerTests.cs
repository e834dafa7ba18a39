using Microsoft.ML;
using Microsoft.ML.AutoML;
using Microsoft.ML.SearchSpace.Option;
using Space = Microsoft.ML.SearchSpace.SearchSpace;

namespace MLNetExtensions.AutoML.Tests.Tuners;

/// <summary>The tree-structured Parzen estimator on functions whose least point is known.</summary>
public sealed class TreeParzenTunerTests
{
    private const int Trials = 80;

    /// <summary>A valley in two numbers, one of them logarithmic, and two choices; four options that mean nothing.</summary>
    private static Space Valley() => new()
    {
        ["a"] = new UniformDoubleOption(0, 10, defaultValue: 1),
        ["b"] = new UniformDoubleOption(1e-4, 1, logBase: true, 0.5),
        ["c"] = new ChoiceOption("red", "green", "blue", "white"),
        ["d"] = new ChoiceOption(8, 16, 32, 64, 128),
        ["only"] = new ChoiceOption("one"),
        ["noise"] = new Space
        {
            ["x"] = new UniformDoubleOption(0, 1), ["y"] = new UniformIntOption(0, 9), ["z"] = new ChoiceOption(1, 2),
        },
    };

    [Fact]
    public void It_finds_the_valley_better_than_chance()
    {
        double[] ours = [.. Enumerable.Range(1, 9).Select(seed => Search(seed, Valley(), Loss).Min())];
        double[] random = [.. Enumerable.Range(1, 9).Select(seed => Search(seed, Valley(), Loss, startupTrials: Trials).Min())];
        Assert.True(Median(ours) < 0.5 * Median(random), $"{Median(ours)} against {Median(random)}");

        static double Median(double[] values) => values.Order().ElementAt(values.Length / 2);
    }

    [Fact]
    public void The_first_trial_has_the_defaults()
    {
        Space space = Valley();
        TreeParzenTuner tuner = new(new() { SearchSpace = space, Seed = 1 });
        string defaults = space.SampleFromFeatureSpace(space.Default).ToString();
        Assert.Equal(defaults, tuner.Propose(new() { TrialId = 0 }).ToString());
    }

    [Fact]
    public void A_seed_decides()
    {
        Assert.Equal(Search(3, Valley(), Loss), Search(3, Valley(), Loss));
        Assert.NotEqual(Search(3, Valley(), Loss), Search(4, Valley(), Loss));
    }

    [Theory]
    [InlineData(double.MaxValue)]
    [InlineData(double.NaN)]
    public void Where_trials_fail_it_goes_no_more(double failure)
    {
        List<bool> failed = [];
        Space space = new() { ["a"] = new UniformDoubleOption(0, 1, defaultValue: 0.1), ["b"] = new UniformDoubleOption(0, 1) };
        Search(1, space, sample =>
        {
            failed.Add(sample["a"].AsType<double>() > 0.5);
            return failed[^1] ? failure : Math.Abs(sample["a"].AsType<double>() - 0.4);
        });
        Assert.InRange(failed.Take(20).Count(one => one), 5, 15);
        Assert.InRange(failed.Skip(40).Count(one => one), 0, 8);
    }

    [Fact]
    public void Every_choice_can_be_proposed()
    {
        HashSet<string> seen = [];
        Search(1, new() { ["c"] = new ChoiceOption(1, 2, 3, 4, 5, 6, 7) }, sample =>
        {
            seen.Add(sample["c"].ToString());
            return 0;
        });
        Assert.Equal(7, seen.Count);
    }

    [Fact]
    public void Trials_that_it_did_not_propose_count_as_well()
    {
        Space space = new() { ["a"] = new UniformDoubleOption(0, 1) };
        TreeParzenTuner tuner = new(new() { SearchSpace = space, Seed = 1 }, startupTrials: 5);
        tuner.Propose(new() { TrialId = 0 });
        for (int trial = 1; trial <= 30; trial++)
        {
            double a = trial / 30.0;
            tuner.Update(new()
            {
                TrialSettings = new() { TrialId = trial, Parameter = space.SampleFromFeatureSpace([a]) },
                Loss = Math.Abs(a - 0.8),
            });
        }
        double[] proposed =
            [.. Enumerable.Range(31, 20).Select(id => tuner.Propose(new() { TrialId = id })["a"].AsType<double>())];
        Assert.InRange(proposed.Average(a => Math.Abs(a - 0.8)), 0, 0.15);
    }

    [Fact]
    public void In_an_experiment()
    {
        MLContext ml = new(seed: 1);
        SweepablePipeline pipeline = Sweeps.Preparation(ml)
            .Append(ml.Auto().NeuralNetworkBinary(searchSpace: Sweeps.Small()), Sweeps.Logistic(ml));
        string[][] runs = [.. Enumerable.Range(0, 2).Select(_ =>
        {
            SweepMonitor monitor = new(pipeline);
            Sweeps.BinaryExperiment(ml, pipeline, monitor).SetTreeParzenTuner(startupTrials: 4).SetMaxModelToExplore(10).Run();
            return monitor.Trials.Select(trial => $"{trial.Metric:r} {trial.Network}").ToArray();
        })];
        Assert.Equal(10, runs[0].Length);
        Assert.Equal(runs[0], runs[1]);

        Assert.Throws<ArgumentOutOfRangeException>(() => ml.Auto().CreateExperiment().SetTreeParzenTuner(0));
    }

    private static double Loss(Microsoft.ML.SearchSpace.Parameter sample)
    {
        double a = sample["a"].AsType<double>() / 10 - 0.7, b = Math.Log10(sample["b"].AsType<double>()) / 4 + 0.5;
        double color = sample["c"].AsType<string>() == "blue" ? 0 : 0.2;
        double size = 0.1 * Math.Abs(Math.Log2(sample["d"].AsType<int>()) - 5);
        return a * a + b * b + color + size;
    }

    private static List<double> Search(
        int seed, Space space, Func<Microsoft.ML.SearchSpace.Parameter, double> loss, int startupTrials = 20)
    {
        TreeParzenTuner tuner = new(new() { SearchSpace = space, Seed = seed }, startupTrials);
        List<double> losses = [];
        for (int trial = 0; trial < Trials; trial++)
        {
            TrialSettings settings = new() { TrialId = trial };
            settings.Parameter = tuner.Propose(settings);
            losses.Add(loss(settings.Parameter));
            tuner.Update(new() { TrialSettings = settings, Loss = losses[^1] });
        }
        return losses;
    }
}
