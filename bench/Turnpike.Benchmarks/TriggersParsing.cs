using BenchmarkDotNet.Attributes;
using Turnpike.Triggers;
using Turnpike.Triggers.Parsing;

namespace Turnpike.Benchmarks;

/// <summary>Promises: a usual text under 2 µs and 1 KB, 96 kB without END under 5 ms.</summary>
[MemoryDiagnoser]
public class TriggersParsing
{
    private const string Usual =
        "@.tools.activate webSearch; @.params.temp 0.2; I am planning a trip to Lisbon in early spring with two children who are seven and nine, and we would " +
        "like to see the old town, the aquarium and one of the beaches near the city. Which days should we use for which of them, and what can we do if it rains?";

    private readonly TriggerParser _parser = new(new TriggerCatalog([new Samples()]), TriggerSyntax.Default);
    private readonly string _plain = Usual.Replace("@.", "", StringComparison.Ordinal);
    private readonly string _unknown = Endless("@.x ");
    private readonly string _wrong = Endless("@.tools.activate a @.params.temp 7\n");
    private readonly string _quotes = Endless("@.params.temp\nx' \"@.params.temp\nx\" '");
    private readonly string _prose = "@.tools.activate " + Endless("a word or `two` here, ");

    [Benchmark(Baseline = true)]
    public ParsedText UsualText() => _parser.Parse(Usual);

    [Benchmark]
    public CleanedText UsualTextCleaned() => TriggerText.Clean(_parser.Parse(Usual));

    [Benchmark]
    public ParsedText WithoutTriggers() => _parser.Parse(_plain);

    [Benchmark]
    public ParsedText EndlessProse() => _parser.Parse(_prose);

    [Benchmark]
    public ParsedText EndlessUnknown() => _parser.Parse(_unknown);

    [Benchmark]
    public ParsedText EndlessWrong() => _parser.Parse(_wrong);

    [Benchmark]
    public ParsedText EndlessQuotes() => _parser.Parse(_quotes);

    private static string Endless(string piece) => string.Concat(Enumerable.Repeat(piece, 96 * 1024 / piece.Length));

    private sealed class Samples : ITriggerNamespace
    {
        public string Name => "tools";

        public string Description => "Samples.";

        public IReadOnlyList<TriggerMethod> Methods { get; } =
        [
            Method("activate", [], new TriggerArgument { Name = "names", List = true, Required = true }),
            Method("none", []),
            Method("temp", ["params.temp"], new TriggerArgument { Name = "value", Type = TriggerArgumentType.Number, Required = true, Min = 0, Max = 2 }),
        ];

        private static TriggerMethod Method(string name, string[] aliases, params TriggerArgument[] arguments) =>
            new() { Name = name, Aliases = aliases, Description = "A sample.", Example = "@.sample;", Arguments = arguments, Handler = (_, _) => ValueTask.CompletedTask };
    }
}
