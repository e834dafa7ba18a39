using MLNetExtensions.Trainers;

namespace MLNetExtensions.Tests.BadInput;

/// <summary>The workout of bad input: every trainer, loader and format refuses it with the exception of ML.NET for the like,
/// which names the culprit and the way out.</summary>
public sealed class BadInputTests
{
    private static readonly Dictionary<string, BadInputCase> Cases = BadInputCase.All.ToDictionary(@case => @case.Name);

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Is_refused_in_words(string name)
    {
        BadInputCase @case = Cases[name];
        Exception e = Assert.Throws(@case.Exception, @case.Act);
        Assert.All(@case.Words, word => Assert.Contains(word, e.Message));
    }

    [Fact]
    public void Every_case_has_words_and_there_are_80_or_more_beside_those_that_trainers_share()
    {
        Assert.All(Cases.Values, @case => Assert.NotEmpty(@case.Words));
        int shared = TrainerSubject.All.Sum(
            subject => SchemaCases.Of(subject).Count() + DataCases.Of(subject).Count() + OptionCases.Of(subject).Count());
        Assert.True(Cases.Count - shared >= 80, $"{Cases.Count} cases, {shared} of them shared");
    }

    /// <summary>A trainer that is new needs a line in <see cref="TrainerSubject.All"/>.</summary>
    [Fact]
    public void Every_trainer_takes_part() => Assert.Equal(
        typeof(NeuralNetworkTrainer).Assembly.GetTypes()
            .Where(type => !type.IsAbstract && type.IsSubclassOf(typeof(NeuralNetworkTrainer))).Select(type => type.Name).Order(),
        TrainerSubject.All.Select(subject => subject.Create(new(), null).GetType().Name).Distinct().Order());
}
