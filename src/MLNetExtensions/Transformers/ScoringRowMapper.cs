using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetExtensions.Networks.Training;
using Column = Microsoft.ML.DataViewSchema.Column;

namespace MLNetExtensions.Transformers;

/// <summary>Scores one row at a time, for prediction engines; allocates nothing a row.</summary>
internal sealed class ScoringRowMapper(NeuralNetworkTransformer transformer, DataViewSchema inputSchema) : IRowToRowMapper
{
    private readonly Column _features = transformer.FindFeatures(inputSchema);

    public DataViewSchema InputSchema => inputSchema;

    public DataViewSchema OutputSchema { get; } = transformer.GetOutputSchema(inputSchema);

    public IEnumerable<Column> GetDependencies(IEnumerable<Column> dependingColumns)
    {
        bool[] active = Activate(dependingColumns);
        bool scored = active.AsSpan(inputSchema.Count).Contains(true);
        return inputSchema.Where(column => active[column.Index] || (scored && column.Index == _features.Index));
    }

    public DataViewRow GetRow(DataViewRow input, IEnumerable<Column> activeColumns) =>
        new Row(transformer, input, _features, OutputSchema, Activate(activeColumns));

    private bool[] Activate(IEnumerable<Column> columns)
    {
        bool[] active = new bool[OutputSchema.Count];
        foreach (Column column in columns)
            active[column.Index] = true;
        return active;
    }

    private sealed class Row : DataViewRow, IScoreSource
    {
        private readonly NeuralNetworkTransformer _transformer;
        private readonly DataViewRow _input;
        private readonly bool[] _active;
        private readonly FeatureReader? _reader;
        private readonly float[] _features, _scores;
        private IInferenceSession? _session;
        private long _scoredPosition = -1;

        public Row(NeuralNetworkTransformer transformer, DataViewRow input, Column features, DataViewSchema schema, bool[] active)
        {
            (_transformer, _input, Schema, _active) = (transformer, input, schema, active);
            _features = new float[transformer.FeatureCount];
            _scores = new float[transformer.Head.Outputs];
            if (!active.AsSpan(input.Schema.Count).Contains(true))
                return;
            _reader = FeatureReader.Create(input, features, transformer.Features);
            _session = transformer.Sessions.RentForRows();
        }

        public override DataViewSchema Schema { get; }

        public override long Position => _input.Position;

        public override long Batch => _input.Batch;

        /// <summary>The scores of the input's row, computed once a position however many columns ask.</summary>
        public ReadOnlySpan<float> Current
        {
            get
            {
                if (_scoredPosition != _input.Position)
                {
                    Score();
                    _scoredPosition = _input.Position;
                }
                return _scores;
            }
        }

        public override bool IsColumnActive(Column column) => _active[column.Index];

        public override ValueGetter<DataViewRowId> GetIdGetter() => _input.GetIdGetter();

        public override ValueGetter<TValue> GetGetter<TValue>(Column column)
        {
            ActiveColumns.Check(_active, column);
            return column.Index < _input.Schema.Count
                ? _input.GetGetter<TValue>(_input.Schema[column.Index])
                : ActiveColumns.Cast<TValue>(_transformer.Head.CreateGetter(column.Name, this), column);
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                if (_session is not null)
                    _transformer.Sessions.ReturnForRows(_session);
                _session = null;
                // As ML.NET's contract of GetRow says: in a chain, nobody else disposes the steps before.
                _input.Dispose();
            }
            base.Dispose(disposing);
        }

        private void Score()
        {
            ObjectDisposedException.ThrowIf(_session is null, this);
            if (_reader!.Read(_features))
            {
                _session.Run(_features, 1, _scores);
                _transformer.Head.Finish(_scores);
            }
            else
            {
                _scores.AsSpan().Fill(float.NaN);
            }
        }
    }
}
