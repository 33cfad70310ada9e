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
            case FunctionResultContent { Result: AIContent or IEnumerable<AIContent> }:
                return content;
            case FunctionResultContent result:
                return new FunctionResultContent(result.CallId, ToolResultText.Of(result, [])) { Exception = result.Exception };
            case TextContent or TextReasoningContent or HostedFileContent:
            case DataContent data when Reads(data.MediaType) || data.HasTopLevelMediaType("text"):
            case UriContent uri when Reads(uri.MediaType):
                return content;
            default:
                var kind = (content as DataContent)?.MediaType ?? (content as UriContent)?.MediaType ?? content.GetType().Name;
                throw new TurnException(TurnErrorCode.ResourceUnsupported,
                    $"Anthropic's models cannot read content of the kind \"{kind}\". Send it as text, image or PDF.");
        }
    }

    private static bool Reads(string mediaType) =>
        mediaType.StartsWith("image/", StringComparison.OrdinalIgnoreCase) || mediaType.Equals("application/pdf", StringComparison.OrdinalIgnoreCase);
}
