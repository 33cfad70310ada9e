using System.Text.Json;
using Turnpike.Turns.Json;

namespace Turnpike.Turns.Access;

/// <summary>A key with its secret: told once, when it is made or rotated.</summary>
/// <param name="Secret">What the key's holder sends.</param>
/// <param name="Key">Everything else.</param>
public sealed record IssuedKey(string Secret, AccessKey Key)
{
    /// <summary>What is wrong with the keys now that there is this one; null: nothing. It is told once, as <c>warning</c>.</summary>
    public string? Warning { get; init; }

    /// <summary>Writes the secret as <c>key</c>, and behind it the members of the key.</summary>
    public void WriteTo(Utf8JsonWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStartObject();
        writer.WriteString("key", Secret);
        using var rest = JsonSerializer.SerializeToDocument(Key, AccessJson.Relaxed.AccessKey);
        foreach (var member in rest.RootElement.EnumerateObject()) member.WriteTo(writer);
        if (Warning is not null) writer.WriteString("warning", Warning);
        writer.WriteEndObject();
    }

    /// <summary>Reads what <see cref="WriteTo"/> wrote.</summary>
    public static IssuedKey Read(JsonElement json) => new(json.GetProperty("key").GetString()!, KeptJson.Read(json, AccessJson.Relaxed.AccessKey)!) { Warning = json.TryGetProperty("warning", out var warning) ? warning.GetString() : null };

    /// <summary>Never the secret.</summary>
    public override string ToString() => $"{Key.Id} ({Key.Prefix}…)";
}
