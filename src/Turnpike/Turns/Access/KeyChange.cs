using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Turnpike.Turns.Json;

namespace Turnpike.Turns.Access;

/// <summary>What of a key can be changed without another secret. Whose it is, and of which organization, stays.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record KeyChange
{
    /// <summary>What people shall call it: 1 to 100 characters.</summary>
    public string? Name { get; init; }
    /// <summary>What it may do; one or more.</summary>
    public IReadOnlyList<string>? Scopes { get; init; }
    /// <summary>When it ends, UTC; null: never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }
    /// <summary>Keys or globs of the stored prompts it may run; null: all, and prompts that were never saved.</summary>
    public IReadOnlyList<string>? Prompts { get; init; }
    /// <summary>Ids or globs of the models it may use; null: all.</summary>
    public IReadOnlyList<string>? Models { get; init; }
    /// <summary>Names or globs of the tools its turns may be offered; null: all.</summary>
    public IReadOnlyList<string>? Tools { get; init; }
    /// <summary>How much it may use: each limit for itself, null takes it away.</summary>
    public KeyLimits? Limits { get; init; }
    /// <summary>How its requests are read: each setting for itself, null makes it the default.</summary>
    public KeySettings? Settings { get; init; }

    /// <summary>A key with a change. What the change does not name stays, null takes away; of limits and settings each counts for itself (RFC 7396).</summary>
    /// <param name="key">The key as it is.</param>
    /// <param name="change">A JSON object with the members to change.</param>
    /// <exception cref="TurnException"><c>request_invalid</c>, with the field: there is no such member, or it does not fit.</exception>
    public static AccessKey Over(AccessKey key, JsonElement change)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (change.ValueKind != JsonValueKind.Object) throw Invalid(null, "The change of a key must be a JSON object.");
        var members = Members(key);
        Merge(members, change);
        try
        {
            var changed = members.Deserialize(StrictJson.Given(AccessJson.Relaxed.KeyChange))!;
            return key with { Name = changed.Name ?? "", Scopes = changed.Scopes ?? [], ExpiresAt = changed.ExpiresAt, Prompts = changed.Prompts, Models = changed.Models, Tools = changed.Tools, Limits = changed.Limits ?? KeyLimits.None, Settings = changed.Settings ?? KeySettings.Standard };
        }
        catch (JsonException error)
        {
            var field = JsonWords.Field(error);
            throw Invalid(field, $"The key cannot be changed so: {JsonWords.Of(error, AccessJson.Relaxed.Options, field)}");
        }
    }

    /// <summary>The names of the members in which a key differs from what it was, such as <c>scopes</c> or <c>limits.tokensPerDay</c>.</summary>
    public static IReadOnlyList<string> Between(AccessKey before, AccessKey after)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        return [.. Differing(Members(before), Members(after), "")];
    }

    private static IEnumerable<string> Differing(JsonObject before, JsonObject after, string path)
    {
        foreach (var name in before.Concat(after).Select(member => member.Key).Distinct())
        {
            if (ForeignJson.AreSame(before[name], after[name])) continue;
            if (path.Length > 0 || name is not ("limits" or "settings")) yield return path + name;
            else foreach (var inner in Differing(before[name] as JsonObject ?? [], after[name] as JsonObject ?? [], name + ".")) yield return inner;
        }
    }

    private static JsonObject Members(AccessKey key) => (JsonObject)JsonSerializer.SerializeToNode(
        new() { Name = key.Name, Scopes = key.Scopes, ExpiresAt = key.ExpiresAt, Prompts = key.Prompts, Models = key.Models, Tools = key.Tools, Limits = key.Limits, Settings = key.Settings }, AccessJson.Relaxed.KeyChange)!;

    private static void Merge(JsonObject into, JsonElement change)
    {
        foreach (var member in change.EnumerateObject())
        {
            if (member.Value.ValueKind == JsonValueKind.Null)
            {
                into.Remove(member.Name);
            }
            else if (member.Value.ValueKind == JsonValueKind.Object)
            {
                if (into[member.Name] is not JsonObject inner) into[member.Name] = inner = [];
                Merge(inner, member.Value);
            }
            else
            {
                into[member.Name] = JsonNode.Parse(member.Value.GetRawText());
            }
        }
    }

    private static TurnException Invalid(string? field, string message) => new(TurnErrorCode.RequestInvalid, message) { Field = field };
}
