using Turnpike.Turns.Files;
using Turnpike.Turns.Resources;
using Turnpike.Turns.Web;

namespace Turnpike.Messages.Resources;

/// <summary>Loads what a URL names: pages as readable text, other texts as they are, media as bytes. A page that was fetched is asked for again by its ETag.</summary>
internal sealed class WebpageLoader(GuardedClient web, WebPages pages) : IResourceLoader
{
    public string Kind => "webpage";

    public async ValueTask<ResourceContent?> LoadAsync(ResourceSource source, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(source.Resource.Url, UriKind.Absolute, out var url)) return null;
        var known = source.Version ?? pages.Find(url)?.Version;
        var answer = await web.GetAsync(url, known, cancellationToken);
        if (answer.IsUnchanged) return source.Version is not null ? ResourceContent.Unchanged : pages.Find(url);
        var content = Read(answer);
        if (content.Version is not null) pages.Keep(url, content);
        return content;
    }

    private static ResourceContent Read(WebAnswer answer)
    {
        var type = FileTypes.Plain(answer.MediaType);
        var bytes = answer.Content;
        if (bytes.Length == 0) throw new WebRefusal("The page is empty.");
        if (ResourceText.Readable(bytes.Span, answer.MediaType) is not var (text, title)) return new() { Data = bytes, MediaType = type ?? FileTypes.Sniff(bytes.Span[..Math.Min(bytes.Length, 4096)]), Version = answer.Version };
        return new() { Text = text, Title = title, Version = answer.Version };
    }
}
