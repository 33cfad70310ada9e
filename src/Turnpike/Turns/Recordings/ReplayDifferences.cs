using System.Text;
using System.Text.Json;
using Turnpike.Turns.Json;

namespace Turnpike.Turns.Recordings;

/// <summary>Finds and gathers what differs, member by member.</summary>
internal sealed class ReplayDifferences
{
    private const int Longest = 400;
    private const int Before = 60;
    private readonly List<ReplayDifference> _found = [];

    /// <summary>What was found.</summary>
    public IReadOnlyList<ReplayDifference> Found => _found;

    /// <summary>Texts that are never told.</summary>
    public IReadOnlyList<string> Secrets { get; set; } = [];

    /// <summary>Compares two values that may be missing.</summary>
    public void Compare(string where, JsonElement? kept, JsonElement? now)
    {
        if (kept is null && now is null) return;
        if (kept is not { } before || now is not { } after)
        {
            Add(where, kept, now);
            return;
        }
        if (ForeignJson.AreSame(before, after)) return;
        if (before.ValueKind == JsonValueKind.Object && after.ValueKind == JsonValueKind.Object)
        {
            foreach (var name in before.EnumerateObject().Select(member => member.Name).Union(after.EnumerateObject().Select(member => member.Name), StringComparer.Ordinal))
                Compare($"{where}.{name}", Member(before, name), Member(after, name));
        }
        else if (before.ValueKind == JsonValueKind.Array && after.ValueKind == JsonValueKind.Array)
        {
            for (var i = 0; i < Math.Max(before.GetArrayLength(), after.GetArrayLength()); i++) Compare($"{where}[{i}]", Item(before, i), Item(after, i));
        }
        else Add(where, before, after);
    }

    /// <summary>Compares two bodies: as JSON where they are JSON, so that only what means something else counts.</summary>
    public void Compare(string where, ReadOnlyMemory<byte> kept, ReadOnlyMemory<byte> now)
    {
        if (kept.Span.SequenceEqual(now.Span)) return;
        if (Parsed(kept) is { } before && Parsed(now) is { } after) Compare(where, before, after);
        else Compare(where, Text(Encoding.UTF8.GetString(kept.Span)), Text(Encoding.UTF8.GetString(now.Span)));
    }

    /// <summary>Compares two texts that may be missing.</summary>
    public void Compare(string where, string? kept, string? now) => Compare(where, kept is null ? null : Text(kept), now is null ? null : Text(now));

    private void Add(string where, JsonElement? kept, JsonElement? now)
    {
        if (_found.Count == ReplayReport.MostDifferences) return;
        (kept, now) = (kept is { } before ? SecretText.Hide(before, Secrets) : null, now is { } after ? SecretText.Hide(after, Secrets) : null);
        var same = kept is { ValueKind: JsonValueKind.String } one && now is { ValueKind: JsonValueKind.String } other ? Alike(one.GetString()!, other.GetString()!) : 0;
        _found.Add(new(where, Short(kept, same), Short(now, same)));
    }

    /// <summary>How many characters two texts begin with alike.</summary>
    private static int Alike(string one, string other) => one.AsSpan().CommonPrefixLength(other);

    private static JsonElement? Short(JsonElement? value, int same)
    {
        if (value is not { } told) return null;
        var text = told.ValueKind == JsonValueKind.String ? told.GetString()! : told.GetRawText();
        if (text.Length <= Longest) return told;
        var start = Math.Clamp(same - Before, 0, text.Length - 1);
        var end = Math.Min(text.Length, start + Longest);
        return Text($"{(start > 0 ? "…" : "")}{text[start..end]}{(end < text.Length ? "…" : "")}");
    }

    private static JsonElement Text(string text) => JsonSerializer.SerializeToElement(text, TurnpikeJson.Relaxed.String);

    private static JsonElement? Member(JsonElement value, string name) => value.TryGetProperty(name, out var member) ? member : null;

    private static JsonElement? Item(JsonElement value, int index) => index < value.GetArrayLength() ? value[index] : null;

    private static JsonElement? Parsed(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var parsed = JsonDocument.Parse(json);
            return parsed.RootElement.Clone();
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
