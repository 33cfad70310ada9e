using Microsoft.Extensions.Options;
using Turnpike.Turns.Files;
using Turnpike.Turns.Resources;

namespace Turnpike.Messages.Resources;

/// <summary>Loads files of the workspace by their path.</summary>
internal sealed class WorkspaceLoader(Workspace workspace, IOptions<ResourceOptions> options) : IResourceLoader
{
    public string Kind => "path";

    public async ValueTask<ResourceContent?> LoadAsync(ResourceSource source, CancellationToken cancellationToken)
    {
        var resource = source.Resource;
        if (!workspace.IsThere) throw ResourceErrors.Unsupported(resource, "is a path, and there is no workspace (Turnpike:Resources:Workspace).");
        if (workspace.Resolve(resource.Path!) is not { } file) return null;
        if (file.Length > options.Value.Bytes) throw ResourceErrors.TooLarge(resource, FormattableString.Invariant($"has {file.Length:N0} bytes; a resource may have {options.Value.Bytes:N0} (Turnpike:Resources:Bytes)."));
        var bytes = await File.ReadAllBytesAsync(file.FullName, cancellationToken);
        return new() { Data = bytes, MediaType = resource.MediaType ?? FileTypes.ByName(file.Name) ?? FileTypes.Sniff(bytes.AsSpan(0, Math.Min(bytes.Length, 4096))), Title = workspace.Shown(file) };
    }
}
