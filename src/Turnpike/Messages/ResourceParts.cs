using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.AI;
using Turnpike.Turns;
using Turnpike.Turns.Catalogs;

namespace Turnpike.Messages;

/// <summary>Resources as parts of a message: texts in one block of their own, media as the provider's own parts. Nothing is dropped in silence.</summary>
internal static class ResourceParts
{
    public static IEnumerable<AIContent> Of(IReadOnlyList<ResourceInput> resources, ModelInfo? model)
    {
        var texts = resources.Where(resource => resource.Text is not null).ToArray();
        if (texts.Length > 0) yield return MessageParts.From(MessageParts.Resource, new TextContent(Block(texts)));
        foreach (var resource in resources.Where(resource => resource.Text is null)) yield return MessageParts.From(MessageParts.Resource, Media(resource, model));
    }

    private static string Block(ResourceInput[] resources)
    {
        var text = new StringBuilder("<resources>\n");
        foreach (var resource in resources)
        {
            var tag = Tag(resource.Text!);
            text.Append('<').Append(tag).Append(" kind=\"").Append(Escaped(resource.Kind)).Append("\" id=\"").Append(Escaped(resource.Id!)).Append('"');
            if (resource.Title is { } title) text.Append(" title=\"").Append(Escaped(title)).Append('"');
            text.Append(">\n").Append(resource.Text).Append("\n</").Append(tag).Append(">\n");
        }
        return text.Append("</resources>").ToString();
    }

    /// <summary>A tag that the content cannot close: its suffix does not stand in the content.</summary>
    private static string Tag(string content)
    {
        if (!content.Contains("</resource", StringComparison.OrdinalIgnoreCase)) return "resource";
        for (var length = 8; ; length += 8)
        {
            var suffix = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content)))[..Math.Min(length, 64)];
            if (length > 64 || !content.Contains(suffix, StringComparison.OrdinalIgnoreCase)) return "resource-" + suffix;
        }
    }

    private static string Escaped(string text) => text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("\"", "&quot;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);

    private static AIContent Media(ResourceInput resource, ModelInfo? model)
    {
        var type = resource.MediaType ?? (resource.Kind == "image" ? "image/*" : "application/octet-stream");
        var reads = type.StartsWith("image/", StringComparison.Ordinal) ? "image" : type.StartsWith("audio/", StringComparison.Ordinal) ? "audio" : "file";
        if (model?.Input is { } input && !input.Contains(reads))
            throw new TurnException(TurnErrorCode.ResourceUnsupported, $"Model \"{model.Id}\" reads no {reads}s, and resource \"{resource.Title ?? resource.Id}\" is one. Choose another model or leave it out.") { Field = "resources" };
        if (resource.Data is { } data) return new DataContent($"data:{type};base64,{data}") { Name = resource.Title };
        return resource.Url!.StartsWith("data:", StringComparison.OrdinalIgnoreCase) ? new DataContent(resource.Url) { Name = resource.Title } : new UriContent(resource.Url, type);
    }
}
