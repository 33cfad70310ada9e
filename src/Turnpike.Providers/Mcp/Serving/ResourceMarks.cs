using System.Globalization;
using Turnpike.Prompts;
using Turnpike.Turns.Access;
using Turnpike.Turns.Files;
using Turnpike.Turns.Stores;

namespace Turnpike.Providers.Mcp.Serving;

/// <summary>By what whoever watches a resource knows that it is another one now: never by what it holds, which may be large.</summary>
internal sealed class ResourceMarks(IPromptStore prompts, IFileStore files, IConversationStore conversations, ITurnStore turns)
{
    /// <summary>The mark of a resource; null when the key of the request has none such.</summary>
    public async Task<string?> OfAsync(string uri, CancellationToken cancellationToken) => ServedResources.Parts(uri) switch
    {
        ["prompts", var key, "resources", _] when KeyScope.AllowsPrompt(key) => (await prompts.LocateAsync(key, null, cancellationToken))?.Hash,
        ["files", var id] when ServedResources.May(Scopes.Files) => (await files.FindAsync(id, cancellationToken))?.Hash,
        ["conversations", var id] when ServedResources.May(Scopes.Conversations) => await OfConversationAsync(id, cancellationToken),
        ["turns", var id] => await OfTurnAsync(id, cancellationToken),
        _ => null,
    };

    private async Task<string?> OfConversationAsync(string id, CancellationToken cancellationToken) =>
        await conversations.FindAsync(id, cancellationToken) is not { } found ? null : $"{found.UpdatedAt:O} {found.Head} {(found.Head is { } head ? await OfTurnAsync(head, cancellationToken) : null)} {found.Title}";

    private async Task<string?> OfTurnAsync(string id, CancellationToken cancellationToken) => await turns.FindAsync(id, cancellationToken) is not { } turn ? null
        : string.Create(CultureInfo.InvariantCulture, $"{turn.Status} {turn.EndedAt:O} {turn.Content.Length} {turn.Answer.Length} {turn.Messages.Count} {string.Join(',', turn.OpenCalls.Select(call => call.CallId))}");
}
