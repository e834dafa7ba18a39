using TorchSharp;
using F = TorchSharp.torch.nn.functional;
using Tensor = TorchSharp.torch.Tensor;

namespace MLNetExtensions.Networks.TorchSharp;

/// <summary>A recurrent layer, step by step: TorchSharp's own modules keep weights of their own, and know lengths, not masks.
/// What the input gives to the gates is one product for all steps; what lies behind the batch's longest sequence is left
/// out.</summary>
internal sealed class RecurrentOperation(string name, RecurrentLayer layer)
{
    /// <param name="inputs">The sequences, [count×...×length×inputs], and perhaps their mask, [count×length].</param>
    /// <param name="pass">The weights, and the random numbers of what is dropped between layers.</param>
    public Tensor Apply(Tensor[] inputs, ForwardPass pass)
    {
        long[] shape = inputs[0].shape;
        Tensor values = inputs[0].reshape(-1, shape[^2], shape[^1]);
        Tensor[]? present = inputs.Length > 1 ? Present(inputs[1].reshape(pass.Count, shape[^2], 1)) : null;
        if (present is not null)
            values = values.narrow(1, 0, present.Length);
        for (int level = 0; level < layer.Layers; level++)
        {
            List<Tensor> outputs = [];
            for (int direction = 0; direction < layer.Directions; direction++)
                outputs.Add(Run(values, present, level, direction, pass));
            values = torch.cat(outputs, -1);
            if (level < layer.Layers - 1 && pass.Training && layer.Dropout > 0)
                values = pass.Drop(values, layer.Dropout);
        }
        bool givesLast = layer.Output == RecurrentOutput.Last;
        if (!givesLast && present?.Length < shape[^2])
            values = F.pad(values, [0, 0, 0, shape[^2] - present.Length]);
        return values.reshape([.. shape[..(givesLast ? ^2 : ^1)], layer.Directions * layer.HiddenSize]);
    }

    /// <summary>Which sequences have a step, [count×1], for each one up to the end of the longest; for one where none has
    /// any.</summary>
    private static Tensor[] Present(Tensor mask)
    {
        Tensor present = mask.gt(mask.new_zeros([]));
        bool[] steps = [.. present.any(0).cpu().data<bool>()];
        return [.. present.narrow(1, 0, Math.Max(1, Array.LastIndexOf(steps, true) + 1)).unbind(1)];
    }

    /// <summary>The states of all steps of one direction, [count×length×hidden], or, of the uppermost layer where that is asked,
    /// the last one, [count×hidden].</summary>
    private Tensor Run(Tensor values, Tensor[]? present, int level, int direction, ForwardPass pass)
    {
        string suffix = RecurrentLayer.Suffix(level, direction);
        Tensor weight = Parameter("weight_hh")!;
        Tensor? bias = Parameter("bias_hh");
        Tensor[] projected = F.linear(values, Parameter("weight_ih")!, Parameter("bias_ih")).unbind(1);
        Tensor state = values.new_zeros([values.shape[0], layer.HiddenSize]), cell = state, zero = state;
        Tensor[] given = new Tensor[projected.Length];
        for (int step = 0; step < projected.Length; step++)
        {
            int time = direction == 0 ? step : projected.Length - 1 - step;
            Tensor recurrent = F.linear(state, weight, bias);
            (Tensor nextState, Tensor nextCell) = layer is LSTM
                ? LongShortTerm(projected[time].add(recurrent, Constants.One), cell)
                : (Gated(projected[time], recurrent, state), cell);
            given[time] = nextState;
            if (present is not null)
            {
                nextState = torch.where(present[time], nextState, state);
                nextCell = torch.where(present[time], nextCell, cell);
                given[time] = torch.where(present[time], nextState, zero);
            }
            (state, cell) = (nextState, nextCell);
        }
        return level == layer.Layers - 1 && layer.Output == RecurrentOutput.Last ? state : torch.stack(given, 1);

        Tensor? Parameter(string kind) => pass.Parameters.Find($"{name}.{kind}{suffix}");
    }

    private static (Tensor State, Tensor Cell) LongShortTerm(Tensor gates, Tensor cell)
    {
        Tensor[] parts = gates.chunk(4, 1);
        Tensor next = parts[1].sigmoid().mul(cell).add(parts[0].sigmoid().mul(parts[2].tanh()), Constants.One);
        return (parts[3].sigmoid().mul(next.tanh()), next);
    }

    private static Tensor Gated(Tensor projected, Tensor recurrent, Tensor state)
    {
        Tensor[] ofInput = projected.chunk(3, 1), ofState = recurrent.chunk(3, 1);
        Tensor reset = ofInput[0].add(ofState[0], Constants.One).sigmoid();
        Tensor update = ofInput[1].add(ofState[1], Constants.One).sigmoid();
        Tensor candidate = ofInput[2].add(reset.mul(ofState[2]), Constants.One).tanh();
        return candidate.add(update.mul(state.sub(candidate)), Constants.One);
    }
}
