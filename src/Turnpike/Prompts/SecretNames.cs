using System.Text.Json;
using Turnpike.Prompts.Variables;
using Turnpike.Turns;
using Turnpike.Turns.Drafts;
using Turnpike.Turns.Settings;

namespace Turnpike.Prompts;

/// <summary>
/// The names that stored prompts declare secret, in whatever version. A variable that many prompts share has no declaration of its own, so it is secret as soon as one of them says so,
/// and stays it: then it can be set and is shown to nobody, however another prompt declares a variable of that name.
/// </summary>
public sealed class SecretNames(IPromptStore prompts)
{
    /// <summary>The names.</summary>
    public Task<IReadOnlySet<string>> ReadAsync(CancellationToken cancellationToken) => prompts.SecretNamesAsync(cancellationToken);

    /// <summary>Needs in which what a layer below the request has under such a name is secret. What the turn itself gives is its caller's own, and is secret where the prompt says nothing else of it.</summary>
    /// <param name="needs">What a prompt asks for.</param>
    /// <param name="layers">The layers, highest first.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async ValueTask<VariableNeeds> WithSharedAsync(VariableNeeds needs, IReadOnlyList<SettingsLayer> layers, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(needs);
        ArgumentNullException.ThrowIfNull(layers);
        var shared = needs.Slots.Where(slot => !slot.Definition.Secret && MayBeSecret(slot, layers)).Select(slot => slot.Definition.Name).ToHashSet(StringComparer.Ordinal);
        if (shared.Count == 0) return needs;
        shared.IntersectWith(await ReadAsync(cancellationToken));
        return shared.Count == 0 ? needs : needs.Hiding(shared);
    }

    private static bool MayBeSecret(VariableSlot slot, IReadOnlyList<SettingsLayer> layers)
    {
        var isLoose = (!slot.IsDeclared || slot.Definition.Type == VariableType.Any) && !ComputedVariables.Names.Contains(slot.Definition.Name);
        return layers.Any(layer => (isLoose || layer.Name is not ("trigger" or "request" or "turn")) && layer.Variables.TryGetValue(slot.Definition.Name, out var value) && ResolvedVariables.IsSet(value));
    }

    /// <summary>Values as they are shown: <c>•••</c> for secret ones.</summary>
    public async Task<IReadOnlyDictionary<string, JsonElement>> HideAsync(IReadOnlyDictionary<string, JsonElement> values, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(values);
        return values.Count == 0 ? values : Hide(values, await ReadAsync(cancellationToken));
    }

    /// <summary>Projects as they are shown.</summary>
    public async Task<IReadOnlyList<Project>> HideAsync(IReadOnlyList<Project> projects, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(projects);
        if (projects.All(project => project.Variables.Count == 0)) return projects;
        var names = await ReadAsync(cancellationToken);
        return [.. projects.Select(project => project with { Variables = Hide(project.Variables, names) })];
    }

    /// <summary>Layers as they are shown.</summary>
    public async Task<IReadOnlyList<SettingsLayer>> HideAsync(IReadOnlyList<SettingsLayer> layers, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(layers);
        var names = await ReadAsync(cancellationToken);
        return [.. layers.Select(layer => layer with { Variables = Hide(layer.Variables, names) })];
    }

    /// <summary>Conversations as they are shown: with <c>•••</c> for what their own prompt or any other declares secret.</summary>
    public async Task<IReadOnlyList<Conversation>> HideAsync(IReadOnlyList<Conversation> conversations, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(conversations);
        var names = await ReadAsync(cancellationToken);
        return [.. conversations.Select(conversation => ShownConversation.Masked(conversation, names))];
    }

    /// <summary>A conversation as it is exported: without what its own prompt or any other declares secret.</summary>
    internal async Task<Conversation> BareAsync(Conversation conversation, CancellationToken cancellationToken) => ShownConversation.Bare(conversation, await ReadAsync(cancellationToken));

    /// <summary>Values that somebody sends back: where one is the mask, the one that is kept stays.</summary>
    /// <exception cref="TurnException"><c>variable_invalid</c>: nothing is kept for one that is the mask.</exception>
    public static IReadOnlyDictionary<string, JsonElement> Kept(IReadOnlyDictionary<string, JsonElement> values, IReadOnlyDictionary<string, JsonElement> kept)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentNullException.ThrowIfNull(kept);
        if (!values.Values.Any(IsMask)) return values;
        VariableFault[] unknown = [.. values.Where(pair => IsMask(pair.Value) && !kept.ContainsKey(pair.Key)).Select(pair => new VariableFault(pair.Key, $"\"{pair.Key}\" is {SecretText.Mask}, as secrets are shown, and nothing is kept for it here. Send the value itself, or leave it out."))];
        if (unknown.Length > 0) throw new TurnException(TurnErrorCode.VariableInvalid, string.Join(' ', unknown.Select(fault => fault.Message))) { Variables = unknown, Field = "variables" };
        return values.ToDictionary(pair => pair.Key, pair => IsMask(pair.Value) ? kept[pair.Key] : pair.Value);
    }

    private static bool IsMask(JsonElement value) => value.ValueKind == JsonValueKind.String && value.ValueEquals(SecretText.Mask);

    private static IReadOnlyDictionary<string, JsonElement> Hide(IReadOnlyDictionary<string, JsonElement> values, IReadOnlySet<string> names) =>
        values.Keys.Any(names.Contains) ? values.ToDictionary(pair => pair.Key, pair => names.Contains(pair.Key) ? SecretText.Masked : pair.Value) : values;
}
