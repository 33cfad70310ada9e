using System.ComponentModel;
using Microsoft.Extensions.AI;
using Turnpike.Turns;
using Turnpike.Turns.Resources;

namespace Turnpike.Tools.BuiltIn;

/// <summary>The tool <c>fetch_url</c>: reads a page through the same guards as pages that people attach.</summary>
internal sealed class FetchUrl(IEnumerable<IResourceLoader> loaders)
{
    private readonly IResourceLoader? _pages = loaders.LastOrDefault(loader => loader.Kind == "webpage");

    public AIFunction Function => AIFunctionFactory.Create(FetchAsync, "fetch_url", "Fetches a page of the web and gives its text.");

    private async Task<string> FetchAsync([Description("An http or https URL.")] string url, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https")) throw new ArgumentException($"\"{url}\" is no http or https URL.");
        var source = new ResourceSource { Resource = new ResourceInput { Kind = "webpage", Url = url }, Conversation = "" };
        var content = _pages is null ? null : await _pages.LoadAsync(source, cancellationToken);
        if (content is null) throw new InvalidOperationException($"\"{url}\" cannot be fetched here.");
        if (content.Text is not { } text) throw new InvalidOperationException($"\"{url}\" is {content.MediaType ?? "no text"}, which cannot be read as text.");
        return content.Title is { } title ? $"# {title}\n\n{text}" : text;
    }
}
