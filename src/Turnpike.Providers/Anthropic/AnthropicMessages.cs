using Microsoft.Extensions.AI;
using Turnpike.Turns;

namespace Turnpike.Providers.Anthropic;

/// <summary>The messages as the SDK sends them whole.</summary>
internal static class AnthropicMessages
{
    /// <summary>Copies of the messages. Throws <see cref="TurnErrorCode.ResourceUnsupported"/> for content that the SDK would drop in silence.</summary>
    public static List<ChatMessage> Of(IEnumerable<ChatMessage> messages, ToolNames names) =>
    [
        .. messages.Select(message => new ChatMessage(message.Role, [.. message.Contents.Where(IsSent).Select(content => Of(content, names))]) { AuthorName = message.AuthorName })
            .Where(message => message.Contents.Count > 0),
    ];

    /// <summary>Reasoning goes back only with the signature of this provider; accounts of earlier answers do not.</summary>
    private static bool IsSent(AIContent content) => content switch
    {
        TextReasoningContent thought => thought.ProtectedData is not null,
        UsageContent or ErrorContent or ToolApprovalRequestContent or ToolApprovalResponseContent => false,
        _ => true,
    };

    private static AIContent Of(AIContent content, ToolNames names)
    {
        switch (content)
        {
            case FunctionCallContent call:
                return new FunctionCallContent(call.CallId, names.Out(call.Name), call.Arguments);
            case FunctionResultContent { Result: AIContent one } result:
                return new FunctionResultContent(result.CallId, new[] { Told(one) });
            case FunctionResultContent { Result: IEnumerable<AIContent> parts } result:
                return new FunctionResultContent(result.CallId, parts.Select(Told).ToArray());
            case FunctionResultContent result:
                return new FunctionResultContent(result.CallId, ToolResultText.Of(result, [])) { Exception = result.Exception };
            case TextReasoningContent thought:
                return RedactedThinking.Sent(thought);
            case TextContent or HostedFileContent:
            case DataContent data when Reads(data.MediaType) || data.HasTopLevelMediaType("text"):
            case UriContent uri when Reads(uri.MediaType):
                return content;
            default:
                var kind = (content as DataContent)?.MediaType ?? (content as UriContent)?.MediaType ?? content.GetType().Name;
                throw new TurnException(TurnErrorCode.ResourceUnsupported,
                    $"Anthropic's models cannot read content of the kind \"{kind}\". Send it as text, image or PDF.");
        }
    }

    /// <summary>A part of a tool's result; what cannot be read is told of, for the tool chose it and nobody else.</summary>
    private static AIContent Told(AIContent part) => part switch
    {
        DataContent data when !Reads(data.MediaType) => new TextContent($"[{data.MediaType}, not readable here]"),
        UriContent uri when !Reads(uri.MediaType) => new TextContent($"[{uri.MediaType}: {uri.Uri}]"),
        _ => part,
    };

    private static bool Reads(string mediaType) =>
        mediaType.StartsWith("image/", StringComparison.OrdinalIgnoreCase) || mediaType.Equals("application/pdf", StringComparison.OrdinalIgnoreCase);
}
