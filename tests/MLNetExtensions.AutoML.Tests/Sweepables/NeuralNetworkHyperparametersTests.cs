using Microsoft.ML.SearchSpace;
using Microsoft.ML.SearchSpace.Option;
using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Architectures;
using MLNetExtensions.Networks.Training;
using MLNetExtensions.Trainers;

namespace MLNetExtensions.AutoML.Tests.Sweepables;

/// <summary>The options of a network, and the space that AutoML makes of them.</summary>
public sealed class NeuralNetworkOptionTests
{
    private static readonly SearchSpace<NeuralNetworkHyperparameters> _space = new();

    [Fact]
    public void A_sweep_begins_at_the_defaults()
    {
        NeuralNetworkHyperparameters start = _space.SampleFromFeatureSpace(_space.Default), defaults = new();
        foreach (NeuralNetworkHyperparameters option in (NeuralNetworkHyperparameters[])[start, defaults])
        {
            Assert.Equal((2, 64, ActivationFunction.ReLU), (option.HiddenLayers, option.Width, option.Activation));
            Assert.Equal((0.0, false, 32, 20), (option.Dropout, option.BatchNorm, option.BatchSize, option.Epochs));
            Assert.Equal(0.5, option.WidthRatio, 1e-12);
            Assert.Equal(0.001, option.LearningRate, 1e-12);
            Assert.Equal(0.0001, option.WeightDecay, 1e-12);
            Assert.Equal([64, 32], option.HiddenWidths);
        }
    }

