using Turnpike.Turns;
using Turnpike.Turns.Resources;

namespace Turnpike.Opening;

/// <summary>What a request must be before anything is looked up.</summary>
internal static class RequestRules
{
    private const int MostMessages = 10_000;

    public static void Check(TurnRequest request, OpeningOptions options)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.Content.Length > options.ContentLength)
            throw new TurnException(TurnErrorCode.RequestTooLarge, FormattableString.Invariant($"The text has {request.Content.Length:N0} characters; {options.ContentLength:N0} are taken. Attach long texts as resources.")) { Field = "content" };
        CheckKey(request.IdempotencyKey);
        if (request.Parent is not null && request.Conversation is null) throw Invalid("parent", "A \"parent\" needs its \"conversation\".");
        CheckTyped(request);
        if (request.ToolSelection.Names.Any(tool => tool is null)) throw Invalid("tools", "The name of a tool is null; each must be a text.");
        if (request.Rules.Any(rule => rule is null)) throw Invalid("rules", "The name of a rule is null; each must be a text.");
        if (request.System is { Text: null }) throw Invalid("system.text", "\"system\" needs a \"text\".");
        if ((request.History ?? request.Between) is { } history)
        {
            if (history.Any(message => message is null)) throw Invalid("history", "A message of \"history\" is null; each must be an object.");
            if (history.Count > MostMessages) throw Invalid("history", FormattableString.Invariant($"\"history\" takes {MostMessages:N0} messages; this one has {history.Count:N0}."));
            HistoryRules.CheckRoles(history);
            HistoryRules.CheckParts(history);
            if (request.History is not null) HistoryRules.CheckResults(history);
        }
        CheckId("externalIds.conversation", request.ExternalIds?.Conversation);
        CheckId("externalIds.userMessage", request.ExternalIds?.UserMessage);
        CheckId("externalIds.run", request.ExternalIds?.Run);
        OwnMembers.Check(request.Parameters, "parameters");
        CallRules.Check(request);
        ResourceRules.CheckForms(request.Resources);
        if (!request.AttachesKept) ResourceRules.CheckPaths(request.Resources);
    }

    public static void CheckKey(string? idempotencyKey)
    {
        if (idempotencyKey is { } key && !ClientIds.Fit(key)) throw Invalid("idempotencyKey", $"An idempotency key has 1 to {ClientIds.Longest} characters, no control character (U+0000 to U+001F, U+007F to U+009F) among them.");
    }

    private static void CheckTyped(TurnRequest request)
    {
        var (typed, end) = (request.Typed ?? [], 0);
        for (var i = 0; i < typed.Count; i++)
        {
            if (typed[i].Start < end || typed[i].End < typed[i].Start || typed[i].End > request.Content.Length)
                throw Invalid($"typed[{i}]", $"\"typed\" says {typed[i].Start} to {typed[i].End}; its stretches stand in order, apart from each other, within the {request.Content.Length} UTF-16 units of \"content\".");
            end = typed[i].End;
        }
    }

    private static void CheckId(string field, string? id)
    {
        if (id is not null && !ClientIds.Fit(id)) throw Invalid(field, $"\"{field}\" has 1 to {ClientIds.Longest} characters, no control character (U+0000 to U+001F, U+007F to U+009F) among them.");
    }

    private static TurnException Invalid(string field, string message) => new(TurnErrorCode.RequestInvalid, message) { Field = field };
}
