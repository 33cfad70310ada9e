using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Turnpike.Server.Http;

/// <summary>The path of the value that a reader has come to.</summary>
internal sealed class JsonPath
{
    private readonly List<(string? Name, int Index)> _steps = [];

    /// <summary>Follows the reader over one token.</summary>
    public void Take(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.PropertyName:
                _steps[^1] = (Name(ref reader), 0);
                break;
            case JsonTokenType.StartObject or JsonTokenType.StartArray:
                NextItem();
                _steps.Add((reader.TokenType == JsonTokenType.StartObject ? "" : null, -1));
                break;
            case JsonTokenType.EndObject or JsonTokenType.EndArray:
                _steps.RemoveAt(_steps.Count - 1);
                break;
            default:
                NextItem();
                break;
        }
    }

    /// <summary>Such as <c>resources[0].kind</c>; null for the whole.</summary>
    public override string? ToString()
    {
        var path = new StringBuilder();
        foreach (var (name, index) in _steps)
        {
            if (name is { Length: > 0 }) path.Append(path.Length > 0 ? "." : "").Append(name);
            else if (name is null && index >= 0) path.Append(CultureInfo.InvariantCulture, $"[{index}]");
        }
        return path.Length == 0 ? null : path.ToString();
    }

    private void NextItem()
    {
        if (_steps.Count > 0 && _steps[^1].Name is null) _steps[^1] = (null, _steps[^1].Index + 1);
    }

    private static string Name(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            return "�"; // a name that is not text
        }
    }
}
