using System.Runtime.InteropServices;
using System.Text.Json;
using Turnpike.Turns.Json;

namespace Turnpike.Prompts.Variables;

/// <summary>
/// Whether two JSON values say the same: members in any order, numbers by their value. The platform's comparison throws on numbers with very
/// large exponents; this one does not. Texts must be readable (<see cref="JsonElements.IsReadable"/>).
/// </summary>
internal sealed class JsonEquality : IEqualityComparer<JsonElement>
{
    public static JsonEquality Instance { get; } = new();

    public bool Equals(JsonElement x, JsonElement y)
    {
        if (x.ValueKind != y.ValueKind) return false;
        return x.ValueKind switch
        {
            JsonValueKind.Number => SameNumber(x, y),
            JsonValueKind.String => JsonElements.AreOne(x, y) || SameText(x, y),
            JsonValueKind.Array => SameItems(x, y),
            JsonValueKind.Object => SameMembers(x, y),
            _ => true,
        };
    }

    public int GetHashCode(JsonElement obj)
    {
        var hash = new HashCode();
        Add(ref hash, obj);
        return hash.ToHashCode();
    }

    // All of a value goes into its hash, so that a list made to collide cannot make the search for equal items slow.
    private void Add(ref HashCode hash, JsonElement value)
    {
        hash.Add(value.ValueKind);
        switch (value.ValueKind)
        {
            case JsonValueKind.Number:
                var number = Numbers.Of(value);
                if (number.Exact is { } exact) hash.Add(exact);
                else if (double.IsFinite(number.Rough)) hash.Add(number.Rough);
                else hash.AddBytes(JsonMarshal.GetRawUtf8Value(value));
                break;
            case JsonValueKind.String:
                hash.Add(value.GetString(), StringComparer.Ordinal);
                break;
            case JsonValueKind.Array:
                foreach (var item in value.EnumerateArray()) Add(ref hash, item);
                break;
            case JsonValueKind.Object:
                var sum = 0; // members have no order
                foreach (var member in value.EnumerateObject()) sum = unchecked(sum + HashCode.Combine(member.Name, GetHashCode(member.Value)));
                hash.Add(sum);
                break;
        }
    }

    private static bool SameText(JsonElement a, JsonElement b)
    {
        if (JsonMarshal.GetRawUtf8Value(a).SequenceEqual(JsonMarshal.GetRawUtf8Value(b))) return true;
        try
        {
            return a.ValueEquals(b.GetString());
        }
        catch (InvalidOperationException) // half a character, which no other text has
        {
            return false;
        }
    }

    private static bool SameNumber(JsonElement a, JsonElement b)
    {
        if (JsonMarshal.GetRawUtf8Value(a).SequenceEqual(JsonMarshal.GetRawUtf8Value(b))) return true;
        var (x, y) = (Numbers.Of(a), Numbers.Of(b));
        return double.IsFinite(x.Rough) && x == y;
    }

    private bool SameItems(JsonElement a, JsonElement b)
    {
        if (a.GetArrayLength() != b.GetArrayLength()) return false;
        using var others = b.EnumerateArray().GetEnumerator();
        foreach (var item in a.EnumerateArray())
        {
            if (!others.MoveNext() || !Equals(item, others.Current)) return false;
        }
        return true;
    }

    private bool SameMembers(JsonElement a, JsonElement b)
    {
        if (a.GetPropertyCount() != b.GetPropertyCount()) return false;
        var others = new Dictionary<string, JsonElement>(b.GetPropertyCount(), StringComparer.Ordinal);
        foreach (var member in b.EnumerateObject()) others[member.Name] = member.Value;
        foreach (var member in a.EnumerateObject())
        {
            if (!others.TryGetValue(member.Name, out var other) || !Equals(member.Value, other)) return false;
        }
        return true;
    }
}
