using Turnpike.Triggers;

namespace Turnpike.Hosts.Tests.Samples;

/// <summary>A host's own triggers: <c>@.glossary.explain SLA, RPO;</c> tells the model what words of the house mean.</summary>
public sealed class GlossaryTriggers : ITriggerNamespace
{
    private static readonly Dictionary<string, string> Words = new(StringComparer.OrdinalIgnoreCase)
    {
        ["SLA"] = "what we promise in writing",
        ["RPO"] = "how much work an outage may cost",
    };

    public string Name => "glossary";

    public string Description => "Words of the house.";

    public IReadOnlyList<TriggerMethod> Methods { get; } =
    [
        new()
        {
            Name = "explain",
            Aliases = ["word.explain"],
            Description = "Tells the model what words mean.",
            Arguments = [new() { Name = "words", List = true, Required = true, Known = Words.ContainsKey, Suggest = Suggest }],
            Example = "@.glossary.explain SLA;",
            Repeat = TriggerRepeat.Unites,
            Handler = Explain,
        },
    ];

    private static ValueTask<IReadOnlyList<TriggerSuggestion>> Suggest(TriggerSuggestionRequest request, CancellationToken cancellationToken) =>
        ValueTask.FromResult<IReadOnlyList<TriggerSuggestion>>([.. Words.Select(word => new TriggerSuggestion(word.Key, Detail: word.Value))]);

    private static ValueTask Explain(TriggerInvocation invocation, CancellationToken cancellationToken)
    {
        foreach (var word in invocation.Arguments.List("words")) invocation.Draft.SetSystem($"{word}: {Words[word]}.", replace: false);
        return ValueTask.CompletedTask;
    }
}
