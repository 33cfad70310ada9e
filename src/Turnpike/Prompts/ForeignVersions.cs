using System.Globalization;
using Turnpike.Turns;

namespace Turnpike.Prompts;

/// <summary>
/// The numbers of versions under the name that an imported prompt had where it came from (<see cref="Prompt.ImportedFrom"/>): those that they had there, which labels such as <c>v3</c> keep. What was saved here since
/// counts on from the highest before it. Under its key, as for any other prompt, our own numbers count.
/// </summary>
public sealed class ForeignVersions
{
    private readonly SortedDictionary<int, int> _ours = []; // their number → ours
    private readonly Dictionary<int, int> _theirs = [];

    private ForeignVersions(IReadOnlyList<PromptVersion> versions)
    {
        var hashes = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var version in versions)
        {
            foreach (var number in version.Labels.Select(NumberOf).OfType<int>()) (_ours[number], hashes[version.Hash]) = (version.Version, Math.Max(number, hashes.GetValueOrDefault(version.Hash)));
        }
        var (highest, next) = (0, 0);
        foreach (var version in versions.OrderBy(version => version.Version))
        {
            if (hashes.TryGetValue(version.Hash, out var number)) // the same again is still that version
            {
                _theirs[version.Version] = number;
                (highest, next) = number > highest ? (number, number + 1) : (highest, next);
            }
            else if (highest > 0 && !_ours.ContainsKey(next)) _theirs[_ours[next] = version.Version] = next++;
            else next++;
        }
    }

    /// <summary>The numbers that find a version, in their order.</summary>
    public IReadOnlyList<int> Numbers => [.. _ours.Keys];

    /// <summary>The number of a version that has ours; null when no number finds it under this name.</summary>
    public int? Theirs(int ours) => _theirs.TryGetValue(ours, out var number) ? number : null;

    /// <summary>The numbers under a name; null when our own count.</summary>
    /// <param name="store">Where prompts are kept.</param>
    /// <param name="id">The name that a prompt is asked for by.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public static async Task<ForeignVersions?> OfAsync(IPromptStore store, string id, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(id);
        if (!MayBe(id) || (await store.LabelsAsync(id, cancellationToken)).Where(label => NumberOf(label.Label) is not null).MaxBy(label => label.Version) is not { } newest) return null;
        return (await store.FindAsync(id, newest.Label, cancellationToken))?.ImportedFrom == id ? new(await store.VersionsAsync(id, cancellationToken)) : null;
    }

    /// <summary>The version to ask a store for.</summary>
    /// <param name="store">Where prompts are kept.</param>
    /// <param name="id">The name that a prompt is asked for by.</param>
    /// <param name="version">A number that counts under this name, or a label; null: the default version.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>A number of ours, or a label: of a number that nothing has, one that finds nothing.</returns>
    public static async Task<string?> OursAsync(IPromptStore store, string id, string? version, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(id);
        if (!MayBe(id) || !int.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || await OfAsync(store, id, cancellationToken) is not { } numbers) return version;
        return numbers._ours.TryGetValue(number, out var ours) ? ours.ToString(CultureInfo.InvariantCulture) : LabelOf(number);
    }

    /// <summary>One version; null when there is none.</summary>
    /// <param name="store">Where prompts are kept.</param>
    /// <param name="id">The name that a prompt is asked for by.</param>
    /// <param name="version">As for <see cref="OursAsync"/>.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public static async Task<Prompt?> FindAsync(IPromptStore store, string id, string? version, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(store);
        return await store.FindAsync(id, await OursAsync(store, id, version, cancellationToken), cancellationToken);
    }

    /// <summary>The label that keeps a number.</summary>
    internal static string LabelOf(int number) => string.Create(CultureInfo.InvariantCulture, $"v{number}");

    /// <summary>The number that a label such as <c>v3</c> keeps; null for any other label.</summary>
    /// <param name="label">The label.</param>
    public static int? NumberOf(string? label) => label is ['v', >= '1' and <= '9', ..] && int.TryParse(label.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>Whether a name may be one that a prompt had elsewhere: an id of OpenAI, or one with the system before it, which no key has.</summary>
    private static bool MayBe(string id) => id.StartsWith(Ids.PromptPrefix, StringComparison.Ordinal) || id.Contains(':', StringComparison.Ordinal);
}
