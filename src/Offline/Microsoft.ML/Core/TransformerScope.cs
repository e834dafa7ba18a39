namespace Microsoft.ML.Data;

[Flags]
public enum TransformerScope
{
    None = 0, Training = 1, Testing = 2, Scoring = 4, TrainTest = Training | Testing, Everything = TrainTest | Scoring,
}
