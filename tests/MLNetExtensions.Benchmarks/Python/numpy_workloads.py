"""The workloads in NumPy, for worker.py."""
import numpy as np

import blas
import numpy_cnn

LIBRARY = f"NumPy {np.__version__} ({blas.name()})"
NETWORKS = {"lenet5-training": numpy_cnn.lenet5, "simplecnn-training": numpy_cnn.simple_cnn}
LEARNING_RATE = 0.01


def make(name, features, targets, weights):
    """Returns a function that does the step on a given batch, and the weights, which it changes."""
    network = NETWORKS[name](weights)
    targets = targets.astype(np.int64)

    def step(batch):
        network.train_step(features[batch], targets[batch], LEARNING_RATE)

    return step, weights
