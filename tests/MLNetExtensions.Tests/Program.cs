using MLNetExtensions.Tests;

// The tests run this program in a second process: it loads models with a plain Model.Load and prints the bits of their scores.
foreach (string line in SecondProcess.Score(args))
    Console.WriteLine(line);
