using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Training;
using MLNetExtensions.Transformers;

namespace MLNetExtensions.Trainers;

/// <summary>What every neural-network trainer can be told: the columns and the network, and how it is trained. The tasks add
/// their own.</summary>
/// <remarks>
/// <para><see cref="TrainingOptions.Loss"/> is the task's own when null; set, it excludes the options that shape the task's loss
/// (class weights, balancing). <see cref="TrainingOptions.TargetUnit"/> is the task's to set.</para>
/// <para>Where <see cref="TrainingOptions.Seed"/> is null, each trainer draws one from its context when it is made: <c>new
/// MLContext(seed: 1)</c> reproduces a run, and every fit of one trainer on the same data gives the same model.</para>
/// </remarks>
public abstract record NeuralNetworkOptions : TrainingOptions
{
    /// <summary>The column of features: a vector of known size of Single, or of Byte for pixels; or ids, a vector of keys (Byte, UInt16
    /// or UInt32) of any size, which is padded behind its last key and cut to one length. The id of a key is its value, and 0, the padding,
    /// that of a missing one.</summary>
    public string FeatureColumnName { get; set; } = "Features";

    /// <summary>Columns of different kinds that one network takes, each as an input of that name: numbers (Single, or vectors of Single
    /// or Byte), categories (keys: one id, 0 where it is missing) and sequences (vectors of keys, as of <see cref="FeatureColumnName"/>,
    /// in whose place these come). Empty (the default) for that one column.</summary>
    public IReadOnlyList<string> FeatureColumnNames { get; set; } = [];

    /// <summary>A column of Single with the weight of each example; null for equal weights. Rows whose weight is not above 0 are
    /// skipped.</summary>
    public string? ExampleWeightColumnName { get; set; }

    /// <summary>The network; null for two hidden layers of 64 and 32 with ReLU
    /// (<see cref="Networks.Architectures.FeedForward"/>).</summary>
    public NetworkArchitecture? Architecture { get; set; }

    /// <summary>The network for <see cref="FeatureColumnNames"/>, instead of <see cref="Architecture"/>, which is not told of inputs; null
    /// for hidden layers of 64 and 32 behind vectors of the categories
    /// (<see cref="Networks.Architectures.EntityEmbeddingNetwork"/>).</summary>
    public MultiInputArchitecture? MultiInputArchitecture { get; set; }

    /// <summary>The network for features that are ids, instead of <see cref="Architecture"/>, which has to know the vocabulary; null for
    /// <see cref="Networks.Architectures.TextCnn"/>.</summary>
    public SequenceArchitecture? SequenceArchitecture { get; set; }

    /// <summary>The most ids of a row, where features are ids; null for 512. Rows are padded to the longest one of the training data, or
    /// to what the network takes, and longer ones are cut, which the log tells of.</summary>
    public int? MaxLength { get; set; }

    /// <summary>How the feature vector is to be seen, for instance [1×28×28] for 784 pixels; null for the
    /// dimensions of the column's type. Of images [channels×height×width], whichever way the pixels of the column lie.</summary>
    public TensorShape? InputShape { get; set; }

    /// <summary>Whether the pixels of the feature column lie interleaved, height×width×channels, as those of
    /// <c>ExtractPixels(interleavePixelColors: true)</c>, and are to be reordered for the network, which takes
    /// [channels×height×width]; the model then scores both. Null tells it by the dimensions of the column: interleaved are those
    /// that <see cref="InputShape"/> has in that order and, without it, those that end in at most four channels and begin with
    /// more ([32×32×3]), unless the last two are equal ([512×2×2]). Where that doesn't tell ([3×3×3]) it is an error. Vectors
    /// without dimensions are taken as they lie, unless this is true.</summary>
    public bool? InterleavedPixels { get; set; }

    /// <summary>Weights to start from, those of a pretrained network for instance (<see cref="SafeTensors.Load"/>); null to draw
    /// them. Those that have the name and shape of one of the network's are taken, the others are drawn: a head for other classes
    /// than the pretrained ones learns afresh. The log says which, and warns when it is fewer than half of the network's or the
    /// names differ by a prefix; it is an error when none fits, or one that <see cref="TrainingOptions.Frozen"/> keeps from
    /// learning is missing. A model given to <c>Fit</c> takes their place.</summary>
    public NetworkWeights? InitialWeights { get; set; }

    /// <summary>The share of the training rows, in [0, 1), that is kept out for validation when <c>Fit</c> gets no validation
    /// set; 0 keeps none. For classes each class gives its share, but not its last example. Rows are drawn
    /// at random, which does not suit the overlapping windows of a series.</summary>
    public double ValidationFraction { get; set; }

    /// <summary>Views of an image that the model scores beside it, for a mean of their scores; part of the saved model. Training and
    /// its validation do without.</summary>
    public TestTimeAugmentation TestTimeAugmentation { get; set; }

    /// <summary>What computes: the managed engine when null.</summary>
    public INetworkEngine? Engine { get; set; }

    /// <summary>Hears how training goes, about ten times a second.</summary>
    public IProgress<TrainingProgress>? Progress { get; set; }

    /// <summary>Ends reading and training with <see cref="OperationCanceledException"/>, in mid-epoch; checkpoints stay. The
    /// context's own cancellation, which AutoML uses, works as well.</summary>
    public CancellationToken CancellationToken { get; set; }

    /// <summary>The column that is learned: the features themselves, where nothing labels them.</summary>
    internal virtual string TargetColumnName => FeatureColumnName;

    /// <summary>The feature columns, however they are named.</summary>
    internal IReadOnlyList<string> AllFeatureColumns => FeatureColumnNames.Count == 0 ? [FeatureColumnName] : FeatureColumnNames;

    /// <summary>Throws where several feature columns can't be, or the network is named in two ways.</summary>
    /// <exception cref="ArgumentException">They can't; the message says why.</exception>
    internal void CheckFeatureColumns()
    {
        ArgumentNullException.ThrowIfNull(FeatureColumnNames);
        if (FeatureColumnNames.Count == 0 && MultiInputArchitecture is not null)
            throw new ArgumentException(
                $"{nameof(MultiInputArchitecture)} makes the network for {nameof(FeatureColumnNames)}, which name no column.",
                nameof(FeatureColumnNames));
        if (FeatureColumnNames.Count == 0)
            return;
        if (FeatureColumnNames.GroupBy(name => name).FirstOrDefault(same => same.Count() > 1) is { } twice)
            throw new ArgumentException($"{nameof(FeatureColumnNames)} names '{twice.Key}' twice.", nameof(FeatureColumnNames));
        if (this is SupervisedNetworkOptions { LabelColumnName: var label } && FeatureColumnNames.Contains(label))
            throw new ArgumentException(
                $"{nameof(FeatureColumnNames)} names '{label}', which is the label to predict.", nameof(FeatureColumnNames));
        string? other = (MultiInputArchitecture, Architecture) is (not null, not null) ? nameof(Architecture)
            : SequenceArchitecture is not null ? nameof(SequenceArchitecture)
            : InputShape is not null ? nameof(InputShape)
            : null;
        if (other is not null)
            throw new ArgumentException(
                $"{other} is for one feature column, but {nameof(FeatureColumnNames)} names the network's inputs. Set " +
                $"{nameof(MultiInputArchitecture)} alone.", other);
    }
}
