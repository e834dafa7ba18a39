namespace MLNetExtensions.Networks.Onnx;

/// <summary>Adaptive average pooling of one axis as a matrix: ONNX has no operator for it.</summary>
internal static class AdaptivePooling
{
    /// <summary>[outputs×inputs], row-major: row i averages the inputs from ⌊i·in/out⌋ to ⌈(i+1)·in/out⌉.</summary>
    public static float[] Matrix(int inputs, int outputs)
    {
        float[] matrix = new float[checked(inputs * outputs)];
        for (int i = 0; i < outputs; i++)
        {
            int begin = (int)((long)i * inputs / outputs), end = (int)(((i + 1L) * inputs + outputs - 1) / outputs);
            matrix.AsSpan(i * inputs + begin, end - begin).Fill(1f / (end - begin));
        }
        return matrix;
    }

    /// <summary>The [inputs×outputs] form of an [outputs×inputs] matrix.</summary>
    public static float[] Transpose(float[] matrix, int inputs, int outputs)
    {
        float[] transposed = new float[matrix.Length];
        for (int i = 0; i < outputs; i++)
        {
            for (int j = 0; j < inputs; j++)
                transposed[j * outputs + i] = matrix[i * inputs + j];
        }
        return transposed;
    }
}
