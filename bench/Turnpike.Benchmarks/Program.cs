BenchmarkDotNet.Running.BenchmarkSwitcher.FromAssembly(typeof(Turnpike.Benchmarks.FaceProjections).Assembly).Run(args);
