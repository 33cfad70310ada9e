using BenchmarkDotNet.Attributes;
using Turnpike.Triggers;
using Turnpike.Triggers.Completion;

namespace Turnpike.Benchmarks;

/// <summary>Promise: under 1 ms in a text of 32 kB.</summary>
[MemoryDiagnoser]
public class TriggersCompletion
{
    private readonly TriggerCompletion _completion = new(new TriggerCatalog([new Samples()]), TriggerSyntax.Default);
    private readonly string _prose = Long("A line of `prose`, with a mail@.example and more of it.\n") + "@.tools.ac";
    private readonly string _triggers = Long("Text @.tools.none; and @.unknown thing; more.\n") + "@.tools.activate we";

    [Benchmark]
    public ValueTask<IReadOnlyList<CompletionItem>> NameBehindProse() => _completion.CompleteAsync(_prose, _prose.Length, default);

    [Benchmark]
    public ValueTask<IReadOnlyList<CompletionItem>> ValueBehindTriggers() => _completion.CompleteAsync(_triggers, _triggers.Length, default);

    private static string Long(string piece) => string.Concat(Enumerable.Repeat(piece, 32 * 1024 / piece.Length));

    private sealed class Samples : ITriggerNamespace
    {
        private static readonly TriggerSuggestion[] Tools = [new("webSearch"), new("calculator"), new("forecast")];

        public string Name => "tools";

        public string Description => "Samples.";

        public IReadOnlyList<TriggerMethod> Methods { get; } =
        [
            Method("activate", new TriggerArgument { Name = "names", List = true, Required = true, Suggest = (_, _) => ValueTask.FromResult<IReadOnlyList<TriggerSuggestion>>(Tools) }),
            Method("none"),
        ];

        private static TriggerMethod Method(string name, params TriggerArgument[] arguments) =>
            new() { Name = name, Description = "A sample.", Example = "@.sample;", Arguments = arguments, Handler = (_, _) => ValueTask.CompletedTask };
    }
}
