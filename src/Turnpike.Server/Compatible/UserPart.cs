using Microsoft.Extensions.AI;
using Turnpike.Turns;

namespace Turnpike.Server.Compatible;

/// <summary>A part of a user's message: text, or a resource for this turn.</summary>
internal readonly record struct UserPart(string? Text, ResourceInput? Resource)
{
    public static UserPart Image(string url, string? mediaType = null) => new(null, new() { Kind = "image", Url = url, MediaType = mediaType });

    public static UserPart Audio(string data, string format) => new(null, new() { Kind = "audio", Data = data, MediaType = "audio/" + format });

    /// <summary>A file as a data: or http(s) URL.</summary>
    public static UserPart File(string url, string? name, string? mediaType = null) => new(null, new() { Kind = mediaType?.StartsWith("image/", StringComparison.Ordinal) == true ? "image" : "file", Url = url, Title = name, MediaType = mediaType });

    /// <summary>A resource as it stands in a message of history.</summary>
    public static AIContent Content(ResourceInput resource)
    {
        if (resource.File is { } file) return GivenFiles.Place(file);
        if (resource.Data is { } data) return new DataContent($"data:{resource.MediaType};base64,{data}") { Name = resource.Title };
        if (resource.Url is not { } url) return new TextContent(resource.Text ?? "");
        return url.StartsWith("data:", StringComparison.OrdinalIgnoreCase) ? new DataContent(url) { Name = resource.Title } : new UriContent(url, resource.MediaType ?? (resource.Kind == "image" ? "image/*" : "application/octet-stream"));
    }
}
