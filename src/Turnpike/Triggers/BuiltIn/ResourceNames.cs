using Turnpike.Turns;
using Turnpike.Turns.Access;
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

    /// <summary>Whether files may be looked for: by name, path or glob somebody finds what nobody gave them, so that takes the scope that lists files.</summary>
    private static bool MayLook => KeyScope.May(Scopes.Files);

    /// <summary>Whether a word is meant to name a resource, by its looks and by the workspace.</summary>
    private bool IsKnown(string what) => IsUrl(what) || IsOfServer(what) || Ids.Any(prefix => what.StartsWith(prefix, StringComparison.Ordinal)) || (MayLook && workspace.Resolve(what) is not null);

    /// <summary>The resources that a word means; a glob may mean several.</summary>
    /// <exception cref="TurnException"><c>resource_not_found</c>, with the nearest name.</exception>
    public async ValueTask<IReadOnlyList<ResourceInput>> FindAsync(string what, TurnDraft draft, CancellationToken cancellationToken)
    {
        if (IsOfServer(what)) return [new() { Kind = "mcp", Url = what[OfServer.Length..], Title = what[OfServer.Length..] }];
        if (IsUrl(what)) return [new() { Url = what, Title = TitleOf(what) }];
        if (draft.State.Resources.FirstOrDefault(resource => resource.Id == what || resource.Title == what) is { } attached) return [attached];
        if (draft.Conversation.Resources.FirstOrDefault(resource => resource.Id == what || resource.Title == what) is { } kept) return [kept.ToInput()];
        if (what.StartsWith("turn_", StringComparison.Ordinal) || what.StartsWith("conv_", StringComparison.Ordinal)) return [new() { Ref = what }];
        if (await files.FindAsync(what, cancellationToken) is { } uploaded) return [Attached(uploaded)];
        var attachedNames = draft.State.Resources.Select(resource => resource.Title ?? resource.Id!);
        if (!MayLook) throw new TurnException(TurnErrorCode.ResourceNotFound, $"There is no resource \"{what}\" here.{Nearest.Hint(what, attachedNames)} To find files by name, path or glob, the key \"{KeyScope.Current!.Name}\" needs the scope \"{Scopes.Files}\"; without it, write the id of an uploaded file.");
        if (await NamedAsync(what, cancellationToken) is { } named) return [Attached(named)];
        return workspace.Glob(what) is { Count: > 0 } paths
            ? [.. paths.Select(path => new ResourceInput { Path = path, Title = path })]
            : throw Method.Unknown(TurnErrorCode.ResourceNotFound, "resource", what, attachedNames.Concat((await files.ListAsync(new() { Limit = MostFiles }, cancellationToken)).Data.Select(one => one.Name)));
    }

    /// <summary>The newest file of a name, compared without case.</summary>
    private async ValueTask<StoredFile?> NamedAsync(string name, CancellationToken cancellationToken) => (await files.ListAsync(new() { Name = name, Limit = 1 }, cancellationToken)).Data is [var file, ..] ? file : null;

    private static ResourceInput Attached(StoredFile file) => new() { Kind = ResourceKinds.OfType(file.MediaType), File = file.Id, Title = file.Name };

    /// <summary>Those of the words that mean something that can be attached: by their looks, the workspace, or what somebody uploaded or attached before.</summary>
    public async ValueTask<IReadOnlyCollection<string>> AmongAsync(IReadOnlyCollection<string> words, TurnDraft? draft, CancellationToken cancellationToken)
    {
        var there = words.Where(word => IsKnown(word) || IsAttached(word, draft)).ToHashSet(StringComparer.Ordinal);
        if (there.Count == words.Count || !MayLook) return there;
        foreach (var word in words.Where(word => !there.Contains(word))) if (await NamedAsync(word, cancellationToken) is not null) there.Add(word);
        return there;
    }

    /// <summary>Whether a turn that is made again dropped it the first time: then it may be gone for good.</summary>
    public static bool WasDropped(string what, TurnDraft draft) => draft.Request.Again?.Triggers.Any(trigger => trigger is { Trigger: "resource.drop", Outcome: "applied" } && trigger.Arguments.Contains(what)) == true;

    /// <summary>Those of the words that mean something that is attached to the turn, or was when it was made first.</summary>
    public static ValueTask<IReadOnlyCollection<string>> AmongAttachedAsync(IReadOnlyCollection<string> words, TurnDraft? draft, CancellationToken cancellationToken) =>
        ValueTask.FromResult<IReadOnlyCollection<string>>([.. words.Where(word => IsAttached(word, draft) || (draft is not null && WasDropped(word, draft)))]);

    /// <summary>What is attached to the conversation, for whoever may read it.</summary>
    public static ValueTask<IReadOnlyList<TriggerSuggestion>> SuggestAttachedAsync(TriggerSuggestionRequest request, CancellationToken cancellationToken) =>
        ValueTask.FromResult<IReadOnlyList<TriggerSuggestion>>(KeyScope.May(Scopes.Conversations) ? [.. (request.Conversation?.Resources ?? []).Select(resource => new TriggerSuggestion(resource.Id, resource.Title, resource.Kind))] : []);

    private static bool IsAttached(string word, TurnDraft? draft) => draft?.State.Resources.Any(resource => resource.Id == word || resource.Title == word) == true;

    /// <summary>Uploaded files, whose ids are inserted, and files of the workspace, for whoever may list files.</summary>
    public async ValueTask<IReadOnlyList<TriggerSuggestion>> SuggestAsync(TriggerSuggestionRequest request, CancellationToken cancellationToken) => !MayLook ? [] :
    [
        .. (await files.ListAsync(new() { Limit = MostFiles }, cancellationToken)).Data.Select(file => new TriggerSuggestion(file.Id, file.Name, file.MediaType)),
        .. (workspace.IsThere ? workspace.Glob(request.Typed.Replace("*", "", StringComparison.Ordinal) + "*") : []).Select(path => new TriggerSuggestion(path)),
    ];

    /// <summary>Whether a word is the URI of a resource at a tool server: <c>mcp:</c> and the URI.</summary>
    private static bool IsOfServer(string what) => what.StartsWith(OfServer, StringComparison.Ordinal) && what.Length > OfServer.Length;

    private static bool IsUrl(string what) => what.StartsWith("data:", StringComparison.OrdinalIgnoreCase) ? what.Contains(',', StringComparison.Ordinal) : Uri.TryCreate(what, UriKind.Absolute, out var url) && url.Scheme is "http" or "https";

    private static string? TitleOf(string url) => url.StartsWith("data:", StringComparison.OrdinalIgnoreCase) ? null : Path.GetFileName(new Uri(url).AbsolutePath) is { Length: > 0 } name ? name : new Uri(url).Host;
}
