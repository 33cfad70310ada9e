using System.Collections.Concurrent;
using System.Text.Json;
using Turnpike.Turns;
using Turnpike.Turns.Access;
using Turnpike.Turns.Drafts;
using Turnpike.Turns.Projects;
using Turnpike.Turns.Settings;

namespace Turnpike.Prompts;

/// <summary>
/// The names that stored prompts declare secret. A variable that many prompts share has no declaration of its own, so it is secret as soon as one of them says so:
/// then it can be set and is shown to nobody.
/// </summary>
public sealed class SecretNames(IPromptStore prompts, TimeProvider time)
{
    private const int Page = 200;
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(5);
    private readonly ConcurrentDictionary<string, (long At, IReadOnlySet<string> Names)> _remembered = new(StringComparer.Ordinal);

    /// <summary>The names as they were within the last five seconds: for turns, which ask often.</summary>
    internal async ValueTask<IReadOnlySet<string>> RememberedAsync(CancellationToken cancellationToken)
    {
        if (_remembered.TryGetValue(OrganizationScope.Current, out var known) && time.GetElapsedTime(known.At) < Fresh) return known.Names;
        var (at, names) = (time.GetTimestamp(), await ReadAsync(cancellationToken));
        _remembered[OrganizationScope.Current] = (at, names);
        return names;
    }

    /// <summary>The names, of the prompts in their default versions.</summary>
    public async Task<IReadOnlySet<string>> ReadAsync(CancellationToken cancellationToken)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        using var free = ProjectAccess.Free(); // a prompt that somebody does not see keeps its secrets from them as well
        for (var query = new PromptQuery { Limit = Page }; ;)
        {
            var page = await prompts.ListAsync(query, cancellationToken);
            names.UnionWith(page.Data.SelectMany(prompt => prompt.Variables).Where(variable => variable.Secret).Select(variable => variable.Name));
            if (page.Next is null) return names;
            query = query with { After = page.Next };
        }
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

    /// <summary>Values that somebody sends back: where one is the mask, the one that is kept stays.</summary>
    public static IReadOnlyDictionary<string, JsonElement> Kept(IReadOnlyDictionary<string, JsonElement> values, IReadOnlyDictionary<string, JsonElement> kept)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentNullException.ThrowIfNull(kept);
        return values.Any(pair => IsMask(pair.Value) && kept.ContainsKey(pair.Key)) ? values.ToDictionary(pair => pair.Key, pair => IsMask(pair.Value) && kept.TryGetValue(pair.Key, out var before) ? before : pair.Value) : values;
    }

    private static bool IsMask(JsonElement value) => value.ValueKind == JsonValueKind.String && value.ValueEquals(SecretText.Mask);

    private static IReadOnlyDictionary<string, JsonElement> Hide(IReadOnlyDictionary<string, JsonElement> values, IReadOnlySet<string> names) =>
        values.Keys.Any(names.Contains) ? values.ToDictionary(pair => pair.Key, pair => names.Contains(pair.Key) ? SecretText.Masked : pair.Value) : values;
}
