using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Managed;
using MLNetExtensions.Networks.Training;
using TorchSharp;
using GRUModule = TorchSharp.Modules.GRU;
using LSTMModule = TorchSharp.Modules.LSTM;
using Tensor = TorchSharp.torch.Tensor;

namespace MLNetExtensions.TorchSharp.Tests;

/// <summary>Recurrent layers beside PyTorch's own modules on packed sequences, whose weights they take by name.</summary>
public class RecurrentReferenceTests
{
    private const int Count = 9, Length = 11, Features = 4, Hidden = 6, Depth = 2;

    [TorchTheory]
    [InlineData(false, false, Length), InlineData(false, true, Length), InlineData(true, false, Length), InlineData(true, true, Length)]
    [InlineData(false, true, Length - 3), InlineData(true, true, Length - 3)]
    public void EqualsTheModuleOnPackedSequences(bool gated, bool bidirectional, int longest)
    {
        using DisposeScope scope = torch.NewDisposeScope();
        int[] lengths = [.. Enumerable.Range(0, Count).Select(i => 1 + i * 7 % longest)];
        float[] values = Parity.Normal(5, Count * Length * Features);
        torch.nn.Module module = gated
            ? torch.nn.GRU(Features, Hidden, Depth, batchFirst: true, bidirectional: bidirectional)
            : torch.nn.LSTM(Features, Hidden, Depth, batchFirst: true, bidirectional: bidirectional);
        (float[] states, float[] last) = Run(module, values, lengths);

        foreach (RecurrentOutput output in Enum.GetValues<RecurrentOutput>())
        {
            RecurrentLayer layer = gated
                ? new GRU(Hidden, Depth, Bidirectional: bidirectional, Output: output)
                : new LSTM(Hidden, Depth, Bidirectional: bidirectional, Output: output);
            NetworkDefinition network = NetworkDefinition.Build(b =>
            {
                string sequence = b.Input("values", new(Length, Features)), count = b.Input("length", new(1));
                string mask = b.From(count).SequenceMask(Length).Current;
                b.Add(layer, "rnn", sequence, mask);
            });
            NetworkWeights weights = new(module.named_parameters().Select(pair => KeyValuePair.Create(
                $"rnn.{pair.name}", new WeightTensor(new([.. pair.parameter.shape.Select(size => (int)size)]), pair.parameter.data<float>().ToArray()))));
            float[] rows = [.. lengths.SelectMany((length, i) => values.Skip(i * Length * Features).Take(Length * Features).Append(length))];
            foreach (INetworkEngine engine in new INetworkEngine[] { ManagedEngine.Default, TestDevice.Engine() })
            {
                float[] scores = new float[Count * network.OutputShape.Size];
                using ICompiledNetwork compiled = engine.Compile(new(network, weights));
                using IInferenceSession session = compiled.CreateSession(Count);
                session.Run(rows, Count, scores);
                Parity.Equal($"{layer}", output == RecurrentOutput.Last ? last : states, scores, 1e-5);
            }
        }
    }

    /// <summary>Neither engine computes steps that no sequence of a batch has: what they give and their gradients agree all the
    /// same.</summary>
    [TorchTheory]
    [InlineData(false), InlineData(true)]
    public void RoomBehindTheLongestSequence(bool gated)
    {
        NetworkDefinition network = NetworkDefinition.Build(b =>
        {
            string values = b.Input("values", new(Length, Features)), ids = b.InputIds("ids", new(Length), 2);
            string mask = b.From(ids).PaddingMask().Pad([0, 4]).Current;
            b.From(values).Pad([0, 0, 0, 4]);
            _ = gated ? b.GRU(Hidden, Depth, bidirectional: true, mask: mask) : b.LSTM(Hidden, Depth, bidirectional: true, mask: mask);
            b.Flatten().Linear(2);
        });
        Parity.Check(network, new(Count, new MeanSquaredErrorLoss(), new Sgd(Momentum: 0.5), Seed: 1), 1e-3);
    }

    private static (float[] States, float[] Last) Run(torch.nn.Module module, float[] values, int[] lengths)
    {
        Tensor sequences = torch.tensor(values).reshape(Count, Length, Features);
        using torch.nn.utils.rnn.PackedSequence packed = torch.nn.utils.rnn.pack_padded_sequence(
            sequences, torch.tensor(Array.ConvertAll(lengths, length => (long)length)), batch_first: true, enforce_sorted: false);
        torch.nn.utils.rnn.PackedSequence result;
        Tensor state;
        if (module is GRUModule gru)
            (result, state) = gru.call(packed);
        else
            (result, state, _) = ((LSTMModule)module).call(packed);
        using (result)
        {
            (Tensor states, _) = torch.nn.utils.rnn.pad_packed_sequence(result, batch_first: true, total_length: Length);
            // Of the last states, [layers·directions×count×hidden], those of the uppermost layer.
            Tensor last = state.narrow(0, state.shape[0] - state.shape[0] / Depth, state.shape[0] / Depth).permute(1, 0, 2);
            return (states.contiguous().data<float>().ToArray(), last.contiguous().data<float>().ToArray());
        }
    }
}
