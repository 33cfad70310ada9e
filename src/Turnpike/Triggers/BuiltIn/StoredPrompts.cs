using System.Text.Json;
using Turnpike.Prompts;
using Turnpike.Prompts.Variables;
using Turnpike.Turns;
using Turnpike.Turns.Access;
using Turnpike.Turns.Drafts;

namespace Turnpike.Triggers.BuiltIn;

/// <summary>Prompts by the names that people type; whoever has a key with a list of prompts sees only these.</summary>
internal sealed class StoredPrompts(IPromptStore store, PromptCompiler compiler, VariableResolver variables, PartialLoader partials)
{
    /// <summary>The prompt that a trigger names and the values that it gives it, checked. Of one that the key may not run nothing is told: the turn will be refused.</summary>
    /// <exception cref="TurnException"><c>prompt_not_found</c>, with the nearest key; <c>variable_…</c>.</exception>
    public async ValueTask<UsedPrompt> UsedAsync(TriggerInvocation invocation, CancellationToken cancellationToken)
    {
        var prompt = await FindAsync(invocation.Arguments.Text("key")!, cancellationToken);
        if (!KeyScope.AllowsPrompt(prompt.Prompt.Key)) return new(prompt, new Dictionary<string, JsonElement>());
        var given = GivenVariables.For(invocation.Draft, [prompt], compiler, invocation.Arguments.Pairs("variables"));
        CheckRequired(prompt, given, invocation);
        return new(prompt, given);
    }

    /// <summary>The shape that a prompt declares for its answers.</summary>
    /// <exception cref="TurnException"><c>prompt_not_found</c>, with the nearest key; <c>parameter_invalid</c>: it declares none.</exception>
    public async ValueTask<JsonElement> ShapeAsync(string name, CancellationToken cancellationToken)
    {
        var prompt = await FindAsync(name, cancellationToken);
        if (!KeyScope.AllowsPrompt(prompt.Prompt.Key)) throw await NotFoundAsync(name, cancellationToken);
        return prompt.Prompt.Output?.Schema ?? throw new TurnException(TurnErrorCode.ParameterInvalid, $"Prompt \"{prompt.Name}\" declares no output schema.");
    }

    /// <summary>Prompts for completion; those with variables go on behind their key. Behind <c>key@</c> its labels and versions.</summary>
    public async ValueTask<IReadOnlyList<TriggerSuggestion>> SuggestAsync(TriggerSuggestionRequest request, CancellationToken cancellationToken)
    {
        var at = request.Typed.LastIndexOf('@');
        if (at > 0) return await SuggestVersionsAsync(request.Typed[..at], cancellationToken);
        return [.. (await ListAsync(cancellationToken)).Select(prompt => new TriggerSuggestion(prompt.Key, prompt.Title, prompt.Description, NeedsMore(prompt)))];
    }

    /// <summary>Prompts that declare the shape of their answers, for completion.</summary>
    public async ValueTask<IReadOnlyList<TriggerSuggestion>> SuggestShapedAsync(TriggerSuggestionRequest _, CancellationToken cancellationToken) =>
        [.. (await ListAsync(cancellationToken)).Where(prompt => prompt.Output?.Schema is not null).Select(prompt => new TriggerSuggestion(prompt.Key, prompt.Title, prompt.Description))];

    /// <summary>The variables of the prompt that was typed before.</summary>
    public async ValueTask<IReadOnlyList<TriggerSuggestion>> SuggestVariablesAsync(TriggerSuggestionRequest request, CancellationToken cancellationToken)
    {
        if (request.Earlier.Count == 0 || !MaySee) return [];
        return await FindAsync(request.Earlier[0], cancellationToken) is var prompt && KeyScope.AllowsPrompt(prompt.Prompt.Key) ? GivenVariables.Suggested(prompt, compiler) : [];
    }

