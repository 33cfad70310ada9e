using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Turnpike.Cli.Output;

/// <summary>One JSON object a line.</summary>
internal static class JsonLines
{
    /// <summary>Writes objects, each on its line.</summary>
    public static void Write<T>(Surroundings here, JsonTypeInfo<T> type, params IEnumerable<T> rows)
    {
        foreach (var row in rows) here.Out.Write(JsonSerializer.Serialize(row, type) + "\n");
    }
}
