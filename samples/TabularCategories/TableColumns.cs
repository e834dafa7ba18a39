namespace Samples.TabularCategories;

/// <summary>What the columns of a table hold.</summary>
/// <param name="Label">The column to predict.</param>
/// <param name="Classes">Its values, where it is one of classes; null where it is one of numbers.</param>
/// <param name="Numbers">Quantities.</param>
/// <param name="Categories">Texts, and whole numbers of few values.</param>
/// <param name="LeftOut">What says nothing of other rows: texts that name a row, numbers that count them, and columns of one
/// value.</param>
internal sealed record TableColumns(
    string Label, IReadOnlyList<string>? Classes, IReadOnlyList<string> Numbers, IReadOnlyList<string> Categories,
    IReadOnlyList<string> LeftOut);
