using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Turnpike.Cli.Sync;

/// <summary>Finds where in a JSON text a member stands.</summary>
internal static class JsonLine
{
    /// <summary>The line, from 1, of the value at a path such as <c>cases[1].expect[0].matches</c>, or of the nearest one around it that there is.</summary>
    public static int Of(string json, string path)
    {
        var bytes = Encoding.UTF8.GetBytes(json);
        var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        var (around, name, nearest, length) = (new Stack<(string Path, int Next)>(), "", 0L, -1); // Next: the next item of a list; -1 inside of an object
        while (reader.Read())
        {
            if (reader.TokenType is JsonTokenType.EndArray or JsonTokenType.EndObject)
            {
                around.Pop();
                continue;
            }
            if (reader.TokenType == JsonTokenType.PropertyName)
            {
                name = reader.GetString()!;
                continue;
            }
            var at = "";
            if (around.TryPop(out var outer))
            {
                at = outer.Next >= 0 ? string.Create(CultureInfo.InvariantCulture, $"{outer.Path}[{outer.Next}]") : outer.Path.Length == 0 ? name : $"{outer.Path}.{name}";
                around.Push(outer.Next >= 0 ? (outer.Path, outer.Next + 1) : outer);
            }
            if (at.Length > length && (at.Length == 0 || path == at || (path.StartsWith(at, StringComparison.Ordinal) && path[at.Length] is '.' or '['))) (nearest, length) = (reader.TokenStartIndex, at.Length);
            if (reader.TokenType == JsonTokenType.StartArray) around.Push((at, 0));
            else if (reader.TokenType == JsonTokenType.StartObject) around.Push((at, -1));
        }
        return bytes.AsSpan(0, (int)nearest).Count((byte)'\n') + 1;
    }
}
