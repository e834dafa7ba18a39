using static TorchSharp.Operator;

namespace TorchSharp;

public static partial class torch
{
    public static class nn
    {
        public static class functional
        {
            public static Tensor conv2d(Tensor input, Tensor weight, Tensor bias = null, long[] strides = null,
                long[] padding = null, long[] dilation = null, long groups = 1) =>
                Call("aten::conv2d", input, weight, bias, strides, padding, dilation, groups);

            public static Tensor linear(Tensor input, Tensor weights, Tensor bias = null) =>
                Call("aten::linear", input, weights, bias);

            public static Tensor batch_norm(Tensor input, Tensor running_mean, Tensor running_var, Tensor weight = null,
                Tensor bias = null, bool training = false, double momentum = 0.1, double eps = 1e-5) =>
                Call("aten::batch_norm", input, weight, bias, running_mean, running_var, training, momentum, eps, false);

            public static Tensor layer_norm(Tensor input, long[] normalized_shape, Tensor weight = null, Tensor bias = null,
                double eps = 1e-5) =>
                Call("aten::layer_norm", input, normalized_shape, weight, bias, eps);

            /// <summary>Not an operator of libtorch: x / (k + alpha · mean of x² over neighbouring channels)^beta.</summary>
            public static Tensor local_response_norm(Tensor input, long size, double alpha = 0.0001, double beta = 0.75,
                double k = 1)
            {
                using var squares = input.mul(input);
                using var rows = Call("aten::flatten.using_ints", squares, 2);
                using var image = Call("aten::unsqueeze", rows, 1);
                using var padded = Call("aten::constant_pad_nd", image, new[] { 0, 0, size / 2, (size - 1) / 2 }, 0.0);
                using var means = Call("aten::avg_pool2d", padded, new[] { size, 1 }, new[] { 1L, 1 });
                using var shaped = Call("aten::reshape_as", means, input);
                using var scaled = shaped.mul(alpha);
                using var sum = Call("aten::add.Scalar", scaled, k);
                using var divisor = Call("aten::pow.Tensor_Scalar", sum, beta);
                return Call("aten::div.Tensor", input, divisor);
            }

            public static Tensor max_pool2d(Tensor input, long[] kernelSize, long[] strides = null, long[] padding = null,
                long[] dilation = null, bool ceil_mode = false) =>
                Call("aten::max_pool2d", input, kernelSize, strides, padding, dilation, ceil_mode);

            public static Tensor avg_pool2d(Tensor input, long[] kernelSizes, long[] strides = null, long[] paddings = null,
                bool ceil_mode = false, bool count_include_pad = true) =>
                Call("aten::avg_pool2d", input, kernelSizes, strides, paddings, ceil_mode, count_include_pad);

            public static Tensor adaptive_avg_pool2d(Tensor input, long[] output_size) =>
                Call("aten::adaptive_avg_pool2d", input, output_size);
        }
    }
}