    [Theory]
    [InlineData("HiddenLayers", "1 2 3")]
    [InlineData("Width", "8 16 32 64 128 256")]
    [InlineData("Activation", "ReLU LeakyReLU GELU SiLU Tanh")]
    [InlineData("BatchNorm", "True False")]
    [InlineData("BatchSize", "16 32 64 128 256")]
    [InlineData("Epochs", "5 10 20 40 80")]
    public void Choices(string name, string values)
    {
        ChoiceOption option = Assert.IsType<ChoiceOption>(_space[name]);
        Assert.Equal(
            values.Split(' '), option.Choices.Select(choice => choice.ToString().Trim('"')), StringComparer.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("WidthRatio", 0.25, 1, false)]
    [InlineData("Dropout", 0, 0.6, false)]
    [InlineData("LearningRate", 1e-4, 0.03, true)]
    [InlineData("WeightDecay", 1e-6, 1, true)]
    public void Ranges(string name, double min, double max, bool logarithmic)
    {
        UniformDoubleOption option = Assert.IsType<UniformDoubleOption>(_space[name]);
        Assert.Equal((min, max, logarithmic), (option.Min, option.Max, option.LogBase));
    }

    [Fact]
    public void Nothing_else_is_searched() => Assert.Equal(10, _space.Count);

    [Fact]
    public void The_corners_of_the_space()
    {
        NeuralNetworkHyperparameters first = _space.SampleFromFeatureSpace([.. Enumerable.Repeat(0.0, _space.FeatureSpaceDim)]);
        NeuralNetworkHyperparameters last =
            _space.SampleFromFeatureSpace([.. Enumerable.Repeat(0.99999999, _space.FeatureSpaceDim)]);
        Assert.Equal("8 ReLU, batch norm, rate 0.0001, decay 1e-06, batch 16, 5 epochs", first.ToString());
        Assert.Equal("256-256-256 Tanh, dropout 0.6, rate 0.03, decay 1, batch 256, 80 epochs", last.ToString());
    }

    [Fact]
    public void A_point_goes_to_the_space_and_back()
    {
        NeuralNetworkHyperparameters option = new()
        {
            HiddenLayers = 3, Width = 128, WidthRatio = 0.7, Activation = ActivationFunction.SiLU, Dropout = 0.3,
            BatchNorm = true, LearningRate = 0.005, WeightDecay = 0.2, BatchSize = 64, Epochs = 40,
        };
        NeuralNetworkHyperparameters back = _space.SampleFromFeatureSpace(_space.MappingToFeatureSpace(option));
        Assert.Equal("128-90-63 SiLU, dropout 0.3, batch norm, rate 0.005, decay 0.2, batch 64, 40 epochs", option.ToString());
        Assert.Equal(option.ToString(), back.ToString());
    }

    [Fact]
    public void An_option_that_is_not_searched_has_the_default_of_the_space_or_of_the_class()
    {
        NeuralNetworkHyperparameters defaults = new() { Width = 48, Activation = ActivationFunction.GELU };
        SearchSpace<NeuralNetworkHyperparameters> fixedWidth = new(defaults), plain = new();
        foreach (string name in (string[])["Width", "Activation"])
        {
            fixedWidth.Remove(name);
            plain.Remove(name);
        }
        double[] middle = [.. Enumerable.Repeat(0.5, plain.FeatureSpaceDim)];
        Assert.Equal((48, ActivationFunction.GELU), Pair(fixedWidth.SampleFromFeatureSpace(middle)));
        Assert.Equal((64, ActivationFunction.ReLU), Pair(plain.SampleFromFeatureSpace(middle)));

        static (int, ActivationFunction) Pair(NeuralNetworkHyperparameters option) => (option.Width, option.Activation);
    }

    [Fact]
    public void ApplyTo_sets_the_network_and_its_training_and_leaves_the_rest()
    {
        NeuralNetworkBinaryTrainer.Options options = new()
        {
            LabelColumnName = "Sick", BalanceClasses = true, Seed = 7, Schedule = new CosineSchedule(),
        };
        NeuralNetworkHyperparameters option = new()
        {
            HiddenLayers = 2, Width = 10, WidthRatio = 0.33, Activation = ActivationFunction.Tanh, Dropout = 0.25,
            BatchNorm = true, LearningRate = 0.02, WeightDecay = 0.5, BatchSize = 16, Epochs = 3,
        };
        option.ApplyTo(options);
        NetworkDefinition expected = FeedForward.Create(new TensorShape(5), 2, [10, 3], new Tanh(), 0.25, batchNorm: true);
        option.Width = 99;
        Assert.Equal(expected, options.Architecture!(new TensorShape(5), 2));
        Assert.Equal(
            new NeuralNetworkBinaryTrainer.Options
            {
                LabelColumnName = "Sick", BalanceClasses = true, Seed = 7, Schedule = new CosineSchedule(), LearningRate = 0.02,
                Optimizer = new AdamW(WeightDecay: 0.5), BatchSize = 16, Epochs = 3, Frozen = options.Frozen,
                Architecture = options.Architecture,
            },
            options);
    }

    [Theory]
    [InlineData(ActivationFunction.ReLU, typeof(ReLU))]
    [InlineData(ActivationFunction.LeakyReLU, typeof(LeakyReLU))]
    [InlineData(ActivationFunction.GELU, typeof(GELU))]
    [InlineData(ActivationFunction.SiLU, typeof(SiLU))]
    [InlineData(ActivationFunction.Tanh, typeof(Tanh))]
    public void Every_activation_has_its_layer(ActivationFunction function, Type layer)
    {
        NeuralNetworkRegressionTrainer.Options options = new();
        new NeuralNetworkHyperparameters { HiddenLayers = 1, Activation = function }.ApplyTo(options);
        NetworkDefinition network = options.Architecture!(new TensorShape(2), 1);
        Assert.Contains(network.Nodes, node => node.Layer.GetType() == layer);
    }

    [Fact]
    public void Without_hidden_layers_it_is_a_linear_model()
    {
        NeuralNetworkHyperparameters option = new() { HiddenLayers = 0 };
        Assert.StartsWith("linear, rate", option.ToString());
        NeuralNetworkRegressionTrainer.Options options = new();
        option.ApplyTo(options);
        Assert.Equal(FeedForward.Create(new TensorShape(3), 1, []), options.Architecture!(new TensorShape(3), 1));
    }
}
