using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Turnpike.Prompts.Variables.Schemas;

/// <summary>
/// One walk of a value along a schema. Without a list of faults it stops at the first, and is quick; with one it names every place.
/// Keywords that are malformed are passed over: <see cref="SchemaReview"/> reports them when the prompt is saved.
/// </summary>
internal sealed class SchemaWalk(JsonElement root, FaultList? faults)
{
    public const int Deepest = 128;
    private const int MostPlaces = 100_000;
    private const int MostLooks = 5_000_000;
    private const int BytesOfALook = 32;
    private static readonly TimeSpan Matching = TimeSpan.FromSeconds(1);
    private readonly Dictionary<string, JsonElement> _followed = new(StringComparer.Ordinal);
    private FaultList? _faults = faults;
    private int _places;
    private long _looks;
    private TimeSpan _matched;

    /// <summary>Why the walk was given up; null when it was not. A value that could not be checked does not fit, not even under <c>not</c>.</summary>
    public string? Unusable { get; private set; }

    /// <summary>Whether a value fits a schema.</summary>
    public bool Fits(JsonElement schema, JsonElement value) => Fits(schema, value, 0) && Unusable is null;

    private bool Fits(JsonElement schema, JsonElement value, int depth)
    {
        if (Unusable is not null) return false;
        if (depth > Deepest) return GiveUp($"nests deeper than {Deepest}");
        if (++_places > MostPlaces) return GiveUp($"needs more than {MostPlaces} steps for this value");
        if (schema.ValueKind == JsonValueKind.False) return Fault("is not allowed here");
        if (schema.ValueKind != JsonValueKind.Object) return true;
        var fits = true;
        foreach (var keyword in schema.EnumerateObject())
        {
            fits &= Keyword(schema, keyword, value, depth);
            if (!fits && _faults is null) return false;
        }
        return fits;
    }

    private bool Keyword(JsonElement schema, JsonProperty keyword, JsonElement value, int depth)
    {
        var says = keyword.Value;
        return (keyword.Name, says.ValueKind) switch
        {
            ("$ref", JsonValueKind.String) => Follows(says.GetString()!, value, depth),
            ("allOf", JsonValueKind.Array) => AllOf(says, value, depth),
            ("anyOf", JsonValueKind.Array) => CountFitting(says, value, depth, 1) > 0 || Misfits(value, "fit at least one of the schemas of \"anyOf\""),
            ("oneOf", JsonValueKind.Array) => CountFitting(says, value, depth, 2) is var count && (count == 1 || Misfits(value, $"fit exactly one of the schemas of \"oneOf\", and it fits {(count == 0 ? "none" : "several")}")),
            ("not", _) => !FitsSilently(says, value, depth) || Misfits(value, "not fit the schema of \"not\""),
            ("required" or "enum", JsonValueKind.Array) when !Looks(says.GetArrayLength(), value) => false,
            ("minLength" or "maxLength" or "pattern" or "format" or "uniqueItems", _) when !Reads(value) => false,
            ("properties", JsonValueKind.Object) when value.ValueKind == JsonValueKind.Object => Properties(says, value, depth),
            ("additionalProperties", _) when value.ValueKind == JsonValueKind.Object => AdditionalProperties(schema, says, value, depth),
            ("items", _) when value.ValueKind == JsonValueKind.Array => Items(says, value, depth),
            ("pattern", JsonValueKind.String) when value.ValueKind == JsonValueKind.String => Pattern(says.GetString()!, value),
            ("uniqueItems", JsonValueKind.True) when value.ValueKind == JsonValueKind.Array => AreUnique(value) || Misfits(value, "have no two equal items"),
            _ => SchemaAssertions.Expected(keyword.Name, says, value) is not { } expected || Misfits(value, expected),
        };
    }

    private bool Follows(string reference, JsonElement value, int depth)
    {
        if (!_followed.TryGetValue(reference, out var target))
        {
            if (!SchemaReferences.TryFollow(root, reference, out target, out var fault)) return GiveUp(fault);
            _followed[reference] = target;
        }
        return Fits(target, value, depth + 1);
    }

