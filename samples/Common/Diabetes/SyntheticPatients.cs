using System.Globalization;

namespace Samples.Diabetes;

/// <summary>A made-up table of the same columns, size and missing values as the real one, for
/// machines without data and network.</summary>
internal static class SyntheticPatients
{
    private const int Rows = 768, Seed = 20240501;

    public static void Write(string path)
    {
        Random random = new(Seed);
        using StreamWriter file = new(path);
        file.WriteLine("Pregnancies,Glucose,BloodPressure,SkinThickness,Insulin,BMI,DiabetesPedigreeFunction,Age,Outcome");
        for (int row = 0; row < Rows; row++)
        {
            double age = 21 + Math.Floor(13 * -Math.Log(1 - random.NextDouble()));
            double pregnancies = Math.Min(17, Math.Floor(random.NextDouble() * (age - 15) / 3));
            double bmi = Math.Clamp(32.4 + 6.9 * Normal(random), 18, 67);
            double glucose = Math.Clamp(115 + 0.2 * (age - 33) + 0.5 * (bmi - 32) + 30 * Normal(random), 44, 199);
            double pressure = Math.Clamp(69 + 0.2 * (age - 33) + 0.3 * (bmi - 32) + 11 * Normal(random), 24, 122);
            double skin = Math.Clamp(29 + 0.8 * (bmi - 32) + 8 * Normal(random), 7, 99);
            double insulin = Math.Clamp(Math.Exp(4.8 + 0.012 * (glucose - 120) + 0.5 * Normal(random)), 14, 846);
            double pedigree = Math.Clamp(Math.Exp(-0.95 + 0.6 * Normal(random)), 0.08, 2.42);
            double logit = -0.9 + 0.036 * (glucose - 121) + 0.09 * (bmi - 32.4) + 0.03 * (age - 33) + 0.9 * (pedigree - 0.47);
            bool outcome = random.NextDouble() < 1 / (1 + Math.Exp(-logit));
            double[] values =
            [
                pregnancies, Drop(glucose, 5), Drop(pressure, 35), Drop(skin, 227), Drop(insulin, 374), Drop(Math.Round(bmi, 1), 11),
                Math.Round(pedigree, 3), age,
            ];
            file.WriteLine($"{string.Join(',', values.Select((value, column) => Round(value, column)))},{(outcome ? 1 : 0)}");
        }

        double Drop(double value, int missing) => random.Next(Rows) < missing ? 0 : value;
        static string Round(double value, int column) => (column is 5 or 6 ? value : Math.Round(value)).ToString(CultureInfo.InvariantCulture);
    }

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
