"""Images per second of the kit's networks in PyTorch, on the weights and the batch that the kit's `bench` wrote."""
import argparse
import json
import os
import statistics
import time

import torch
from torch import nn

# The largest relative distance of the scores in float32: the same network, other kernels.
TOLERANCE = 1e-3
WARM_UP_STEPS = 10


class BasicBlock(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False), nn.BatchNorm2d(outputs)
        self.conv2, self.bn2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False), nn.BatchNorm2d(outputs)
        self.relu = nn.ReLU(inplace=True)
        self.downsample = None
        if stride != 1 or inputs != outputs:
            self.downsample = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x):
        y = self.bn2(self.conv2(self.relu(self.bn1(self.conv1(x)))))
        return self.relu(y + (x if self.downsample is None else self.downsample(x)))


class ResNet18(nn.Module):
    """With torchvision's names, which is not always installed."""

    def __init__(self, classes):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(3, 64, 7, 2, 3, bias=False), nn.BatchNorm2d(64)
        self.relu, self.maxpool = nn.ReLU(inplace=True), nn.MaxPool2d(3, 2, 1)
        widths = [64, 64, 128, 256, 512]
        for stage in range(1, 5):
            first = BasicBlock(widths[stage - 1], widths[stage], 1 if stage == 1 else 2)
            setattr(self, f"layer{stage}", nn.Sequential(first, BasicBlock(widths[stage], widths[stage], 1)))
        self.avgpool, self.fc = nn.AdaptiveAvgPool2d(1), nn.Linear(512, classes)

    def forward(self, x):
        x = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        return self.fc(self.avgpool(x).flatten(1))


class SimpleCnn(nn.Module):
    def __init__(self, classes):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(3, 32, 3, padding=1), nn.ReLU(inplace=True), nn.MaxPool2d(2),
            nn.Conv2d(32, 64, 3, padding=1), nn.ReLU(inplace=True), nn.MaxPool2d(2))
        self.classifier = nn.Sequential(nn.Linear(64 * 8 * 8, classes))

    def forward(self, x):
        return self.classifier(self.features(x).flatten(1))


NETWORKS = {"SimpleCnn": SimpleCnn, "ResNet-18": ResNet18}


def load_safetensors(path):
    """The tensors of a file of Single: a length, a JSON header of shapes and offsets, the values."""
    with open(path, "rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
        values = torch.frombuffer(bytearray(file.read()), dtype=torch.float32)
    header.pop("__metadata__", None)
    return {name: values[entry["data_offsets"][0] // 4:entry["data_offsets"][1] // 4].reshape(entry["shape"])
            for name, entry in header.items()}


class Benchmark:
    def __init__(self, options, name):
        self.options, self.name = options, name
        self.on_gpu = options.device != "cpu"
        batch = load_safetensors(os.path.join(options.results, f"{name}.batch.safetensors"))
        self.images = self.host(batch["images"].reshape(-1, 3, 32, 32))
        self.labels = self.host(batch["labels"].long())
        self.expected = batch["scores"]

    def host(self, tensor):
        return tensor.pin_memory() if self.on_gpu else tensor

    def network(self, layout):
        network = NETWORKS[self.name](self.expected.shape[1])
        weights = load_safetensors(os.path.join(self.options.results, f"{self.name}.safetensors"))
        # The counter of batches is PyTorch's own.
        missing, unexpected = network.load_state_dict(weights, strict=False)
        if unexpected or any(not key.endswith("num_batches_tracked") for key in missing):
            raise SystemExit(f"{self.name} has other weights: missing {missing}, unexpected {unexpected}")
        return network.to(self.options.device, memory_format=layout)

    def inputs(self, layout):
        return self.images.to(self.options.device, non_blocking=True).contiguous(memory_format=layout)

    def autocast(self, half):
        return torch.autocast(self.options.device.split(":")[0], dtype=torch.bfloat16, enabled=half)

    def compare(self):
        network = self.network(torch.contiguous_format).eval()
        with torch.inference_mode():
            scores = network(self.inputs(torch.contiguous_format)).cpu()
        error = ((scores - self.expected).norm() / self.expected.norm()).item()
        if not error <= TOLERANCE:
            raise SystemExit(f"{self.name} has other scores: relative distance {error:.2g}")

    def train(self, layout, half):
        network = self.network(layout).train()
        loss_of = nn.CrossEntropyLoss()
        optimizer = torch.optim.SGD(network.parameters(), lr=1e-3, momentum=0.9)

        def step():
            labels = self.labels.to(self.options.device, non_blocking=True)
            with self.autocast(half):
                loss = loss_of(network(self.inputs(layout)), labels)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
            loss.item()

        return self.measure(step)

    def score(self, layout, half):
        network = self.network(layout).eval()

        def step():
            with torch.inference_mode(), self.autocast(half):
                network(self.inputs(layout)).float().cpu()

        return self.measure(step)

    def measure(self, step):
        for _ in range(WARM_UP_STEPS):
            step()
        speeds = []
        for _ in range(self.options.rounds):
            start, steps = time.perf_counter(), 0
            while steps == 0 or time.perf_counter() - start < self.options.seconds:
                step()
                steps += 1
            speeds.append(steps * len(self.images) / (time.perf_counter() - start))
        return statistics.median(speeds)


def allow_tensor_float32(allowed):
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = allowed


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--results", default="results", help="the folder of the kit's results")
    parser.add_argument("--device", default="cuda:0")
    parser.add_argument("--batch-size", type=int, help="taken, for the kit's options: the batch is the one that the kit wrote")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=1)
    options = parser.parse_args()
    # The best that one setting gives: cuDNN tries its algorithms, and either layout of images may be the faster one.
    torch.backends.cudnn.benchmark = True
    precisions = ["float32", "TensorFloat-32", "bfloat16"] if options.device != "cpu" else ["float32", "bfloat16"]
    with open(os.path.join(options.results, "torch.tsv"), "w") as file:
        for name in NETWORKS:
            benchmark = Benchmark(options, name)
            allow_tensor_float32(False)
            benchmark.compare()
            for precision in precisions:
                allow_tensor_float32(precision == "TensorFloat-32")
                for work, run in [("training", benchmark.train), ("scoring", benchmark.score)]:
                    speed = max(run(layout, precision == "bfloat16") for layout in (torch.contiguous_format, torch.channels_last))
                    line = f"{name}, {work}, {precision}, images/s\t{speed:.0f}\n"
                    file.write(line)
                    print(line.replace("\t", ": "), end="")


main()