    private bool Pattern(string expression, JsonElement value)
    {
        var pattern = PatternCache.Get(expression, whole: false);
        if (pattern.Fault is { } fault) return GiveUp("has a keyword that cannot be used: " + fault);
        if (_matched > Matching) return GiveUp($"has patterns that together take longer than {Matching.TotalSeconds:0} s for this value");
        var from = Stopwatch.GetTimestamp();
        var found = pattern.Matches(value.GetString()!);
        _matched += Stopwatch.GetElapsedTime(from);
        return found is { } matches
            ? matches || Misfits(value, $"match the pattern \"{expression}\"")
            : GiveUp($"has the pattern \"{expression}\", which takes too long for this value");
    }

    private bool AllOf(JsonElement schemas, JsonElement value, int depth)
    {
        var fits = true;
        foreach (var schema in schemas.EnumerateArray()) fits &= Fits(schema, value, depth + 1);
        return fits;
    }

    private int CountFitting(JsonElement schemas, JsonElement value, int depth, int enough)
    {
        var count = 0;
        foreach (var schema in schemas.EnumerateArray())
        {
            if (FitsSilently(schema, value, depth) && ++count == enough) break;
        }
        return count;
    }

    private bool FitsSilently(JsonElement schema, JsonElement value, int depth)
    {
        var loud = _faults;
        _faults = null;
        var fits = Fits(schema, value, depth + 1);
        _faults = loud;
        return fits;
    }

    private bool Properties(JsonElement schemas, JsonElement value, int depth)
    {
        var fits = true;
        if (!Looks(schemas.GetPropertyCount(), value)) return false;
        var members = new SchemaMembers(value, schemas.GetPropertyCount());
        foreach (var schema in schemas.EnumerateObject())
        {
            if (!members.TryGet(schema.Name, out var member)) continue;
            _faults?.Enter(schema.Name);
            fits &= Fits(schema.Value, member, depth + 1);
            _faults?.Leave();
        }
        return fits;
    }

    private bool AdditionalProperties(JsonElement schema, JsonElement additional, JsonElement value, int depth)
    {
        if (additional.ValueKind == JsonValueKind.True) return true;
        SchemaMembers? known = null;
        if (schema.TryGetProperty("properties", out var properties) && properties.ValueKind == JsonValueKind.Object)
        {
            if (!Looks(properties.GetPropertyCount(), value)) return false;
            known = new(properties, value.GetPropertyCount());
        }
        var fits = true;
        foreach (var member in value.EnumerateObject())
        {
            if (known?.TryGet(member.Name, out _) == true) continue;
            _faults?.Enter(member.Name);
            fits &= Fits(additional, member.Value, depth + 1);
            _faults?.Leave();
        }
        return fits;
    }

    /// <summary>Counts what is looked for in a value, found or not: a schema and a value of many members may have none in common.</summary>
    private bool Looks(int count, JsonElement value) =>
        (_looks += count + (value.ValueKind == JsonValueKind.Object ? value.GetPropertyCount() : 0)) <= MostLooks || GiveUp($"needs more than {MostLooks} steps for this value");

    /// <summary>Counts a text, or a list, that is read whole once more.</summary>
    private bool Reads(JsonElement value) =>
        value.ValueKind is not (JsonValueKind.String or JsonValueKind.Array) || Looks(JsonMarshal.GetRawUtf8Value(value).Length / BytesOfALook, value);

    private bool Items(JsonElement schema, JsonElement value, int depth)
    {
        var fits = true;
        var index = 0;
        foreach (var item in value.EnumerateArray())
        {
            _faults?.Enter(index++);
            fits &= Fits(schema, item, depth + 1);
            _faults?.Leave();
            if (!fits && _faults is null) break;
        }
        return fits;
    }

    private bool AreUnique(JsonElement list)
    {
        _places += list.GetArrayLength();
        var seen = new HashSet<JsonElement>(JsonEquality.Instance);
        foreach (var item in list.EnumerateArray())
        {
            if (!seen.Add(item)) return false;
        }
        return true;
    }

    private bool Misfits(JsonElement value, string expected) => _faults is not null && Fault($"is {Given.Describe(value)}; it must {expected}");

    private bool GiveUp(string why)
    {
        Unusable ??= "cannot be checked: the schema " + why;
        return false;
    }

    private bool Fault(string message)
    {
        _faults?.Add(message);
        return false;
    }
}
