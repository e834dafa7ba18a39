namespace Microsoft.ML.Data;

internal sealed class PermutationImportance<TMetrics, TStatistics>(
    TrainCatalogBase catalog, Func<IDataView, TMetrics> evaluate, Func<TStatistics> create)
    where TStatistics : IMetricsStatistics<TMetrics>
{
    /// <summary>Of the last predictor in the model, which the data must be prepared for already; a slot without a name is "Slot
    /// i".</summary>
    internal ImmutableDictionary<string, TStatistics> ByName(ITransformer model, IDataView data, int? examples, int permutations)
    {
        Contracts.CheckValue(data, nameof(data));
        var steps = Contracts.NotNull(model) is IEnumerable<ITransformer> chain ? chain : [model];
        var predictor = steps.OfType<ISingleFeaturePredictionTransformer>().LastOrDefault()
            ?? throw new ArgumentNullException(nameof(model), "The model provided does not have a compatible predictor");
        ImmutableArray<TStatistics> slots;
        try
        {
            slots = BySlot(predictor, predictor.FeatureColumnName, data, examples, permutations);
        }
        catch (Exception e)
        {
            // The original gets here by reflection.
            throw new TargetInvocationException(e);
        }
        return data.Schema[predictor.FeatureColumnName].GetVector<ReadOnlyMemory<char>>(Kinds.SlotNames)
            .Select((name, i) => KeyValuePair.Create(name.IsEmpty ? $"Slot {i}" : name.ToString(), slots[i]))
            .ToImmutableDictionary();
    }

    /// <summary>One entry for each slot of the feature column; none without rows.</summary>
    internal ImmutableArray<TStatistics> BySlot(ITransformer predictor, string features, IDataView data, int? examples,
        int permutations)
    {
        Contracts.CheckValue(data, nameof(data));
        Contracts.CheckNonEmpty(features, nameof(features));
        Contracts.Check(examples is not <= 0, "The number of examples to use must be positive, or null for the whole data set");
        var random = catalog.GetEnvironment().Register(nameof(PermutationImportance<,>)).Rand;
        var baseline = evaluate(predictor.Transform(data));
        var column = data.Schema[features];
        var result = ImmutableArray.CreateBuilder<TStatistics>();
        for (var slot = 0; slot < ((column.Type as VectorDataViewType)?.Size ?? 0); slot++)
        {
            var values = data.GetColumn<VBuffer<float>>(column).Take(examples ?? int.MaxValue)
                .Select(features => features.GetItemOrDefault(slot)).ToArray();
            if (values.Length == 0) break;
            var statistics = create();
            for (var i = 0; i < permutations; i++)
            {
                random.Shuffle(values);
                statistics.Add(evaluate(predictor.Transform(Permute(data, column, slot, values))), baseline);
            }
            result.Add(statistics);
        }
        return result.ToImmutable();
    }

    /// <summary>The first rows, with these values in one slot of a column.</summary>
    private static IDataView Permute(IDataView data, DataViewSchema.Column column, int slot, float[] values)
    {
        var permuted = MappedColumn.Create<VBuffer<float>>(column.Name, column.Type, column.Annotations, [column], row =>
        {
            var read = row.Reader<VBuffer<float>>(row.Schema[column.Index]);
            return (ref features) =>
            {
                read().CopyToDense(ref features);
                VBufferEditor.CreateFromBuffer(ref features).Values[slot] = values[row.Position];
            };
        });
        return new RowMapping(data.Schema, [permuted]).Apply(new RowRangeView(data, 0, values.Length));
    }
}
