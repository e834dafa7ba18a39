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


class BasicBlock(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False), nn.BatchNorm2d(outputs)
        self.conv2, self.bn2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False), nn.BatchNorm2d(outputs)
        self.relu = nn.ReLU(inplace=True)
        self.downsample = nn.Sequential(
            nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs)) if inputs != outputs else None

    def forward(self, x):
        y = self.bn2(self.conv2(self.relu(self.bn1(self.conv1(x)))))
        return self.relu(y + (self.downsample(x) if self.downsample else x))


def resnet18():
    layers, channels = OrderedDict(
        conv1=nn.Conv2d(3, 64, 7, 2, 3, bias=False), bn1=nn.BatchNorm2d(64), relu=nn.ReLU(inplace=True),
        maxpool=nn.MaxPool2d(3, 2, 1)), 64
    for i, outputs in enumerate((64, 128, 256, 512), 1):
        layers[f"layer{i}"] = nn.Sequential(
            BasicBlock(channels, outputs, 1 if channels == outputs else 2), BasicBlock(outputs, outputs, 1))
        channels = outputs
    return nn.Sequential(layers | OrderedDict(avgpool=nn.AdaptiveAvgPool2d(1), flatten=nn.Flatten(), fc=nn.Linear(512, 10)))


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
    "resnet18-training": (resnet18, nn.CrossEntropyLoss, lambda weights: torch.optim.SGD(weights, lr=3e-4)),
    "mlp-training": (mlp, nn.BCEWithLogitsLoss, lambda weights: torch.optim.Adam(weights, lr=1e-3)),
}
INFERENCE = {"lenet5-row": lenet5, "mlp-row": mlp, "vgg16-features": vgg16_features}


def make(name, threads, features, targets, weights):
    """Returns a function that does the step on a given batch, one for the result to compare, and the context for both."""
    torch.set_num_threads(threads)
    make_network = INFERENCE.get(name) or TRAINING[name][0]
    network = make_network()
    # Not strict: batch normalisation also counts its batches, which changes nothing here.
    network.load_state_dict({key: torch.from_numpy(value) for key, value in weights.items()}, strict=False)
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

    return step, lambda: {key: value.numpy() for key, value in network.state_dict().items() if key in weights}, nullcontext
