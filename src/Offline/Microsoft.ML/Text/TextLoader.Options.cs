namespace Microsoft.ML.Data;

public sealed partial class TextLoader
{
    /// <summary>How a text file is written and which columns are read from it.</summary>
    public class Options
    {
        /// <summary>A field may stand in double quotes, which then hide separators.</summary>
        public bool AllowQuoting;
        /// <summary>A line may end in "index:value" fields, after the number of columns that they stand for.</summary>
        public bool AllowSparse;
        /// <summary>Number of fields of a line, if sparse lines do not state it.</summary>
        public int? InputSize;
        public char[] Separators = ['\t'];
        public char DecimalMarker = '.';
        public Column[] Columns;
        /// <summary>Drops white space at the end of each line.</summary>
        public bool TrimWhitespace;
        /// <summary>The first line holds names: those of vector columns become slot names.</summary>
        public bool HasHeader;
        public bool UseThreads = true;
        /// <summary>A quoted field may contain line breaks.</summary>
        public bool ReadMultilines;
        public long? MaxRows;
        /// <summary>In a quoted field, the character that makes the quote after it a part of the text.</summary>
        public char EscapeChar = '"';
        /// <summary>Empty or absent numbers are NaN instead of 0.</summary>
        public bool MissingRealsAsNaNs;
    }

    /// <summary>A column and the fields that it is read from.</summary>
    public sealed class Column
    {
        public string Name;
        public Range[] Source;
        /// <summary>Makes the column a key of that many values.</summary>
        public KeyCount KeyCount;
        public Column() { }
        public Column(string name, DataKind dataKind, int index) : this(name, dataKind, [new Range(index)]) { }

        public Column(string name, DataKind dataKind, int minIndex, int maxIndex)
            : this(name, dataKind, [new Range(minIndex, maxIndex)]) { }

        public Column(string name, DataKind dataKind, Range[] source, KeyCount keyCount = null) =>
            (Name, DataKind, Source, KeyCount) = (Contracts.NotNull(name), dataKind, Contracts.NotNull(source), keyCount);

        public DataKind DataKind { get; set; } = DataKind.Single;
    }

    /// <summary>Fields Min..Max of a line, both included, or from Min to the end.</summary>
    public sealed class Range
    {
        public int Min;
        public int? Max;
        /// <summary>Without Max: to the end of the line, all lines being as long as the first ones.</summary>
        public bool AutoEnd;
        /// <summary>Without Max and AutoEnd: to the end of each line; the column has no known size.</summary>
        public bool VariableEnd;
        /// <summary>Only the fields of the range that no other column takes.</summary>
        public bool AllOther;
        /// <summary>Makes a vector of a single field.</summary>
        public bool ForceVector;
        public Range() { }

        public Range(int index)
        {
            Contracts.CheckParam(index >= 0, nameof(index), "Must be non-negative");
            (Min, Max) = (index, index);
        }

        public Range(int min, int? max)
        {
            Contracts.CheckParam(min >= 0, nameof(min), "Must be non-negative");
            Contracts.CheckParam(!(max < min), nameof(max), $"If specified, must be greater than or equal to {nameof(min)}");
            (Min, Max, ForceVector, AutoEnd) = (min, max, true, max == null);
        }
    }
}

/// <summary>How many values a key column has; without a number, as many as its type can hold.</summary>
public sealed class KeyCount
{
    public ulong? Count;
    public KeyCount() { }
    public KeyCount(ulong count) => Count = count;
}
