"""Runs workloads of one library for the benchmarks: worker.py torch|numpy THREADS FOLDER.

Says the library, its version and the BLAS below it once it has loaded, then answers each line with one line, which starts with
'error' when it failed:
  prepare NAME      takes features, targets and weights from FOLDER/NAME.in.safetensors, does the first steps, and writes
                    the weights they lead to (or the outputs) to FOLDER/NAME.out.safetensors; answers 'ready'
  run NAME SECONDS  goes on for so long; answers the steps per second
"""
import importlib
import json
import os
import struct
import sys
from time import perf_counter

import numpy as np

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
    def __init__(self, library, name, threads, folder):
        path = os.path.join(folder, name)
        tensors = read_tensors(path + ".in.safetensors")
        features, targets = tensors.pop("features"), tensors.pop("targets", None)
        self.step, result, self.context = library.make(name, threads, features, targets, tensors)
        self.batches, self.next = len(features), 0
        with self.context():
            self.run(STEPS_TO_COMPARE)
            write_tensors(path + ".out.safetensors", result())

    def run(self, steps):
        for _ in range(steps):
            self.step(self.next)
            self.next = self.next + 1 if self.next + 1 < self.batches else 0

    def measure(self, seconds):
        """Steps per second. The clock is read after portions that grow, so that reading it takes no time."""
        steps, portion, start = 0, 1, perf_counter()
        with self.context():
            while True:
                self.run(portion)
                steps += portion
                elapsed = perf_counter() - start
                if elapsed >= seconds:
                    return steps / elapsed
                if elapsed < seconds / 64:
                    portion *= 2


def main():
    library_name, threads, folder = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    library = importlib.import_module(library_name + "_workloads")
    print(library.LIBRARY, flush=True)
    workloads = {}
    for line in sys.stdin:
        command, name, *arguments = line.split()
        try:
            if command == "prepare":
                workloads[name] = Workload(library, name, threads, folder)
                answer = "ready"
            else:
                answer = workloads[name].measure(float(arguments[0]))
        except Exception as error:
            answer = " ".join(f"error {type(error).__name__}: {error}".split())
        print(answer, flush=True)


if __name__ == "__main__":
    main()
