namespace MLNetExtensions.Tests.BadInput;

/// <summary>One bad input: what is done with it, the exception that it must end in, and what the message must say.</summary>
/// <param name="Name">What is wrong.</param>
/// <param name="Exception">The exact type of the exception.</param>
/// <param name="Act">Does it.</param>
/// <param name="Words">What the message must contain: the column, file or layer, and the way out.</param>
internal sealed record BadInputCase(string Name, Type Exception, Action Act, params string[] Words)
{
    /// <summary>The whole table.</summary>
    public static IReadOnlyList<BadInputCase> All { get; } =
    [
        .. TrainerSubject.All.SelectMany(SchemaCases.Of), .. TrainerSubject.All.SelectMany(DataCases.Of),
        .. TrainerSubject.All.SelectMany(OptionCases.Of), .. LabelCases.All, .. LossCases.All, .. ImageFileCases.All,
        .. ImageFolderCases.All, .. SeriesCases.All, .. ModelFileCases.All, .. WeightFileCases.All, .. CheckpointCases.All,
        .. OnnxFileCases.All,
    ];

    public static BadInputCase Of<TException>(string name, Action act, params string[] words)
        where TException : Exception => new(name, typeof(TException), act, words);
}
