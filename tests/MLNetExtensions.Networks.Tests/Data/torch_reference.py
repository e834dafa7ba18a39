"""Records what PyTorch computes for every layer and 20 steps of every optimiser, as layer_references.json beside this script.

Weights and inputs come from a formula that the test repeats (see values), so only results are stored.
Run with a Python that has PyTorch (1.13 was used): python3 torch_reference.py
"""
import json
import os

import numpy
import torch
from torch import nn

torch.set_default_dtype(torch.float64)

ROW, IMAGE = [4], [3, 6, 5]


def values(seed, shape, scale=1.0, offset=0.0):
    count = int(numpy.prod(shape))
    numbers = scale * numpy.sin(seed + 1.7 * numpy.arange(count) + 0.01 * numpy.arange(count) ** 2) + offset
    return torch.from_numpy(numbers.astype(numpy.float32).astype(numpy.float64).reshape(shape))


def fill(module):
    for index, (name, tensor) in enumerate(module.state_dict().items()):
        if not name.endswith("num_batches_tracked"):
            tensor.copy_(values(index, tensor.shape, 0.3, 0.7 if name.endswith("running_var") else 0.1))


def rounded(tensor):
    return [float(f"{value:.9g}") for value in tensor.detach().flatten().tolist()]


class Normalize(nn.Module):
    def forward(self, x):
        return (x - 0.5) / 0.25


class Residual(nn.Module):
    """x → linear (0) → 1, 2, 3 on a branch, added to it (4) → 5"""

    def __init__(self):
        super().__init__()
        for name, layer in {"0": nn.Linear(4, 6), "1": nn.Linear(6, 6), "2": nn.ReLU(), "3": nn.Linear(6, 6), "5": nn.Linear(6, 3)}.items():
            self.add_module(name, layer)

    def forward(self, x):
        layers = dict(self.named_children())
        x = layers["0"](x)
        return layers["5"](layers["3"](layers["2"](layers["1"](x))) + x)


class Branches(nn.Module):
    """An image → linear (0) → 1 | 2, 3 | itself, behind each other (4) → flat (5) → 6"""

    def __init__(self):
        super().__init__()
        for name, layer in {"0": nn.Linear(5, 5), "1": nn.MaxPool2d(3, 1, 1), "2": nn.Conv2d(3, 2, 1), "3": nn.Tanh(), "6": nn.Linear(240, 3)}.items():
            self.add_module(name, layer)

    def forward(self, x):
        layers = dict(self.named_children())
        x = layers["0"](x)
        return layers["6"](torch.cat([layers["1"](x), layers["3"](layers["2"](x)), x], dim=1).flatten(1))


def node(index, layer, **options):
    return {"name": str(index), "layer": {"layer": layer, **options}, "inputs": [str(index - 1) if index else "input"]}


def record_layer(shape, nodes, module):
    fill(module)
    x = values(50, [7, *shape])
    module.train()
    outputs = module(x)
    target = values(60, outputs.shape)
    loss = nn.functional.mse_loss(outputs, target)
    loss.backward()
    case = {
        "network": {"version": 1, "input": shape, "nodes": nodes},
        "trainingLoss": loss.item(),
        "gradients": {name: rounded(parameter.grad) for name, parameter in module.named_parameters()},
        "buffers": {name: rounded(buffer) for name, buffer in module.named_buffers() if not name.endswith("num_batches_tracked")},
    }
    module.eval()
    return {**case, "outputs": rounded(module(x))}


def between_linears(shape, layer, module, **options):
    """linear → the layer → (flat) → linear, so that the gradient with respect to the layer's input shows."""
    width = shape[-1] + 1
    with torch.no_grad():
        inner = module(torch.zeros(2, *shape[:-1], width))
    image = len(shape) > 1
    modules = [nn.Linear(shape[-1], width), module, *([nn.Flatten()] if image else []), nn.Linear(inner[0].numel(), 3)]
    nodes = [node(0, "Linear", outFeatures=width), node(1, layer, **options), *([node(2, "Flatten")] if image else []),
             node(len(modules) - 1, "Linear", outFeatures=3)]
    return record_layer(shape, nodes, nn.Sequential(*modules))


