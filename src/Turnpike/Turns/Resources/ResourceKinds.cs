using Turnpike.Turns.Files;

namespace Turnpike.Turns.Resources;

/// <summary>The kinds that the product knows, and which one a resource is that does not say.</summary>
public static class ResourceKinds
{
    /// <summary>The kinds that need no loader of a host.</summary>
    public static IReadOnlyList<string> Known { get; } = ["text", "note", "file", "image", "audio", "webpage", "table", "task", "turn", "conversation", "mcp"];

    /// <summary>The media type of a table that is written out already, as models read it.</summary>
    internal const string FinishedTable = "text/markdown";

    /// <summary>The kind of a resource: what it says, else what its content looks like.</summary>
    public static string Of(ResourceInput resource)
    {
        ArgumentNullException.ThrowIfNull(resource);
        if (resource.Kind.Length > 0) return resource.Kind;
        if (resource.Text is not null) return "text";
        if (resource.Url is { } url)
        {
            if (url.StartsWith("data:", StringComparison.OrdinalIgnoreCase)) return OfType(url[5..].Split(';', ',')[0]);
            var type = resource.MediaType ?? (Uri.TryCreate(url, UriKind.Absolute, out var parsed) ? FileTypes.ByName(parsed.AbsolutePath) : null);
            return OfType(type) is "image" ? "image" : "webpage";
        }
        if (resource.Ref is { } reference) return reference.StartsWith("turn_", StringComparison.Ordinal) ? "turn" : reference.StartsWith("conv_", StringComparison.Ordinal) ? "conversation" : "text";
        return OfType(resource.MediaType ?? (resource.Path is { } path ? FileTypes.ByName(path) : null));
    }

    /// <summary>The kind of bytes of a type: <c>image</c>, <c>audio</c> or <c>file</c>.</summary>
    public static string OfType(string? mediaType) => FileTypes.Plain(mediaType) is not { } type || FileTypes.IsTextType(type) ? "file"
        : type.StartsWith("image/", StringComparison.Ordinal) ? "image" : type.StartsWith("audio/", StringComparison.Ordinal) ? "audio" : "file";
}
