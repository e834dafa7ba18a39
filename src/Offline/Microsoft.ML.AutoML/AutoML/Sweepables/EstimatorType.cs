namespace Microsoft.ML.AutoML.CodeGen;

/// <summary>What an estimator is. The trainers that have types of their own are not here.</summary>
public enum EstimatorType { Unknown = 43 }
