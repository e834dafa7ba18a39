using Microsoft.ML.Transforms;

namespace Samples.Diabetes;

/// <summary>What a doctor would make of a <see cref="Patient"/>: missing measurements as NaN, and a
/// few quantities derived from them.</summary>
public sealed class Findings
{
    public float Glucose { get; set; }
    public float BloodPressure { get; set; }
    public float SkinThickness { get; set; }
    public float Insulin { get; set; }
    public float BMI { get; set; }

    /// <summary>Logarithms of quantities whose distribution has a long tail.</summary>
    public float LogInsulin { get; set; }
    public float LogPedigree { get; set; }
    public float LogAge { get; set; }

    /// <summary>Risks that multiply.</summary>
    public float GlucoseBMI { get; set; }
    public float GlucoseAge { get; set; }
    public float AgeSquared { get; set; }
}

/// <summary>Makes <see cref="Findings"/>; the contract name lets ML.NET find the code again
/// when a saved pipeline is loaded.</summary>
[CustomMappingFactoryAttribute(Contract)]
public sealed class FindingsFactory : CustomMappingFactory<Patient, Findings>
{
    public const string Contract = "Samples.Diabetes.Findings";

    public override Action<Patient, Findings> GetMapping() => Map;

    public static void Map(Patient patient, Findings findings)
    {
        findings.Glucose = Measured(patient.Glucose);
        findings.BloodPressure = Measured(patient.BloodPressure);
        findings.SkinThickness = Measured(patient.SkinThickness);
        findings.Insulin = Measured(patient.Insulin);
        findings.BMI = Measured(patient.BMI);
        findings.LogInsulin = MathF.Log(findings.Insulin);
        findings.LogPedigree = MathF.Log(patient.DiabetesPedigreeFunction);
        findings.LogAge = MathF.Log(patient.Age);
        findings.GlucoseBMI = findings.Glucose * findings.BMI;
        findings.GlucoseAge = findings.Glucose * patient.Age;
        findings.AgeSquared = patient.Age * patient.Age;
    }

    private static float Measured(float value) => value == 0 ? float.NaN : value;
}
