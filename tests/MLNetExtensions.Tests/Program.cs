using MLNetExtensions.Tests;
using MLNetExtensions.Tests.Faults;

// The tests run this program in a second process: it trains with checkpoints until it is killed, or it loads models with a plain
// Model.Load and prints the bits of their scores.
if (args is [KilledTraining.Argument, string folder])
{
    Console.WriteLine(KilledTraining.Begun);
    Console.WriteLine(KilledTraining.Run(folder));
    return;
}
foreach (string line in SecondProcess.Score(args))
    Console.WriteLine(line);
