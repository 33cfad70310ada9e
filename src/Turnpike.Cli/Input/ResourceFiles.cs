using Microsoft.Extensions.Options;
using Turnpike.Turns;
using Turnpike.Turns.Files;
using Turnpike.Turns.Resources;

namespace Turnpike.Cli.Input;

/// <summary>Makes resources of <c>-r file</c>, <c>-r "docs/*.md"</c>, <c>-r https://…</c> and <c>-r -</c>.</summary>
internal static class ResourceFiles
{
    private const string Pipe = "stdin";

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
        foreach (var argument in arguments.SelectMany(Paths))
        {
            resources.Add(
                argument == "-" ? Piped(await files.PipedBytesAsync("-r -", cancellationToken))
                : IsUrl(argument) ? new() { Kind = "webpage", Title = argument, Url = argument }
                : Of(argument, await InputFile.BytesAsync(argument, cancellationToken)));
        }
        return resources;
    }

    /// <summary>The files that a glob means, of the folder that the program was started in; anything else as it is.</summary>
    private static IEnumerable<string> Paths(string argument)
    {
        if (argument.AsSpan().IndexOfAny('*', '?') < 0 || IsUrl(argument) || System.IO.File.Exists(argument)) return [argument];
        var (root, pattern) = Path.IsPathRooted(argument) ? Rooted(argument) : (Directory.GetCurrentDirectory(), argument);
        var found = new Workspace(Options.Create(new ResourceOptions { Workspace = root })).Glob(pattern);
        return found.Count > 0 ? found.Select(path => Path.Combine(root, path)) : throw new UsageException($"No file is named \"{argument}\".", "Check the pattern given to -r: * and ? stay within a name, ** crosses folders.");
    }

    /// <summary>The folder before the first name that is a pattern, and the rest.</summary>
    private static (string Root, string Pattern) Rooted(string path)
    {
        var at = path.LastIndexOf('/', path.AsSpan().IndexOfAny('*', '?'));
        return (path[..Math.Max(at, 1)], path[(at + 1)..]);
    }

    private static ResourceInput Of(string path, byte[] bytes)
    {
        var title = Path.GetFileName(path);
        if (MediaTypes.GetValueOrDefault(Path.GetExtension(path)) is not { } mediaType)
            return AsText(bytes) is { } text ? new() { Kind = "text", Title = title, Text = text } : File(title, bytes, FileTypes.Unknown);
        return File(title, bytes, mediaType);
    }

    /// <summary>What is piped in has no name that says what it is; its first bytes may.</summary>
    private static ResourceInput Piped(byte[] bytes) => InputFile.TypeOf(bytes) is { } type ? File(Pipe, bytes, type) : new() { Kind = "text", Title = Pipe, Text = InputFile.Typed(bytes) };

    private static ResourceInput File(string title, byte[] bytes, string mediaType)
    {
        var family = mediaType[..mediaType.IndexOf('/', StringComparison.Ordinal)];
        return new() { Kind = family is "image" or "audio" ? family : "file", Title = title, Data = Convert.ToBase64String(bytes), MediaType = mediaType };
    }

    private static string? AsText(byte[] bytes) => bytes.Contains((byte)0) ? null : InputFile.Text(bytes);

    private static bool IsUrl(string argument) => argument.StartsWith("https://", StringComparison.OrdinalIgnoreCase) || argument.StartsWith("http://", StringComparison.OrdinalIgnoreCase);
}
