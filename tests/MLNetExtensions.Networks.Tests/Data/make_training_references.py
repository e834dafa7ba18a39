"""Records what PyTorch computes for losses and learning rate schedules, as training_references.json beside this script.

Run with a Python that has PyTorch (1.13 was used): python3 make_training_references.py
"""
import json
import os

import torch
import torch.nn.functional as F
from torch.optim import lr_scheduler as schedulers

torch.manual_seed(1)
torch.set_default_dtype(torch.float64)


def rounded(tensor):
    return [float(value) for value in tensor.flatten()]


def loss_case(loss, parameters, outputs, targets, weights, mean):
    outputs = outputs.float().double().requires_grad_()
    value = mean(outputs)
    value.backward()
    return {
        "loss": loss, "parameters": parameters, "outputs": rounded(outputs), "targets": rounded(targets),
        "weights": [] if weights is None else rounded(weights), "mean": value.item(), "gradient": rounded(outputs.grad),
    }


def losses():
    cases = []
    example_weights = torch.tensor([0.5, 2.0, 0.0, 1.25, 3.0])

    labels = torch.tensor([0, 3, 1, 3, 2])
    class_weights = torch.tensor([0.5, 2.0, 1.0, 4.0])
    for scale in (1, 30):
        for smoothing in (0.0, 0.1):
            for classes in (None, class_weights):
                for weights in (None, example_weights):
                    def mean(x):
                        if weights is None:
                            return F.cross_entropy(x, labels, weight=classes, label_smoothing=smoothing)
                        each = F.cross_entropy(x, labels, weight=classes, label_smoothing=smoothing, reduction="none")
                        return (weights * each).sum() / (weights * (1 if classes is None else classes[labels])).sum()
                    parameters = {"labelSmoothing": smoothing, "classWeights": [] if classes is None else rounded(classes)}
                    cases.append(loss_case("CrossEntropy", parameters, scale * torch.randn(5, 4), labels.double(), weights, mean))

    def elementwise(loss, parameters, outputs, targets, function):
        for weights in (None, example_weights):
            def mean(x):
                if weights is None:
                    return function(x, targets, reduction="mean")
                each = function(x, targets, reduction="none")
                return (weights[:, None] * each).sum() / (weights.sum() * each.shape[1])
            cases.append(loss_case(loss, parameters, outputs, targets, weights, mean))

    for positive in (1.0, 3.5):
        for scale in (1, 100):
            elementwise(
                "BinaryCrossEntropy", {"positiveWeight": positive}, scale * torch.randn(5, 2), torch.tensor(
                    [[0.0, 1.0], [1.0, 1.0], [0.0, 0.0], [1.0, 0.0], [0.25, 0.75]]),
                lambda x, y, reduction: F.binary_cross_entropy_with_logits(x, y, pos_weight=torch.tensor(positive), reduction=reduction))
    targets = torch.randn(5, 2).float().double()
    outputs = targets + 2 * torch.randn(5, 2)
    outputs[1, 1] = targets[1, 1]
    elementwise("MeanSquaredError", {}, outputs, targets, F.mse_loss)
    elementwise("L1", {}, outputs, targets, F.l1_loss)
    for delta in (1.0, 0.3):
        elementwise("Huber", {"delta": delta}, outputs, targets, lambda x, y, reduction: F.huber_loss(x, y, delta=delta, reduction=reduction))
    return cases


def rates(make, steps, after_step):
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=0.5)
    scheduler = make(optimizer)
    recorded = []
    for step in range(steps):
        recorded.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        after_step(scheduler, step)
    return recorded


def schedules():
    epochs, per_epoch = 8, 5
    steps = epochs * per_epoch

    def each_step(scheduler, step):
        if step + 1 < steps:
            scheduler.step()

    def each_epoch(scheduler, step):
        if (step + 1) % per_epoch == 0:
            scheduler.step()

    plateau_losses = [1.0, 0.9, 0.91, 0.92, 0.8999999, 0.95, 0.5, 0.6, 0.6, 0.6, 0.6, 0.6, 0.4, 0.4, 0.4, 0.4]

    def plateau(scheduler, step):
        scheduler.step(plateau_losses[step])

    warm = 2 * per_epoch
    return {
        "epochs": epochs, "stepsPerEpoch": per_epoch, "baseRate": 0.5, "plateauLosses": plateau_losses,
        "rates": {
            "step": rates(lambda o: schedulers.StepLR(o, 3, 0.2), steps, each_epoch),
            "exponential": rates(lambda o: schedulers.ExponentialLR(o, 0.8), steps, each_epoch),
            "cosine": rates(lambda o: schedulers.CosineAnnealingLR(o, steps, 0.01), steps, each_step),
            "oneCycle": rates(lambda o: schedulers.OneCycleLR(o, 0.5, total_steps=steps, cycle_momentum=False), steps, each_step),
            "oneCycleOther": rates(lambda o: schedulers.OneCycleLR(
                o, 0.5, total_steps=steps, pct_start=0.1, div_factor=10, final_div_factor=100, cycle_momentum=False), steps, each_step),
            "warmupCosine": rates(lambda o: schedulers.SequentialLR(o, [
                schedulers.LinearLR(o, 0.1, total_iters=warm),
                schedulers.CosineAnnealingLR(o, steps - warm)], [warm]), steps, each_step),
            "plateau": rates(lambda o: schedulers.ReduceLROnPlateau(o, factor=0.5, patience=1), len(plateau_losses), plateau),
            "plateauCooldown": rates(lambda o: schedulers.ReduceLROnPlateau(
                o, factor=0.1, patience=0, threshold=0.05, cooldown=2, min_lr=0.01), len(plateau_losses), plateau),
        },
    }


path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "training_references.json")
with open(path, "w") as file:
    cases = ",\n".join(json.dumps(case) for case in losses())
    file.write(f'{{"losses": [\n{cases}\n],\n"schedules": {json.dumps(schedules())}}}\n')
