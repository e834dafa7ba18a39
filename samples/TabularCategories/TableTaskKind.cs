namespace Samples.TabularCategories;

/// <summary>What is predicted.</summary>
internal enum TableTaskKind
{
    /// <summary>A number.</summary>
    Regression,

    /// <summary>One of some classes.</summary>
    Classification,
}
