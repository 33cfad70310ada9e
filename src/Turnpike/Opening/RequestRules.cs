using Turnpike.Turns;

namespace Turnpike.Opening;

/// <summary>What a request must be before anything is looked up.</summary>
internal static class RequestRules
{
    public static void Check(TurnRequest request, OpeningOptions options)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.Content.Length > options.ContentLength)
            throw new TurnException(TurnErrorCode.RequestTooLarge, $"The text has {request.Content.Length:N0} characters; {options.ContentLength:N0} are taken. Attach long texts as resources.") { Field = "content" };
        if (request.IdempotencyKey is { Length: 0 or > 200 }) throw Invalid("idempotencyKey", "An idempotency key has 1 to 200 characters.");
        if (request.Parent is not null && request.Conversation is null) throw Invalid("parent", "A \"parent\" needs its \"conversation\".");
        if (request.Resources.Any(resource => resource is null)) throw Invalid("resources", "A resource is null; each must be an object.");
        if (request.Tools.Any(tool => tool is null)) throw Invalid("tools", "The name of a tool is null; each must be a text.");
        CallRules.Check(request);
        foreach (var resource in request.Resources) ResourceRules.Check(resource);
    }

    private static TurnException Invalid(string field, string message) => new(TurnErrorCode.RequestInvalid, message) { Field = field };
}
