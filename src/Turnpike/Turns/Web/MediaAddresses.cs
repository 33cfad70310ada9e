using Microsoft.Extensions.AI;
using Turnpike.Turns.Json;

namespace Turnpike.Turns.Web;

/// <summary>Looks at the addresses of media that a provider fetches by itself: who writes one must not have it ask a private network in their place.</summary>
internal static class MediaAddresses
{
    /// <exception cref="TurnException"><c>resource_failed</c>: an address names this machine or a private network, and is not allowed.</exception>
    public static void Check(GuardedClient web, IEnumerable<ChatMessage> messages, string field)
    {
        foreach (var part in messages.SelectMany(message => message.Contents).SelectMany(part => ResultOf(part) ?? [part]))
            if (Refusal(web, part) is { } why) throw new TurnException(TurnErrorCode.ResourceFailed, $"A picture or file cannot be sent by its address: {why}") { Field = field };
    }

    /// <summary>A message that nobody is asked about any more, with words in place of what cannot be sent: a conversation that was brought along, or a turn whose tool gave it, goes on without it.</summary>
    /// <param name="web">Knows which addresses may be asked.</param>
    /// <param name="message">The message: of an earlier turn, or with results of tools.</param>
    /// <param name="left">Hears why each part is left out.</param>
    public static ChatMessage Without(GuardedClient web, ChatMessage message, Action<string> left)
    {
        if (!message.Contents.SelectMany(part => ResultOf(part) ?? [part]).Any(part => Refusal(web, part) is not null)) return message;
        var sent = message.Contents.Select(part => ResultOf(part) is { } parts ? new FunctionResultContent(((FunctionResultContent)part).CallId, parts.Select(Sendable).ToArray()) { AdditionalProperties = part.AdditionalProperties } : Sendable(part));
        return new(message.Role, [.. sent]) { AuthorName = message.AuthorName, MessageId = message.MessageId, AdditionalProperties = message.AdditionalProperties };

        AIContent Sendable(AIContent part)
        {
            if (Refusal(web, part) is not { } why) return part;
            left(why);
            return new TextContent("[a picture or file is left out: its address is private]");
        }
    }

    /// <summary>The parts of a tool's result; null: it is none, or has none.</summary>
    private static IReadOnlyList<AIContent>? ResultOf(AIContent part) => part is FunctionResultContent result ? ToolParts.Of(result.Result) : null;

    private static string? Refusal(GuardedClient web, AIContent part)
    {
        if (part is UriContent { Uri: { IsAbsoluteUri: true, IsFile: true } }) return "It is the path of a file on some machine. Upload the file, or send a data: URL.";
        if (part is not UriContent { Uri: { IsAbsoluteUri: true, Scheme: "http" or "https" } address }) return null;
        try
        {
            web.Check(address);
            return null;
        }
        catch (WebRefusal refusal)
        {
            return refusal.Message;
        }
    }
}
