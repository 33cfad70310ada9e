using System.Text.Json;
using Turnpike.Turns.Json;

namespace Turnpike.Cli.Input;

/// <summary>Reads <c>-v name=value</c>, <c>-v name=@file</c>, <c>-v name=-</c> and <c>-v name:=json</c>.</summary>
internal static class VariableArguments
{
    /// <summary>The values by name. Texts stay texts: the prompt's definitions say what they become.</summary>
    /// <exception cref="UsageException">An argument has another form, or names a file that cannot be read.</exception>
    public static async Task<IReadOnlyDictionary<string, JsonElement>> ReadAsync(IEnumerable<string> arguments, InputFile files, CancellationToken cancellationToken)
    {
        var values = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var argument in arguments)
        {
            var equals = argument.IndexOf('=', StringComparison.Ordinal);
            var isJson = equals > 1 && argument[equals - 1] == ':';
            var name = equals < 0 ? "" : argument[..(isJson ? equals - 1 : equals)];
            if (name.Length == 0) throw new UsageException($"\"{argument}\" is no variable.", "Write -v name=value, -v name=@file, -v name=- for what is piped in, or -v name:=json.");
            var value = argument[(equals + 1)..];
            var read = isJson ? Json(name, value) : Text(await TextAsync(name, value, files, cancellationToken));
            if (!values.TryAdd(name, read)) throw new UsageException($"Variable \"{name}\" is given twice.", "Give it once; a list is -v name:='[\"a\", \"b\"]'.");
        }
        return values;
    }

    private static async Task<string> TextAsync(string name, string value, InputFile files, CancellationToken cancellationToken) => value switch
    {
        "-" => await files.PipedAsync($"-v {name}=-", cancellationToken),
        ['@', '@', ..] => value[1..],
        ['@', _, ..] => await InputFile.TextAsync(value[1..], cancellationToken),
        _ => value,
    };

    private static JsonElement Text(string text) => JsonSerializer.SerializeToElement(text, TurnpikeJson.Relaxed.String);

    private static JsonElement Json(string name, string value)
    {
        try
        {
            using var parsed = JsonDocument.Parse(value);
            return parsed.RootElement.Clone();
        }
        catch (JsonException)
        {
            throw new UsageException($"The value of \"{name}\" is no JSON.", $"Write -v {name}:='[\"a\", \"b\"]', or -v {name}=text for a text.");
        }
    }
}
