using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetExtensions.Benchmarks.Peers.Torch;

/// <summary>Kim's network for sentences, with as many windows as words. The parameters get the names of the fields.</summary>
internal sealed class TorchTextCnn : Module<Tensor, Tensor>
{
    private readonly Embedding embedding;
    private readonly ModuleList<Conv1d> conv;
    private readonly Linear fc;

    public TorchTextCnn(int vocabulary, int dimension, int maps, int classes)
        : base(nameof(TorchTextCnn))
    {
        embedding = Embedding(vocabulary, dimension, padding_idx: 0);
        conv = new([.. new[] { 3, 4, 5 }.Select(window => Conv1d(dimension, maps, window, padding: window - 1))]);
        fc = Linear(3 * maps, classes);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        Tensor words = embedding.call(x.to(ScalarType.Int64)).transpose(1, 2);
        return fc.call(cat([.. conv.Select(windows => functional.relu(windows.call(words)).narrow(2, 0, x.shape[1]).amax(2))], 1));
    }
}
