Console.WriteLine("distil");
