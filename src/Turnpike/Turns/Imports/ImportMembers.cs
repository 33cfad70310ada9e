using System.Globalization;
using System.Text.Json;

namespace Turnpike.Turns.Imports;

/// <summary>Reads members of another system's object and remembers which were read, so that the report can name the others.</summary>
internal sealed class ImportMembers
{
    private readonly Dictionary<string, JsonElement> _members = new(StringComparer.Ordinal);
    private readonly HashSet<string> _read = new(StringComparer.Ordinal);

    public ImportMembers(JsonElement? value)
    {
        if (value is not { ValueKind: JsonValueKind.Object } given) return;
        foreach (var member in given.EnumerateObject()) _members[member.Name] = member.Value;
    }

    /// <summary>A member; null when it is not there or null.</summary>
    public JsonElement? Get(string name)
    {
        _read.Add(name);
        return _members.TryGetValue(name, out var value) && value.ValueKind is not (JsonValueKind.Null or JsonValueKind.Undefined) ? value : null;
    }

    public string? Text(string name) => Get(name) is { } value ? value.ValueKind == JsonValueKind.String ? value.GetString() : value.GetRawText() : null;

    public long? Number(params ReadOnlySpan<string> names)
    {
        long? found = null;
        foreach (var name in names)
            if (Get(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetDouble(out var number)) found ??= (long)number;
        return found;
    }

    public DateTimeOffset? Time(string name) => Get(name) switch
    {
        { ValueKind: JsonValueKind.String } text when DateTimeOffset.TryParse(text.GetString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) => time,
        { ValueKind: JsonValueKind.Number } number when number.TryGetInt64(out var milliseconds) && milliseconds is > 0 and < 253_402_300_799_999 => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds),
        _ => null,
    };

    /// <summary>The items of a list. What is no list counts as unread, so that the report names it.</summary>
    public IEnumerable<JsonElement> List(string name)
    {
        if (!_members.TryGetValue(name, out var value) || value.ValueKind != JsonValueKind.Array) return [];
        _read.Add(name);
        return value.EnumerateArray();
    }

    public ImportMembers Object(string name) => new(Get(name));

    /// <summary>Names of members that say something and that nobody read.</summary>
    public IReadOnlyList<string> Unread() => [.. _members.Where(member => !_read.Contains(member.Key) && Says(member.Value)).Select(member => member.Key)];

    /// <summary>Notes the members that nobody read.</summary>
    public void NoteUnread(ImportItemNotes notes, string of = "")
    {
        if (Unread() is { Count: > 0 } unread) notes.Changed($"not kept: {string.Join(", ", unread.Select(name => of + name))}");
    }

    private static bool Says(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.Undefined or JsonValueKind.False => false,
        JsonValueKind.String => value.GetString()!.Length > 0,
        JsonValueKind.Array => value.GetArrayLength() > 0,
        JsonValueKind.Object => value.EnumerateObject().Any(),
        _ => true,
    };
}
