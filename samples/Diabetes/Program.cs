Console.WriteLine("Diabetes");
