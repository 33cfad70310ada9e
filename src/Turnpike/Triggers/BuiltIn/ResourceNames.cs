using Turnpike.Turns;
using Turnpike.Turns.Drafts;
using Turnpike.Turns.Files;
using Turnpike.Turns.Resources;

namespace Turnpike.Triggers.BuiltIn;

/// <summary>What people may type to name something that can be attached.</summary>
internal sealed class ResourceNames(IFileStore files, Workspace workspace)
{
    private const int MostFiles = 200;
    private const string OfServer = "mcp:";
    private static readonly string[] Ids = ["res_", "file_", "turn_", "conv_"];

    /// <summary>Whether a word is meant to name a resource, by its looks and by the workspace.</summary>
    public bool IsKnown(string what) => IsUrl(what) || IsOfServer(what) || Ids.Any(prefix => what.StartsWith(prefix, StringComparison.Ordinal)) || workspace.Resolve(what) is not null;

    /// <summary>The resources that a word means; a glob may mean several.</summary>
    /// <exception cref="TurnException"><c>resource_not_found</c>, with the nearest name.</exception>
    public async ValueTask<IReadOnlyList<ResourceInput>> FindAsync(string what, TurnDraft draft, CancellationToken cancellationToken)
    {
        if (IsOfServer(what)) return [new() { Kind = "mcp", Url = what[OfServer.Length..], Title = what[OfServer.Length..] }];
        if (IsUrl(what)) return [new() { Url = what, Title = TitleOf(what) }];
        if (draft.State.Resources.FirstOrDefault(resource => resource.Id == what || resource.Title == what) is { } attached) return [attached];
        if (draft.Conversation.Resources.FirstOrDefault(resource => resource.Id == what || resource.Title == what) is { } kept) return [kept.ToInput()];
        if (what.StartsWith("turn_", StringComparison.Ordinal) || what.StartsWith("conv_", StringComparison.Ordinal)) return [new() { Ref = what }];
        var known = await files.ListAsync(new() { Limit = MostFiles }, cancellationToken);
        var file = await files.FindAsync(what, cancellationToken) ?? known.Data.FirstOrDefault(one => one.Name.Equals(what, StringComparison.OrdinalIgnoreCase));
        if (file is not null) return [new() { Kind = ResourceKinds.OfType(file.MediaType), File = file.Id, Title = file.Name }];
        return workspace.Glob(what) is { Count: > 0 } paths
            ? [.. paths.Select(path => new ResourceInput { Path = path, Title = path })]
            : throw Method.Unknown(TurnErrorCode.ResourceNotFound, "resource", what, draft.State.Resources.Select(resource => resource.Title ?? resource.Id!).Concat(known.Data.Select(one => one.Name)));
    }

    /// <summary>Uploaded files, whose ids are inserted, and files of the workspace.</summary>
    public async ValueTask<IReadOnlyList<TriggerSuggestion>> SuggestAsync(TriggerSuggestionRequest request, CancellationToken cancellationToken) =>
    [
        .. (await files.ListAsync(new() { Limit = MostFiles }, cancellationToken)).Data.Select(file => new TriggerSuggestion(file.Id, file.Name, file.MediaType)),
        .. (workspace.IsThere ? workspace.Glob(request.Typed.Replace("*", "", StringComparison.Ordinal) + "*") : []).Select(path => new TriggerSuggestion(path)),
    ];

    /// <summary>Whether a word is the URI of a resource at a tool server: <c>mcp:</c> and the URI.</summary>
    private static bool IsOfServer(string what) => what.StartsWith(OfServer, StringComparison.Ordinal) && what.Length > OfServer.Length;

    private static bool IsUrl(string what) => what.StartsWith("data:", StringComparison.OrdinalIgnoreCase) ? what.Contains(',', StringComparison.Ordinal) : Uri.TryCreate(what, UriKind.Absolute, out var url) && url.Scheme is "http" or "https";

    private static string? TitleOf(string url) => url.StartsWith("data:", StringComparison.OrdinalIgnoreCase) ? null : Path.GetFileName(new Uri(url).AbsolutePath) is { Length: > 0 } name ? name : new Uri(url).Host;
}
