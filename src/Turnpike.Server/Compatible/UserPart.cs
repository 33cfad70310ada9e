using Microsoft.Extensions.AI;
using Turnpike.Turns;

namespace Turnpike.Server.Compatible;

/// <summary>A part of a user's message: text, or a resource for this turn.</summary>
internal readonly record struct UserPart(string? Text, ResourceInput? Resource)
{
    private const string Between = "\n\n";
    private const int LongestShown = 80;

    public static UserPart Image(string url, string? mediaType = null, string? detail = null) => new(null, new() { Kind = "image", Url = url, MediaType = mediaType, Detail = detail });

    /// <summary>An image where a field says where it is.</summary>
    /// <exception cref="TurnException"><c>request_invalid</c>, with the field: it is no http, https or data: URL.</exception>
    public static UserPart ImageAt(string url, string field, string? detail)
    {
        var isOne = url.StartsWith("data:", StringComparison.OrdinalIgnoreCase) ? url.Contains(',', StringComparison.Ordinal) : Uri.TryCreate(url, UriKind.Absolute, out var parsed) && (parsed.Scheme == Uri.UriSchemeHttp || parsed.Scheme == Uri.UriSchemeHttps);
        return isOne ? Image(url, detail: detail) : throw Given.Invalid(field, $"\"{field}\" is \"{(url.Length > LongestShown ? url[..LongestShown] + "…" : url)}\"; it must be an http, https or data: URL.");
    }

    public static UserPart Audio(string data, string format) => new(null, new() { Kind = "audio", Data = data, MediaType = "audio/" + format });

    /// <summary>The texts among parts, a blank line between, and where each of them stands; null when there is only one.</summary>
    public static (string Text, IReadOnlyList<TextSpan>? Typed) Joined(IEnumerable<UserPart> parts)
    {
        string[] texts = [.. parts.Select(part => part.Text).OfType<string>()];
        var (text, end) = (string.Join(Between, texts), -Between.Length);
        return (text, texts.Length < 2 ? null : [.. texts.Select(one => new TextSpan(end += Between.Length, end += one.Length))]);
    }

    /// <summary>A file as a data: or http(s) URL.</summary>
    public static UserPart File(string url, string? name, string? mediaType = null) => new(null, new() { Kind = mediaType?.StartsWith("image/", StringComparison.Ordinal) == true ? "image" : "file", Url = url, Title = name, MediaType = mediaType });

    /// <summary>A resource as it stands in a message of history.</summary>
    /// <exception cref="TurnException"><c>request_invalid</c>: its URL or its type is none.</exception>
    public static AIContent Content(ResourceInput resource)
    {
        if (resource.File is { } file) return MessageParts.InDetail(resource.Detail, GivenFiles.Place(file));
        if (resource is { Data: null, Url: null }) return new TextContent(resource.Text ?? "");
        try
        {
            return MessageParts.InDetail(resource.Detail, Media(resource));
        }
        catch (Exception error) when (error is UriFormatException or ArgumentException or FormatException)
        {
            throw new TurnException(TurnErrorCode.RequestInvalid, $"A part of kind \"{resource.Kind}\" in an earlier message cannot be read: {error.Message} It must have an http, https or data: URL and a type such as image/png.", error) { Field = "messages" };
        }
    }

    private static AIContent Media(ResourceInput resource)
    {
        if (resource.Data is { } data) return new DataContent($"data:{resource.MediaType};base64,{data}") { Name = resource.Title };
        return resource.Url!.StartsWith("data:", StringComparison.OrdinalIgnoreCase) ? new DataContent(resource.Url) { Name = resource.Title } : new UriContent(resource.Url, resource.MediaType ?? (resource.Kind == "image" ? "image/*" : "application/octet-stream"));
    }
}
