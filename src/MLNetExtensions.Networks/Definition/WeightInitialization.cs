using System.Text.Json.Serialization;

namespace MLNetExtensions.Networks;

/// <summary>How the weights of a convolution or linear layer are drawn before training.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<WeightInitialization>))]
public enum WeightInitialization
{
    /// <summary>PyTorch's default: weights and bias uniform in ±1/√fanIn.</summary>
    FanInUniform,

    /// <summary>Weights normal with variance 2/fanOut, bias 0: torchvision's choice for the
    /// convolutions of VGG and ResNet.</summary>
    KaimingNormal,

    /// <summary>Weights normal with deviation 0.01, bias 0: torchvision's choice for
    /// GoogLeNet and the linear layers of VGG.</summary>
    SmallNormal,

    /// <summary>Weights uniform in ±√(6/(fanIn + fanOut)), bias 0 (Glorot and Bengio, 2010): PyTorch's choice for the
    /// projections of attention.</summary>
    XavierUniform,

    /// <summary>Weights normal with deviation 0.02, bias 0: the choice of GPT and BERT.</summary>
    TransformerNormal,
}
