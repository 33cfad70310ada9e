using System.Text;
using Turnpike.Turns;

namespace Turnpike.Cli.Input;

/// <summary>Makes resources of <c>-r file</c>, <c>-r https://…</c> and <c>-r -</c>.</summary>
internal static class ResourceFiles
{
    private static readonly Dictionary<string, string> MediaTypes = new(StringComparer.OrdinalIgnoreCase)
    {
        [".png"] = "image/png",
        [".jpg"] = "image/jpeg",
        [".jpeg"] = "image/jpeg",
        [".gif"] = "image/gif",
        [".webp"] = "image/webp",
        [".wav"] = "audio/wav",
        [".mp3"] = "audio/mpeg",
        [".ogg"] = "audio/ogg",
        [".flac"] = "audio/flac",
        [".pdf"] = "application/pdf",
    };

    /// <summary>The resources, in order.</summary>
    /// <exception cref="UsageException">A file cannot be read.</exception>
    public static async Task<IReadOnlyList<ResourceInput>> ReadAsync(IReadOnlyList<string> arguments, InputFile files, CancellationToken cancellationToken)
    {
        var resources = new List<ResourceInput>(arguments.Count);
        foreach (var argument in arguments)
        {
            resources.Add(
                argument == "-" ? new() { Kind = "text", Title = "stdin", Text = await files.PipedAsync("-r -", cancellationToken) }
                : IsUrl(argument) ? new() { Kind = "webpage", Title = argument, Url = argument }
                : Of(argument, await InputFile.BytesAsync(argument, cancellationToken)));
        }
        return resources;
    }

    private static ResourceInput Of(string path, byte[] bytes)
    {
        var title = Path.GetFileName(path);
        if (MediaTypes.GetValueOrDefault(Path.GetExtension(path)) is not { } mediaType)
            return AsText(bytes) is { } text ? new() { Kind = "text", Title = title, Text = text } : File(title, bytes, "application/octet-stream", "file");
        var family = mediaType[..mediaType.IndexOf('/', StringComparison.Ordinal)];
        return File(title, bytes, mediaType, family is "image" or "audio" ? family : "file");
    }

    private static ResourceInput File(string title, byte[] bytes, string mediaType, string kind) => new() { Kind = kind, Title = title, Data = Convert.ToBase64String(bytes), MediaType = mediaType };

    private static string? AsText(byte[] bytes)
    {
        if (bytes.AsSpan().Contains((byte)0)) return null;
        try
        {
            var text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes);
            return text is ['\uFEFF', ..] ? text[1..] : text;
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    private static bool IsUrl(string argument) => argument.StartsWith("https://", StringComparison.OrdinalIgnoreCase) || argument.StartsWith("http://", StringComparison.OrdinalIgnoreCase);
}
