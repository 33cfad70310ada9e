using System.Globalization;
using System.Text;

namespace Turnpike.Turns.Json;

/// <summary>Where a value stands in JSON: <c>a.b[2].c</c>. Its words are made when somebody asks for them, for names may be as long as lists.</summary>
internal sealed class JsonPlace
{
    private readonly JsonPlace? _outer;
    private readonly string _name;
    private readonly int _at;

    private JsonPlace(JsonPlace? outer, string name, int at) => (_outer, _name, _at) = (outer, name, at);

    /// <summary>A place by its words; empty: the top.</summary>
    public static JsonPlace Of(string path) => new(null, path, -1);

    /// <summary>The name of the member; empty for an item of a list.</summary>
    public string Name => _name;

    /// <summary>A member of the object here.</summary>
    public JsonPlace Member(string name) => new(this, name, -1);

    /// <summary>An item of the list here.</summary>
    public JsonPlace Item(int at) => new(this, "", at);

    /// <summary>The place in words.</summary>
    public override string ToString()
    {
        if (_outer is null) return _name;
        var places = new Stack<JsonPlace>();
        for (var place = this; place is not null; place = place._outer) places.Push(place);
        var words = new StringBuilder();
        foreach (var place in places)
        {
            if (place._at >= 0) words.Append(CultureInfo.InvariantCulture, $"[{place._at}]");
            else if (words.Length > 0) words.Append('.').Append(place._name);
            else words.Append(place._name);
        }
        return words.ToString();
    }
}
