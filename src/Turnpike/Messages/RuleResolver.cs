using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Turnpike.Prompts.Templates;
using Turnpike.Turns;
using Turnpike.Turns.Drafts;
using Turnpike.Turns.Projects;
using Turnpike.Turns.Settings;

namespace Turnpike.Messages;

/// <summary>
/// The names that the layers chose become rules, late, so that whatever triggers and middleware said still counts: those that are always on, then those of projects,
/// prompt, conversation, and request or trigger, without what was deselected; within each of these by name.
/// </summary>
public sealed class RuleResolver(ISettingsStore store, IProjectMembers projects)
{
    private const int MostRemembered = 10_000;
    private readonly ConcurrentDictionary<string, (PromptTemplate Template, string Hash)> _parsed = new(StringComparer.Ordinal);

    /// <summary>The rules that the turn has, in order.</summary>
    /// <exception cref="TurnException"><c>rule_not_found</c> with the nearest name; <c>template_invalid</c> naming the rule.</exception>
    public async ValueTask<IReadOnlyList<AppliedRule>> ResolveAsync(TurnDraft draft, CancellationToken cancellationToken)
    {
        var chosen = new RuleChoice(store, draft);
        if (draft.Request.Compose == ComposeMode.Full) foreach (var rule in await AlwaysOnAsync(draft, cancellationToken)) chosen.Add(rule, 0, "always on");
        foreach (var layer in draft.State.Layers.Reverse())
        {
            if (!layer.Rules.IsEmpty) await chosen.ApplyAsync(layer, cancellationToken);
        }
        return chosen.Count == 0 ? [] : [.. chosen.InOrder().Select(Parsed)];
    }

    /// <summary>The rules that are always on: of everybody, and of the projects that the turn is in.</summary>
    private async ValueTask<IReadOnlyList<Rule>> AlwaysOnAsync(TurnDraft draft, CancellationToken cancellationToken)
    {
        var rules = await store.AlwaysOnAsync(cancellationToken);
        if (rules.Count == 0 || await projects.HomesAsync(ProjectThings.Rule, cancellationToken) is not { Count: > 0 } homes) return rules;
        var chain = draft.Project is null ? [] : (await store.ChainAsync(draft.Project, cancellationToken)).Select(project => project.Id).ToHashSet(StringComparer.Ordinal);
        return [.. rules.Where(rule => !homes.TryGetValue(rule.Id, out var home) || chain.Contains(home))];
    }

    private AppliedRule Parsed(Rule rule)
    {
        if (!_parsed.TryGetValue(rule.Content, out var known))
        {
            if (_parsed.Count >= MostRemembered) _parsed.Clear();
            known = _parsed[rule.Content] = (Parse(rule), Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(rule.Content))));
        }
        return new(rule, known.Template, known.Hash);
    }

    private static PromptTemplate Parse(Rule rule)
    {
        try
        {
            return PromptTemplate.Parse(rule.Content);
        }
        catch (TurnException error)
        {
            throw new TurnException(error.Code, $"Rule \"{rule.Name}\": {error.Message}", error) { Span = error.Span, Field = "rules" };
        }
    }
}
