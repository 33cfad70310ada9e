using System.Text.Json;
using System.Text.Json.Nodes;
using Turnpike.Prompts;
using Turnpike.Turns.Files;
using Turnpike.Turns.Json;
using Turnpike.Turns.Resources;

namespace Turnpike.Cli.Input;

/// <summary>Reads <c>-v name=value</c>, <c>-v name=@file</c>, <c>-v name=-</c> and <c>-v name:=json</c>.</summary>
internal static class VariableArguments
{
    private static readonly int MostBytes = new ResourceOptions().Bytes;

    /// <summary>The values by name. Texts stay texts: the prompt's definitions say what they become. A file for a variable of type image or file goes with its media type.</summary>
    /// <param name="arguments">What was typed.</param>
    /// <param name="files">What is piped in.</param>
    /// <param name="types">What the variables take.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="UsageException">An argument has another form, or names a file that cannot be read.</exception>
    public static async Task<IReadOnlyDictionary<string, JsonElement>> ReadAsync(IEnumerable<string> arguments, InputFile files, VariableTypes types, CancellationToken cancellationToken)
    {
        var values = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var argument in arguments)
        {
            var equals = argument.IndexOf('=', StringComparison.Ordinal);
            var isJson = equals > 1 && argument[equals - 1] == ':';
            var name = equals < 0 ? "" : argument[..(isJson ? equals - 1 : equals)];
            if (name.Length == 0) throw new UsageException($"\"{argument}\" is no variable.", "Write -v name=value, -v name=@file, -v name=- for what is piped in, or -v name:=json.");
            var value = argument[(equals + 1)..];
            var read = isJson ? Json(name, value) : value is ['@', not '@', ..] ? await FileAsync(name, value[1..], await types.OfAsync(name, cancellationToken), cancellationToken) : Text(await TextAsync(name, value, files, cancellationToken));
            if (!values.TryAdd(name, read)) throw new UsageException($"Variable \"{name}\" is given twice.", "Give it once; a list is -v name:='[\"a\", \"b\"]'.");
        }
        return values;
    }

    private static async Task<string> TextAsync(string name, string value, InputFile files, CancellationToken cancellationToken) => value switch
    {
        "-" => await files.PipedAsync($"-v {name}=-", cancellationToken),
        ['@', '@', ..] => value[1..],
        _ => value,
    };

    /// <summary>What a file is for a variable: its bytes where the variable takes an image or a file, or takes anything and they are no text; else its text.</summary>
    private static async Task<JsonElement> FileAsync(string name, string path, VariableType type, CancellationToken cancellationToken)
    {
        if (type is not (VariableType.Image or VariableType.File or VariableType.Any)) return Text(await InputFile.TextAsync(path, cancellationToken));
        var bytes = await InputFile.BytesAsync(path, cancellationToken);
        if (type == VariableType.Any && InputFile.TypeOf(bytes) is null && InputFile.Text(bytes) is not null) return Text(await InputFile.TextAsync(path, cancellationToken));
        var (file, mediaType) = (FileTypes.Name(path), FileTypes.Of(path, claimed: null, bytes.AsSpan(0, Math.Min(bytes.Length, 4096))));
        if (type == VariableType.Image && !mediaType.StartsWith("image/", StringComparison.Ordinal)) throw new UsageException($"Variable \"{name}\" takes an image, and \"{path}\" is {mediaType}.", "Give the path of a picture, such as a PNG or JPEG.");
        if (bytes.Length > MostBytes) throw new UsageException(FormattableString.Invariant($"The file \"{path}\" for variable \"{name}\" has {bytes.Length:N0} bytes; it may have {MostBytes:N0}."), "Give a smaller one.");
        var url = $"data:{mediaType};base64,{Convert.ToBase64String(bytes)}";
        return type == VariableType.Any ? Text(url) : JsonElement.Parse(new JsonObject { ["url"] = url, ["name"] = file }.ToJsonString());
    }

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
