"""Convolutional networks in vectorised NumPy: im2col, forward, backward and gradient descent.

Images are laid out channel first, then example: [channels, examples, height, width]. So a convolution, its weight gradient and
its input gradient are each one matrix product, with nothing to transpose.
"""
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


class Conv2d:
    def __init__(self, weight, bias, padding):
        self.parameters = [weight, bias]
        self.padding = padding

    def forward(self, x):
        weight, bias = self.parameters
        (channels, examples), (outputs, _, size, _) = x.shape[:2], weight.shape
        self.input_shape = x.shape
        if self.padding:
            x = np.pad(x, ((0, 0), (0, 0), (self.padding,) * 2, (self.padding,) * 2))
        windows = sliding_window_view(x, (size, size), axis=(2, 3))
        self.output_shape = (outputs, examples, *windows.shape[2:4])
        self.columns = windows.transpose(0, 4, 5, 1, 2, 3).reshape(channels * size * size, -1)
        y = weight.reshape(outputs, -1) @ self.columns
        y += bias[:, None]
        return y.reshape(self.output_shape)

    def backward(self, dy, needs_dx):
        weight, _ = self.parameters
        outputs, channels, size, _ = weight.shape
        dy = dy.reshape(outputs, -1)
        self.gradients = [(dy @ self.columns.T).reshape(weight.shape), dy.sum(axis=1)]
        if not needs_dx:
            return None
        _, examples, out_height, out_width = self.output_shape
        _, _, height, width = self.input_shape
        columns = (weight.reshape(outputs, -1).T @ dy).reshape(channels, size, size, examples, out_height, out_width)
        dx = np.zeros((channels, examples, height + 2 * self.padding, width + 2 * self.padding), dy.dtype)
        for row in range(size):
            for column in range(size):
                dx[:, :, row:row + out_height, column:column + out_width] += columns[:, row, column]
        return dx[:, :, self.padding:self.padding + height, self.padding:self.padding + width]


class ReLU:
    parameters = ()

    def forward(self, x):
        self.positive = x > 0
        return np.maximum(x, 0, out=x)

    def backward(self, dy, needs_dx):
        dy *= self.positive
        return dy


class MaxPool2:
    """The largest of 2 × 2. Equal values share no gradient here: behind a ReLU they are zeros, through which none goes."""
    parameters = ()

    def forward(self, x):
        self.x = x[:, :, :x.shape[2] // 2 * 2, :x.shape[3] // 2 * 2]
        self.shape = x.shape
        rows = np.maximum(self.x[:, :, 0::2], self.x[:, :, 1::2])
        self.y = np.maximum(rows[..., 0::2], rows[..., 1::2])
        return self.y.copy()

    def backward(self, dy, needs_dx):
        dx = np.zeros(self.shape, dy.dtype)
        inner = dx[:, :, :self.x.shape[2], :self.x.shape[3]]
        for row in (0, 1):
            for column in (0, 1):
                np.multiply(
                    dy, self.x[:, :, row::2, column::2] == self.y, out=inner[:, :, row::2, column::2])
        return dx


class Flatten:
    """[channels, examples, height, width] to [examples, features]."""
    parameters = ()

    def forward(self, x):
        self.shape = x.shape
        return x.transpose(1, 0, 2, 3).reshape(x.shape[1], -1)

    def backward(self, dy, needs_dx):
        channels, examples, height, width = self.shape
        return np.ascontiguousarray(dy.reshape(examples, channels, height, width).transpose(1, 0, 2, 3))


class Linear:
    def __init__(self, weight, bias):
        self.parameters = [weight, bias]

    def forward(self, x):
        weight, bias = self.parameters
        self.x = x
        return x @ weight.T + bias

    def backward(self, dy, needs_dx):
        self.gradients = [dy.T @ self.x, dy.sum(axis=0)]
        return dy @ self.parameters[0] if needs_dx else None


def cross_entropy(logits, targets):
    """The mean loss and its gradient."""
    rows = np.arange(len(targets))
    shifted = logits - logits.max(axis=1, keepdims=True)
    exponentials = np.exp(shifted)
    sums = exponentials.sum(axis=1, keepdims=True)
    loss = (np.log(sums[:, 0]) - shifted[rows, targets]).mean()
    gradient = exponentials / sums
    gradient[rows, targets] -= 1
    gradient /= len(targets)
    return loss, gradient


class Network:
    def __init__(self, layers):
        self.layers = layers

    def train_step(self, images, targets, learning_rate):
        """One step of gradient descent on images [examples, channels, height, width]; returns the loss before it."""
        x = np.ascontiguousarray(images.transpose(1, 0, 2, 3))
        for layer in self.layers:
            x = layer.forward(x)
        loss, gradient = cross_entropy(x, targets)
        for layer in reversed(self.layers):
            gradient = layer.backward(gradient, needs_dx=layer is not self.layers[0])
        for layer in self.layers:
            for parameter, gradient in zip(layer.parameters, getattr(layer, "gradients", ())):
                parameter -= learning_rate * gradient
        return loss


def lenet5(weights):
    conv, linear = _makers(weights)
    return Network([
        conv("features.0", 2), ReLU(), MaxPool2(), conv("features.3", 0), ReLU(), MaxPool2(), Flatten(),
        linear("classifier.0"), ReLU(), linear("classifier.2"), ReLU(), linear("classifier.4")])


def simple_cnn(weights):
    conv, linear = _makers(weights)
    return Network([
        conv("features.0", 1), ReLU(), MaxPool2(), conv("features.3", 1), ReLU(), MaxPool2(), Flatten(), linear("classifier.0")])


def _makers(weights):
    return (
        lambda name, padding: Conv2d(weights[name + ".weight"], weights[name + ".bias"], padding),
        lambda name: Linear(weights[name + ".weight"], weights[name + ".bias"]))
