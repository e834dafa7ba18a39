"""Runs a workload in NumPy for the benchmarks: worker.py WORKLOAD FOLDER.

Takes features, targets and weights from FOLDER/inputs.safetensors, does the first steps, writes the weights they lead to to
FOLDER/result.safetensors, and answers 'ready NAME VERSION'. Then it goes on for as many seconds as each line of input says and
answers it with the steps per second. 'error MESSAGE' ends it.
"""
import json
import os
import struct
import sys
from time import perf_counter

import numpy as np

import numpy_workloads

STEPS_TO_COMPARE = 3


def read_tensors(path):
    with open(path, "rb") as file:
        header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
        values = file.read()
    return {
        name: np.frombuffer(values[slice(*entry["data_offsets"])], "<f4").reshape(entry["shape"]).copy()
        for name, entry in header.items()}


def write_tensors(path, tensors):
    header, end = {}, 0
    for name, tensor in tensors.items():
        header[name] = {"dtype": "F32", "shape": tensor.shape, "data_offsets": (end, end + tensor.nbytes)}
        end += tensor.nbytes
    header = json.dumps(header).encode()
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(header)) + header)
        for tensor in tensors.values():
            file.write(np.ascontiguousarray(tensor, "<f4").tobytes())


class Workload:
    def __init__(self, name, folder):
        tensors = read_tensors(os.path.join(folder, "inputs.safetensors"))
        features, targets = tensors.pop("features"), tensors.pop("targets")
        self.step, result = numpy_workloads.make(name, features, targets, tensors)
        self.batches, self.next = len(features), 0
        self.run(STEPS_TO_COMPARE)
        write_tensors(os.path.join(folder, "result.safetensors"), result)

    def run(self, steps):
        for _ in range(steps):
            self.step(self.next)
            self.next = self.next + 1 if self.next + 1 < self.batches else 0

    def measure(self, seconds):
        """Steps per second. The clock is read after portions that grow, so that reading it takes no time."""
        steps, portion, start = 0, 1, perf_counter()
        while True:
            self.run(portion)
            steps += portion
            elapsed = perf_counter() - start
            if elapsed >= seconds:
                return steps / elapsed
            if elapsed < seconds / 64:
                portion *= 2


def main():
    try:
        workload = Workload(*sys.argv[1:])
        print("ready", numpy_workloads.LIBRARY, flush=True)
        for seconds in sys.stdin:
            print(workload.measure(float(seconds)), flush=True)
    except Exception as error:
        print(" ".join(f"error {type(error).__name__}: {error}".split()), flush=True)


if __name__ == "__main__":
    main()
