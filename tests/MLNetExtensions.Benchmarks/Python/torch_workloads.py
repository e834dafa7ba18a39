"""The workloads in PyTorch, written as its users write them, for worker.py."""
from collections import OrderedDict
from contextlib import nullcontext

import torch
from torch import nn

import blas

LIBRARY = f"PyTorch {torch.__version__} ({'mkl' if torch.backends.mkl.is_available() else blas.name()})"


def lenet5():
    return nn.Sequential(OrderedDict(
        features=nn.Sequential(
            nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2)),
        flatten=nn.Flatten(),
        classifier=nn.Sequential(nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10))))


def simple_cnn():
    return nn.Sequential(OrderedDict(
        features=nn.Sequential(
            nn.Conv2d(3, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(32, 64, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)),
        flatten=nn.Flatten(),
        classifier=nn.Sequential(nn.Linear(4096, 10))))


def mlp():
    return nn.Sequential(nn.Linear(8, 64), nn.ReLU(), nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 1))


def vgg16_features():
    layers, channels = [], 3
    for outputs, count in (64, 2), (128, 2), (256, 3), (512, 3), (512, 3):
        for _ in range(count):
            layers += nn.Conv2d(channels, outputs, 3, padding=1), nn.ReLU(inplace=True)
            channels = outputs
        layers.append(nn.MaxPool2d(2))
    return nn.Sequential(OrderedDict(features=nn.Sequential(*layers)))


TRAINING = {
    "lenet5-training": (lenet5, nn.CrossEntropyLoss, lambda weights: torch.optim.SGD(weights, lr=0.01)),
    "simplecnn-training": (simple_cnn, nn.CrossEntropyLoss, lambda weights: torch.optim.SGD(weights, lr=0.01)),
    "mlp-training": (mlp, nn.BCEWithLogitsLoss, lambda weights: torch.optim.Adam(weights, lr=1e-3)),
}
INFERENCE = {"lenet5-row": lenet5, "mlp-row": mlp, "vgg16-features": vgg16_features}


def make(name, threads, features, targets, weights):
    """Returns a function that does the step on a given batch, one for the result to compare, and the context for both."""
    torch.set_num_threads(threads)
    make_network = INFERENCE.get(name) or TRAINING[name][0]
    network = make_network()
    network.load_state_dict({key: torch.from_numpy(value) for key, value in weights.items()})
    features = list(torch.from_numpy(features))
    if name in INFERENCE:
        network.eval()
        return lambda batch: network(features[batch]), lambda: {"outputs": network(features[0]).numpy()}, torch.inference_mode

    _, make_criterion, make_optimizer = TRAINING[name]
    criterion, optimizer = make_criterion(), make_optimizer(network.parameters())
    targets = torch.from_numpy(targets)
    targets = list(targets.long() if isinstance(criterion, nn.CrossEntropyLoss) else targets[..., None])

    def step(batch):
        optimizer.zero_grad(set_to_none=True)
        criterion(network(features[batch]), targets[batch]).backward()
        optimizer.step()

    return step, lambda: {key: value.numpy() for key, value in network.state_dict().items()}, nullcontext
