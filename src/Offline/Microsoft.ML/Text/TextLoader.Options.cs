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
}
