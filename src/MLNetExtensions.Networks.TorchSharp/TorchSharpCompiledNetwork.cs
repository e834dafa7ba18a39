using MLNetExtensions.Networks.Training;
using TorchSharp;

namespace MLNetExtensions.Networks.TorchSharp;

/// <summary>A trained network ready to score on libtorch: its weights, on the device.</summary>
internal sealed class TorchSharpCompiledNetwork : CompiledNetwork
{
    private readonly NetworkDefinition _definition;
    private readonly ExecutionOptions _execution;
    private readonly SessionMemory _memory;
    private readonly TensorParameters _parameters;

    public TorchSharpCompiledNetwork(NetworkModel model, ExecutionOptions execution)
    {
        (_definition, _execution) = (model.Definition, execution);
        _memory = new(execution.Device, torch.ScalarType.Float32);
        try
        {
            ParameterLayout layout = new(model.Definition, new HashSet<string>());
            _parameters = new(layout, _memory);
            foreach (ParameterSlot slot in layout.Slots)
                _parameters.Vector.Write(slot, model.Weights[slot.Name].Values);
        }
        catch
        {
            _memory.Dispose();
            throw;
        }
    }

    protected override IInferenceSession Create(int maxBatchSize) =>
        new TorchSharpInferenceSession(this, _definition, _parameters, maxBatchSize, _execution);

    protected override void Free() => _memory.Dispose();
}
