using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetExtensions.Benchmarks.Peers.Torch;

/// <summary>A linear layer over the last state of an LSTM. The parameters get the names of the fields.</summary>
internal sealed class TorchLstmClassifier : Module<Tensor, Tensor>
{
    private readonly LSTM lstm;
    private readonly Linear fc;

    public TorchLstmClassifier(int features, int hidden, int layers, int classes)
        : base(nameof(TorchLstmClassifier))
    {
        (lstm, fc) = (LSTM(features, hidden, layers, batchFirst: true), Linear(hidden, classes));
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        (Tensor states, _, _) = lstm.call(x);
        return fc.call(states.select(1, -1));
    }
}