def layers():
    cases = [
        between_linears(ROW, "Linear", nn.Linear(5, 6, bias=False), outFeatures=6, bias=False),
        between_linears(ROW, "BatchNorm1d", nn.BatchNorm1d(5, momentum=0.3), momentum=0.3),
        between_linears(ROW, "LayerNorm", nn.LayerNorm(5)),
        between_linears(IMAGE, "Normalize", Normalize(), mean=[0.5], standardDeviation=[0.25]),
        between_linears(IMAGE, "Conv2d", nn.Conv2d(3, 4, 3, 2, 1), outChannels=4, kernelSize=3, stride=2, padding=1),
        between_linears(
            IMAGE, "Conv2d", nn.Conv2d(3, 6, 2, dilation=2, groups=3, bias=False), outChannels=6, kernelSize=2, dilation=2, groups=3, bias=False),
        between_linears(IMAGE, "MaxPool2d", nn.MaxPool2d(3, 2, 1, ceil_mode=True), kernelSize=3, stride=2, padding=1, ceilMode=True),
        between_linears(IMAGE, "AvgPool2d", nn.AvgPool2d(3, 2, 1), kernelSize=3, stride=2, padding=1),
        between_linears(
            IMAGE, "AvgPool2d", nn.AvgPool2d(4, 3, 1, ceil_mode=True, count_include_pad=False),
            kernelSize=4, stride=3, padding=1, ceilMode=True, countIncludePad=False),
        between_linears(IMAGE, "AdaptiveAvgPool2d", nn.AdaptiveAvgPool2d((4, 5)), height=4, width=5),
        between_linears(IMAGE, "BatchNorm2d", nn.BatchNorm2d(3)),
        between_linears(IMAGE, "LayerNorm", nn.LayerNorm([6, 6]), normalizedRank=2),
        between_linears(IMAGE, "LocalResponseNorm", nn.LocalResponseNorm(2, 0.5, 0.6, 1.5), size=2, alpha=0.5, beta=0.6, k=1.5),
        between_linears(IMAGE, "LocalResponseNorm", nn.LocalResponseNorm(3), size=3),
        between_linears(IMAGE, "Softmax", nn.Softmax(dim=1)),
        record_layer(ROW, [
            node(0, "Linear", outFeatures=6), node(1, "Linear", outFeatures=6), node(2, "ReLU"), node(3, "Linear", outFeatures=6),
            {"name": "4", "layer": {"layer": "Add"}, "inputs": ["3", "0"]}, node(5, "Linear", outFeatures=3)], Residual()),
        record_layer(IMAGE, [
            node(0, "Linear", outFeatures=5), {"name": "1", "layer": {"layer": "MaxPool2d", "kernelSize": 3, "stride": 1, "padding": 1}, "inputs": ["0"]},
            {"name": "2", "layer": {"layer": "Conv2d", "outChannels": 2, "kernelSize": 1}, "inputs": ["0"]}, node(3, "Tanh"),
            {"name": "4", "layer": {"layer": "Concat"}, "inputs": ["1", "3", "0"]}, node(5, "Flatten"), node(6, "Linear", outFeatures=3)], Branches()),
    ]
    activations = {
        "ReLU": nn.ReLU(), "LeakyReLU": nn.LeakyReLU(0.01), "GELU": nn.GELU(), "SiLU": nn.SiLU(), "Tanh": nn.Tanh(), "Sigmoid": nn.Sigmoid(),
        "Softmax": nn.Softmax(dim=1),
    }
    return cases + [between_linears(ROW, name, module) for name, module in activations.items()]


def optimisers():
    runs = {
        "Sgd": ({}, torch.optim.SGD, {}),
        "Sgd with momentum": ({"momentum": 0.9, "dampening": 0.3, "weightDecay": 0.01}, torch.optim.SGD,
                              {"momentum": 0.9, "dampening": 0.3, "weight_decay": 0.01}),
        "Sgd with Nesterov": ({"momentum": 0.8, "nesterov": True}, torch.optim.SGD, {"momentum": 0.8, "nesterov": True}),
        "Adam": ({}, torch.optim.Adam, {}),
        "Adam with penalty": ({"beta1": 0.8, "beta2": 0.95, "epsilon": 1e-3, "weightDecay": 0.1}, torch.optim.Adam,
                              {"betas": (0.8, 0.95), "eps": 1e-3, "weight_decay": 0.1}),
        "AdamW": ({"weightDecay": 0.1}, torch.optim.AdamW, {"weight_decay": 0.1}),
        "RmsProp": ({"weightDecay": 0.01}, torch.optim.RMSprop, {"weight_decay": 0.01}),
        "RmsProp centred": ({"alpha": 0.9, "momentum": 0.5, "centered": True}, torch.optim.RMSprop, {"alpha": 0.9, "momentum": 0.5, "centered": True}),
        "Sgd clipped": ({}, torch.optim.SGD, {}),
    }
    cases = []
    for name, (options, make, arguments) in runs.items():
        module = nn.Sequential(nn.Linear(4, 6), nn.Tanh(), nn.Linear(6, 3))
        fill(module)
        optimiser = make(module.parameters(), lr=0.02, **arguments)
        losses = []
        for step in range(20):
            for group in optimiser.param_groups:
                group["lr"] = 0.02 / (1 + 0.1 * step)
            optimiser.zero_grad()
            loss = nn.functional.cross_entropy(module(values(50 + step, [7, 4])), torch.arange(7) % 3)
            loss.backward()
            if name == "Sgd clipped":
                nn.utils.clip_grad_value_(module.parameters(), 0.05)
                nn.utils.clip_grad_norm_(module.parameters(), 0.1)
            optimiser.step()
            losses.append(loss.item())
        cases.append({"name": name, "options": options, "losses": losses, "weights": {key: rounded(value) for key, value in module.state_dict().items()}})
    return cases


path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "layer_references.json")
with open(path, "w") as file:
    json.dump({"layers": layers(), "optimisers": optimisers()}, file)
    file.write("\n")
