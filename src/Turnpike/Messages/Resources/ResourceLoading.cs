using Microsoft.Extensions.Options;
using Turnpike.Turns;
using Turnpike.Turns.Files;
using Turnpike.Turns.Resources;
using Turnpike.Turns.Web;

namespace Turnpike.Messages.Resources;

/// <summary>Loads the content of one resource from wherever it is: in itself, an uploaded file, or what a loader knows.</summary>
public sealed class ResourceLoading(IEnumerable<IResourceLoader> loaders, IFileStore files, KeptParts kept, GuardedClient web, IOptions<ResourceOptions> options)
{
    private readonly Dictionary<string, IResourceLoader> _loaders = loaders.GroupBy(loader => loader.Kind, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.Last(), StringComparer.Ordinal);

    /// <summary>The kinds that are read here.</summary>
    internal IEnumerable<string> Kinds => ResourceKinds.Known.Union(_loaders.Keys).Where(known => known != "path");

    /// <summary>The content; null when the source says that the version of before still stands.</summary>
    /// <exception cref="TurnException"><c>resource_not_found, resource_failed, resource_unsupported, resource_too_large</c>.</exception>
    internal async ValueTask<LoadedContent?> LoadAsync(ResourceSource source, CancellationToken cancellationToken)
    {
        var resource = source.Resource;
        var content = resource switch
        {
            { Text: { } text } => new LoadedContent(text),
            { Data: { } data } => new LoadedContent(Bytes: Convert.FromBase64String(data), MediaType: resource.MediaType),
            { Url: { } url } when url.StartsWith("data:", StringComparison.OrdinalIgnoreCase) => DataUrl(resource, url),
            { File: { } file } => await FileAsync(resource, file, cancellationToken),
            { Ref: null, Id: { } id } when resource.IsReference && ResourceKinds.Of(resource) is "turn" or "conversation" => await ByLoaderAsync(source with { Resource = resource with { Ref = id } }, cancellationToken),
            _ => await ByLoaderAsync(source, cancellationToken),
        };
        return content is null ? null : Shaped(resource, content);
    }

    private async ValueTask<LoadedContent> FileAsync(ResourceInput resource, string id, CancellationToken cancellationToken)
    {
        var file = await files.FindAsync(id, cancellationToken) ?? throw ResourceErrors.NotFound(resource, $"there is no file \"{id}\". It may have been deleted; upload it again.");
        if (file.Size > options.Value.Bytes) throw ResourceErrors.TooLarge(resource, FormattableString.Invariant($"has {file.Size:N0} bytes; a resource may have {options.Value.Bytes:N0} (Turnpike:Resources:Bytes)."));
        var bytes = await kept.BytesAsync(file.Hash, cancellationToken) ?? throw ResourceErrors.Failed(resource, "its bytes are gone.");
        return new(Bytes: bytes, MediaType: resource.MediaType ?? file.MediaType) { Title = file.Name, Hash = file.Hash };
    }

    private async ValueTask<LoadedContent?> ByLoaderAsync(ResourceSource source, CancellationToken cancellationToken)
    {
        var resource = source.Resource;
        var kind = resource.Path is not null ? "path" : ResourceKinds.Of(resource);
        if (kind == "image" && Address(resource.Url) is { } address && resource.Policy != ResourcePolicy.Refresh) return Handed(resource, address);
        var loader = _loaders.GetValueOrDefault(kind) ?? (Address(resource.Url) is not null ? _loaders.GetValueOrDefault("webpage") : null)
            ?? throw ResourceErrors.Unsupported(resource, $"is of kind \"{kind}\", and nothing here loads that. The kinds are {string.Join(", ", Kinds)}.");
        ResourceContent? loaded;
        try
        {
            loaded = await loader.LoadAsync(source, cancellationToken);
        }
        catch (Exception error) when (error is not TurnException && !(error is OperationCanceledException && cancellationToken.IsCancellationRequested))
        {
            throw ResourceErrors.Failed(resource, error.Message, error);
        }
        if (ReferenceEquals(loaded, ResourceContent.Unchanged)) return null;
        return loaded is null ? throw ResourceErrors.NotFound(resource, $"there is no {kind} \"{resource.Ref ?? resource.Url ?? resource.Path}\".")
            : new(loaded.Text, loaded.Data ?? default, loaded.MediaType) { Title = loaded.Title, Version = loaded.Version };
    }

    /// <summary>An image's address, which the provider reads itself. One of a private network is no more its business than ours.</summary>
    private LoadedContent Handed(ResourceInput resource, Uri address)
    {
        try
        {
            web.Check(address);
        }
        catch (WebRefusal refusal)
        {
            throw ResourceErrors.Failed(resource, refusal.Message, refusal);
        }
        return new(Address: address, MediaType: resource.MediaType ?? "image/*");
    }

    /// <summary>Bytes that are text become text, tables become what models read, and nothing is larger than allowed.</summary>
    private LoadedContent Shaped(ResourceInput resource, LoadedContent content)
    {
        if (content.Address is not null) return content;
        var kind = ResourceKinds.Of(resource);
        if (content.Text is null)
        {
            if (content.Bytes.Length > options.Value.Bytes) throw ResourceErrors.TooLarge(resource, FormattableString.Invariant($"has {content.Bytes.Length:N0} bytes; a resource may have {options.Value.Bytes:N0} (Turnpike:Resources:Bytes)."));
            if (content.Bytes.Length == 0) throw ResourceErrors.Failed(resource, "it is empty.");
            if (kind is not ("image" or "audio") && ResourceText.Readable(content.Bytes.Span, content.MediaType) is var (text, title)) content = content with { Text = text, Title = content.Title ?? title, Bytes = default, Hash = null };
            else if (kind is not ("image" or "audio" or "file" or "webpage") && _loaders.ContainsKey(kind) is false) throw ResourceErrors.Unsupported(resource, $"is of kind \"{kind}\", and its bytes ({content.MediaType ?? FileTypes.Unknown}) are no text.");
            else return content with { MediaType = content.MediaType ?? FileTypes.Sniff(content.Bytes.Span[..Math.Min(4096, content.Bytes.Length)]) };
        }
        if (kind == "table" && resource is not { Text: not null, MediaType: ResourceKinds.FinishedTable })
            content = content with { Text = TableText.Of(content.Text, resource.Format == "csv", options.Value.TableRows, options.Value.TextBytes) ?? throw ResourceErrors.TooLarge(resource, FormattableString.Invariant($"is more than {options.Value.TextBytes:N0} bytes as a table; a resource's text may have that many (Turnpike:Resources:TextBytes).")) };
        if (content.Text!.Length <= options.Value.TextBytes / 3) return content; // no character has more than three bytes
        var length = System.Text.Encoding.UTF8.GetByteCount(content.Text);
        return length <= options.Value.TextBytes ? content : throw ResourceErrors.TooLarge(resource, FormattableString.Invariant($"has a text of {length:N0} bytes; a resource's text may have {options.Value.TextBytes:N0} (Turnpike:Resources:TextBytes)."));
    }

    private static LoadedContent DataUrl(ResourceInput resource, string url)
    {
        try
        {
            var data = new Microsoft.Extensions.AI.DataContent(url);
            return new(Bytes: data.Data, MediaType: data.MediaType);
        }
        catch (Exception error) when (error is UriFormatException or ArgumentException or FormatException)
        {
            throw ResourceErrors.Failed(resource, "its data: URL cannot be read.", error);
        }
    }

    private static Uri? Address(string? url) => Uri.TryCreate(url, UriKind.Absolute, out var parsed) && parsed.Scheme is "http" or "https" ? parsed : null;
}
