using MLNetExtensions.Networks.Managed;

namespace MLNetExtensions.Networks.Tests.Kernels;

/// <summary>The operations as their definitions say, in double, on plain NCHW arrays.</summary>
internal static class Reference
{
    public static double[] Convolution(ConvGeometry g, double[] x, double[] w, double[]? bias, int n, Rectifier rectifier)
    {
        var y = new double[n * g.OutChannels * g.OutHeight * g.OutWidth];
        Visit(g, n, x, w, y, y);
        for (var i = 0; i < y.Length; i++)
        {
            y[i] += bias?[i / (g.OutHeight * g.OutWidth) % g.OutChannels] ?? 0;
        }

        return Clamp(y, rectifier);
    }

    public static double[] Clamp(double[] y, Rectifier rectifier) =>
        [.. y.Select(value => Math.Clamp(value, rectifier.Floor<double>(), rectifier.Ceiling<double>()))];

    public static double[] ConvolutionData(ConvGeometry g, double[] dy, double[] w, int n)
    {
        var dx = new double[n * g.InChannels * g.Height * g.Width];
        Visit(g, n, dx, w, dy, dx);
        return dx;
    }

    public static (double[] Weights, double[] Bias) ConvolutionWeights(ConvGeometry g, double[] x, double[] dy, int n)
    {
        var dw = new double[g.WeightCount];
        var db = new double[g.OutChannels];
        Visit(g, n, x, dw, dy, dw);
        for (var i = 0; i < dy.Length; i++)
        {
            db[i / (g.OutHeight * g.OutWidth) % g.OutChannels] += dy[i];
        }

        return (dw, db);
    }

    public static double[] MaxPool(PoolGeometry g, double[] x, int planes) => Pool(g, x, planes, (values, _) => values.Select(v => v.Value).Max());

    public static double[] MaxPoolGradient(PoolGeometry g, double[] x, double[] dy, int planes)
    {
        var dx = new double[x.Length];
        var next = 0;
        Pool(g, x, planes, (values, _) =>
        {
            var best = values[0];
            foreach (var value in values)
            {
                best = value.Value > best.Value ? value : best;
            }

            dx[best.Index] += dy[next++];
            return 0;
        });
        return dx;
    }

    public static double[] AvgPool(PoolGeometry g, double[] x, int planes) => Pool(g, x, planes, (values, size) => values.Sum(v => v.Value) / size);

    public static double[] AvgPoolGradient(PoolGeometry g, double[] x, double[] dy, int planes)
    {
        var dx = new double[x.Length];
        var next = 0;
        Pool(g, x, planes, (values, size) =>
        {
            foreach (var value in values)
            {
                dx[value.Index] += dy[next] / size;
            }

            next++;
            return 0;
        });
        return dx;
    }

    public static double[] Multiply(double[,] a, double[,] b)
    {
        var (m, k, n) = (a.GetLength(0), a.GetLength(1), b.GetLength(1));
        var c = new double[m * n];
        for (var i = 0; i < m; i++)
        {
            for (var j = 0; j < n; j++)
            {
                for (var p = 0; p < k; p++)
                {
                    c[i * n + j] += a[i, p] * b[p, j];
                }
            }
        }

        return c;
    }

    /// <summary>Adds to one of input, weights and output the products of the other two.</summary>
    private static void Visit(ConvGeometry g, int n, double[] input, double[] weights, double[] output, double[] sum)
    {
        for (var image = 0; image < n; image++)
        for (var o = 0; o < g.OutChannels; o++)
        for (var c = 0; c < g.GroupInChannels; c++)
        for (var ky = 0; ky < g.KernelH; ky++)
        for (var kx = 0; kx < g.KernelW; kx++)
        {
            var channel = o / g.GroupOutChannels * g.GroupInChannels + c;
            var k = ((o * g.GroupInChannels + c) * g.KernelH + ky) * g.KernelW + kx;
            var (weight, total, left) = (weights[k], 0.0, kx * g.DilationW - g.PadW);
            for (var y = 0; y < g.OutHeight; y++)
            {
                var iy = y * g.StrideH - g.PadH + ky * g.DilationH;
                if (iy < 0 || iy >= g.Height)
                    continue;
                var i = ((image * g.InChannels + channel) * g.Height + iy) * g.Width;
                var j = ((image * g.OutChannels + o) * g.OutHeight + y) * g.OutWidth;
                for (var (x, ix) = (0, left); x < g.OutWidth; x++, ix += g.StrideW)
                {
                    if (ix < 0 || ix >= g.Width)
                        continue;
                    if (sum == output)
                        output[j + x] += input[i + ix] * weight;
                    else if (sum == input)
                        input[i + ix] += output[j + x] * weight;
                    else
                        total += input[i + ix] * output[j + x];
                }
            }

            if (sum == weights)
                weights[k] += total;
        }
    }

    private static double[] Pool(PoolGeometry g, double[] x, int planes, Func<List<(int Index, double Value)>, int, double> reduce)
    {
        var y = new double[planes * g.OutHeight * g.OutWidth];
        var next = 0;
        for (var plane = 0; plane < planes; plane++)
        for (var oy = 0; oy < g.OutHeight; oy++)
        for (var ox = 0; ox < g.OutWidth; ox++)
        {
            var values = new List<(int, double)>();
            var (top, left) = (oy * g.StrideH - g.PadH, ox * g.StrideW - g.PadW);
            for (var ky = 0; ky < g.KernelH; ky++)
            for (var kx = 0; kx < g.KernelW; kx++)
            {
                var (iy, ix) = (top + ky * g.DilationH, left + kx * g.DilationW);
                if (iy >= 0 && iy < g.Height && ix >= 0 && ix < g.Width)
                {
                    var index = (plane * g.Height + iy) * g.Width + ix;
                    values.Add((index, x[index]));
                }
            }

            var padded = (Math.Min(top + g.KernelH, g.Height + g.PadH) - top) * (Math.Min(left + g.KernelW, g.Width + g.PadW) - left);
            y[next++] = reduce(values, g.CountIncludePad ? padded : values.Count);
        }

        return y;
    }
}
