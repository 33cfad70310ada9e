using Turnpike.Triggers.Parsing;
using Turnpike.Turns;
using Turnpike.Turns.Drafts;

namespace Turnpike.Triggers;

/// <summary>One trigger being run: its arguments and the draft that it changes.</summary>
public sealed class TriggerInvocation
{
    private readonly ParsedTrigger _trigger;
    private readonly List<TurnAction> _actions = [];

    internal TriggerInvocation(ParsedTrigger trigger, TriggerDefinition definition, TurnDraft draft, TriggerCatalog catalog, bool isRepeated, IReadOnlyList<ParsedTrigger> beside)
    {
        (_trigger, Draft, Catalog, IsRepeated, Beside) = (trigger, draft, catalog, isRepeated, beside);
        Arguments = new(definition.Method, trigger.Values);
    }

    /// <summary>Namespace and method: <c>tools.activate</c>.</summary>
    public string Name => _trigger.Name;

    /// <summary>Its arguments, checked.</summary>
    public TriggerArguments Arguments { get; }

    /// <summary>The turn's draft, already without the triggers in its text; what is written is recorded with this trigger as its source.</summary>
    public TurnDraft Draft { get; }

    /// <summary>All triggers there are.</summary>
    public TriggerCatalog Catalog { get; }

    /// <summary>Whether it is also to become the conversation's setting; the draft's layered settings do that by themselves.</summary>
    public bool Sticky => _trigger.Sticky;

    /// <summary>Whether the same method was run before in this turn.</summary>
    public bool IsRepeated { get; }

    /// <summary>Where it stands in the text as typed.</summary>
    public TextSpan Span => _trigger.Span;

    /// <summary>The triggers of the text that are run, this one included.</summary>
    internal IReadOnlyList<ParsedTrigger> Beside { get; }

    /// <summary>What was heard so far in this text, in the passes before too.</summary>
    internal List<HeardAnswer> Heard { get; init; } = [];

    internal IReadOnlyList<TurnAction> Actions => _actions;

    /// <summary>Asks for an effect outside the draft: run after the turn is committed, never in a preview.</summary>
    /// <param name="description">What it does, for people.</param>
    /// <param name="run">Does it.</param>
    public void After(string description, Func<CancellationToken, Task> run) => _actions.Add(new(Name, description, run));

    /// <summary>
    /// Asks somebody who takes time and money: once for each trigger, however often it is run because another one failed, and once for several of its kind that ask about the same text.
    /// </summary>
    internal async Task<T> OnceAsync<T>(Func<Task<T>> ask) where T : notnull
    {
        if (Heard.Find(heard => heard.By == _trigger || (heard.By.Definition == _trigger.Definition && heard.About == Draft.Content)) is { } before) return (T)before.Answer;
        var about = Draft.Content;
        var answer = await ask();
        Heard.Add(new(_trigger, about, answer));
        return answer;
    }
}
