using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Turnpike.Turns.Settings;

/// <summary>
/// Values of variables that cannot be opened, since the key that sealed them is not here: they count as not set. Whoever changes the values makes others of them; until
/// then what was sealed stays as it is, so that it can be read when the key is back.
/// </summary>
/// <param name="kept">What was sealed.</param>
internal sealed class UnreadableValues(string kept) : IReadOnlyDictionary<string, JsonElement>
{
    /// <summary>What was sealed.</summary>
    public string Kept => kept;

    public int Count => 0;

    public IEnumerable<string> Keys => [];

    public IEnumerable<JsonElement> Values => [];

    public JsonElement this[string key] => throw new KeyNotFoundException();

    public bool ContainsKey(string key) => false;

    public bool TryGetValue(string key, [MaybeNullWhen(false)] out JsonElement value)
    {
        value = default;
        return false;
    }

    public IEnumerator<KeyValuePair<string, JsonElement>> GetEnumerator() => Enumerable.Empty<KeyValuePair<string, JsonElement>>().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
