namespace MLNetExtensions.Networks.Training;

/// <summary>How gradients change weights: the hyper-parameters, with PyTorch's update rules and defaults. Engines carry them out. The learning rate here is the
/// base that a <see cref="LearningRateSchedule"/> scales.</summary>
/// <param name="LearningRate">The base learning rate, above 0.</param>
/// <param name="WeightDecay">L2 penalty (<see cref="AdamW"/>: decoupled decay), at least 0.</param>
public abstract record Optimizer(double LearningRate, double WeightDecay);

/// <summary>Stochastic gradient descent. v ← momentum·v + (1−dampening)·g (first step: v = g); w ← w − lr·(g + momentum·v if Nesterov, else v).</summary>
/// <param name="LearningRate">The base learning rate.</param>
/// <param name="Momentum">Share of the previous update.</param>
/// <param name="WeightDecay">L2 penalty, added to the gradient.</param>
/// <param name="Dampening">Dampening of the gradient within the momentum.</param>
/// <param name="Nesterov">Nesterov's look-ahead; needs momentum and no dampening.</param>
public sealed record Sgd(double LearningRate = 1e-2, double Momentum = 0, double WeightDecay = 0, double Dampening = 0, bool Nesterov = false)
    : Optimizer(LearningRate, WeightDecay);

/// <summary>Adam (Kingma and Ba, 2015), bias-corrected; weight decay is an L2 penalty on the gradient.</summary>
/// <param name="LearningRate">The base learning rate.</param>
/// <param name="Beta1">Decay of the mean of gradients.</param>
/// <param name="Beta2">Decay of the mean of squared gradients.</param>
/// <param name="Epsilon">Added to the root.</param>
/// <param name="WeightDecay">L2 penalty, added to the gradient.</param>
public sealed record Adam(double LearningRate = 1e-3, double Beta1 = 0.9, double Beta2 = 0.999, double Epsilon = 1e-8, double WeightDecay = 0)
    : Optimizer(LearningRate, WeightDecay);

/// <summary>Adam with decoupled weight decay (Loshchilov and Hutter, 2019): w ← w − lr·decay·w before Adam's step.</summary>
/// <inheritdoc cref="Adam"/>
public sealed record AdamW(double LearningRate = 1e-3, double Beta1 = 0.9, double Beta2 = 0.999, double Epsilon = 1e-8, double WeightDecay = 1e-2)
    : Optimizer(LearningRate, WeightDecay);

/// <summary>RMSprop (Hinton, 2012): s ← alpha·s + (1−alpha)·g²; w ← w − lr·g/(√s + epsilon), with momentum and centring if asked for.</summary>
/// <param name="LearningRate">The base learning rate.</param>
/// <param name="Alpha">Decay of the mean of squared gradients.</param>
/// <param name="Epsilon">Added to the root.</param>
/// <param name="WeightDecay">L2 penalty, added to the gradient.</param>
/// <param name="Momentum">Share of the previous update.</param>
/// <param name="Centered">Whether the squared mean of gradients is subtracted under the root.</param>
public sealed record RmsProp(
    double LearningRate = 1e-2, double Alpha = 0.99, double Epsilon = 1e-8, double WeightDecay = 0, double Momentum = 0, bool Centered = false)
    : Optimizer(LearningRate, WeightDecay);
