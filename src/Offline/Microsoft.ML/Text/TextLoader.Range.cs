using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

public sealed partial class TextLoader
{
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
