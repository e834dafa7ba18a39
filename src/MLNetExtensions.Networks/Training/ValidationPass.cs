namespace MLNetExtensions.Networks.Training;

/// <summary>Scores the validation set with a training session.</summary>
internal sealed class ValidationPass(
    TrainingData data, Loss loss, MetricSet metrics, double targetUnit, int batchSize, RowLayout layout)
{
    private BatchBuffer? _buffer;
    private readonly int[] _rows = new int[batchSize];
    private readonly float[] _outputs = new float[batchSize * layout.Size];

    /// <summary>The examples that the last run ended with: those whose loss is not finite where it was not.</summary>
    public TrainingBatch LastBatch => _buffer!.Batch;

    /// <summary>The mean loss and the metrics over all examples; null for what no example has a weight in.</summary>
    public (double? Loss, MetricValues Metrics) Run(ITrainingSession session, CancellationToken cancellation)
    {
        _buffer ??= new(data, batchSize, session.TakesSparseRows);
        (double lossSum, double lossWeight) = (0, 0);
        metrics.Reset();
        for (int start = 0; start < data.Count; start += batchSize)
        {
            cancellation.ThrowIfCancellationRequested();
            Span<int> rows = _rows.AsSpan(0, Math.Min(batchSize, data.Count - start));
            for (int i = 0; i < rows.Length; i++)
                rows[i] = start + i;
            _buffer.Fill(rows);

            Span<float> outputs = _outputs.AsSpan(0, rows.Length * layout.Size);
            TrainingBatch examples = _buffer.Batch;
            if (examples.IsSparse)
                session.Infer(examples.SparseFeatures, outputs);
            else
                session.Infer(examples.Features, rows.Length, outputs);
            OutputBatch<float> batch = new(layout, outputs, _buffer.Targets, _buffer.Weights);
            (double sum, double weight) = loss.Accumulate(batch);
            (lossSum, lossWeight) = (lossSum + sum, lossWeight + weight);
            if (!double.IsFinite(sum))
                break;
            metrics.Add(batch);
        }
        return (lossWeight > 0 ? loss.InUnit(lossSum / lossWeight, targetUnit) : null, metrics.Values);
    }
}
