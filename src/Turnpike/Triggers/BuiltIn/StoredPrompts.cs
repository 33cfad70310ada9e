using System.Text.Json;
using Turnpike.Prompts;
using Turnpike.Prompts.Variables;
using Turnpike.Turns;
using Turnpike.Turns.Drafts;

namespace Turnpike.Triggers.BuiltIn;

/// <summary>Prompts by the names that people type.</summary>
internal sealed class StoredPrompts(IPromptStore store, PromptCompiler compiler, VariableResolver variables, PartialLoader partials)
{
    /// <summary>The prompt of <c>key</c> or <c>key@version</c>.</summary>
    /// <exception cref="TurnException"><c>prompt_not_found</c>, with the nearest key.</exception>
    public async ValueTask<ResolvedPrompt> FindAsync(string name, CancellationToken cancellationToken)
    {
        var reference = PromptReference.Parse(name);
        return await store.FindAsync(reference.Id!, reference.Version, cancellationToken) is { } prompt
            ? new(await partials.PinAsync(prompt, isAnew: false, cancellationToken))
            : throw Method.Unknown(TurnErrorCode.PromptNotFound, "prompt", name, await store.KeysAsync(cancellationToken));
    }

    /// <summary>Checks that each variable that must have a value gets one.</summary>
    /// <exception cref="TurnException"><c>variable_missing</c>, with all names.</exception>
    public void CheckRequired(ResolvedPrompt prompt, Dictionary<string, JsonElement> given, TurnDraft draft)
    {
        var missing = prompt.Prompt.Variables
            .Where(variable => variable is { Required: true, Default: null } && !given.ContainsKey(variable.Name) && !variables.ComputedNames.Contains(variable.Name))
            .Where(variable => !draft.State.Layers.Any(layer => layer.Variables.ContainsKey(variable.Name)))
            .Select(variable => $"\"{variable.Name}\"").ToArray();
        if (missing.Length > 0) throw new TurnException(TurnErrorCode.VariableMissing, $"Prompt \"{prompt.Name}\" needs {string.Join(", ", missing)}: write name=value behind its key.");
    }

    /// <summary>Prompts for completion; those with variables go on behind their key.</summary>
    public async ValueTask<IReadOnlyList<TriggerSuggestion>> SuggestAsync(TriggerSuggestionRequest _, CancellationToken cancellationToken) =>
        [.. (await store.ListAsync(new() { Limit = 200 }, cancellationToken)).Data.Select(prompt => new TriggerSuggestion(prompt.Key, prompt.Title, prompt.Description, prompt.Variables.Any(variable => variable is { Required: true, Default: null })))];

    /// <summary>Prompts that declare the shape of their answers, for completion.</summary>
    public async ValueTask<IReadOnlyList<TriggerSuggestion>> SuggestShapedAsync(TriggerSuggestionRequest _, CancellationToken cancellationToken) =>
        [.. (await store.ListAsync(new() { Limit = 200 }, cancellationToken)).Data.Where(prompt => prompt.Output?.Schema is not null).Select(prompt => new TriggerSuggestion(prompt.Key, prompt.Title, prompt.Description))];

    /// <summary>The variables of the prompt that was typed before.</summary>
    public async ValueTask<IReadOnlyList<TriggerSuggestion>> SuggestVariablesAsync(TriggerSuggestionRequest request, CancellationToken cancellationToken)
    {
        if (request.Earlier.Count == 0) return [];
        return GivenVariables.Suggested(await FindAsync(request.Earlier[0], cancellationToken), compiler);
    }
}
