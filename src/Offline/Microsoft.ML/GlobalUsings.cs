global using System.Numerics;
global using Microsoft.ML;
global using Microsoft.ML.Data;
global using Microsoft.ML.Runtime;
global using Microsoft.ML.Transforms;
global using ColumnPair = (string outputColumnName, string inputColumnName);
global using Kinds = Microsoft.ML.Data.AnnotationUtils.Kinds;
global using VectorKind = Microsoft.ML.SchemaShape.Column.VectorKind;
