using System.Text.Json;

namespace Turnpike.Tests.Prompts.Variables;

/// <summary>Short ways to write values and definitions.</summary>
internal static class Json
{
    public static JsonElement Of(string json) => JsonElement.Parse(json);

    public static JsonElement[] List(params string[] json) => [.. json.Select(Of)];
}