    /// <summary>The variables of the turn's prompt, of its conversation's agent, and of what other triggers of the text make its agent or its text.</summary>
    public async ValueTask<IReadOnlyList<TriggerSuggestion>> SuggestKnownAsync(TriggerSuggestionRequest request, CancellationToken cancellationToken)
    {
        if (!MaySee) return [];
        var prompts = new List<ResolvedPrompt>();
        if (request.Prompt is { } own) prompts.Add(own);
        if (request.Conversation?.Agent is { } agent) prompts.Add(new(agent.Prompt));
        foreach (var used in request.Beside.Where(trigger => trigger.Name is "prompt.use" or "agent.use" && trigger.Values.Count > 0))
        {
            if (PromptReference.Parse(used.Values[0].Text) is var named && await store.FindAsync(named.Id!, named.Version, cancellationToken) is { } prompt) prompts.Add(new(prompt));
        }
        return [.. prompts.Where(prompt => KeyScope.AllowsPrompt(prompt.Prompt.Key)).SelectMany(prompt => GivenVariables.Suggested(prompt, compiler)).DistinctBy(name => name.Value)];
    }

    /// <summary>The prompt of <c>key</c> or <c>key@version</c>.</summary>
    private async ValueTask<ResolvedPrompt> FindAsync(string name, CancellationToken cancellationToken)
    {
        var reference = PromptReference.Parse(name);
        return await store.FindAsync(reference.Id!, reference.Version, cancellationToken) is { } prompt ? new(await partials.PinAsync(prompt, isAnew: false, cancellationToken)) : throw await NotFoundAsync(name, cancellationToken);
    }

    private async ValueTask<TurnException> NotFoundAsync(string name, CancellationToken cancellationToken) =>
        Method.Unknown(TurnErrorCode.PromptNotFound, "prompt", name, (await store.KeysAsync(cancellationToken)).Where(KeyScope.AllowsPrompt));

    /// <summary>Checks that each variable that must have a value gets one, if only from a trigger behind this one.</summary>
    private void CheckRequired(ResolvedPrompt prompt, Dictionary<string, JsonElement> given, TriggerInvocation invocation)
    {
        var typed = invocation.Beside.Where(trigger => trigger.Name == VarsTriggers.Set).SelectMany(trigger => trigger.Values).Select(value => value.Key).ToHashSet(StringComparer.Ordinal);
        var missing = prompt.Prompt.Variables
            .Where(variable => variable is { Required: true, Default: null } && !given.ContainsKey(variable.Name) && !typed.Contains(variable.Name) && !variables.ComputedNames.Contains(variable.Name))
            .Where(variable => !invocation.Draft.State.Layers.Any(layer => layer.Variables.ContainsKey(variable.Name)))
            .Select(variable => $"\"{variable.Name}\"").ToArray();
        if (missing.Length > 0) throw new TurnException(TurnErrorCode.VariableMissing, $"Prompt \"{prompt.Name}\" needs {string.Join(", ", missing)}: write name=value behind its key.");
    }

    private async ValueTask<IReadOnlyList<TriggerSuggestion>> SuggestVersionsAsync(string key, CancellationToken cancellationToken)
    {
        if (!MaySee || await store.FindAsync(key, null, cancellationToken) is not { } prompt || !KeyScope.AllowsPrompt(prompt.Key)) return [];
        var labels = (await store.LabelsAsync(prompt.Key, cancellationToken)).Select(label => new TriggerSuggestion($"{key}@{label.Label}", Detail: $"Version {label.Version}.", WantsMore: NeedsMore(prompt)));
        var versions = (await store.VersionsAsync(prompt.Key, cancellationToken)).OrderByDescending(version => version.Version).Select(version => new TriggerSuggestion($"{key}@{version.Version}", Detail: KeyScope.May(Scopes.PromptsRead) ? version.Note : null, WantsMore: NeedsMore(prompt)));
        return [.. labels.Concat(versions)];
    }

    private async ValueTask<IEnumerable<Prompt>> ListAsync(CancellationToken cancellationToken) =>
        MaySee ? (await store.ListAsync(new() { Limit = 200 }, cancellationToken)).Data.Where(prompt => KeyScope.AllowsPrompt(prompt.Key)) : [];

    /// <summary>Whether whoever types may run prompts, or read them.</summary>
    private static bool MaySee => KeyScope.May(Scopes.Turns) || KeyScope.May(Scopes.PromptsRead);

    private static bool NeedsMore(Prompt prompt) => prompt.Variables.Any(variable => variable is { Required: true, Default: null });
}
