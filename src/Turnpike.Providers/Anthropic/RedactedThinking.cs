using Anthropic.Models.Messages;
using Microsoft.Extensions.AI;

namespace Turnpike.Providers.Anthropic;

/// <summary>
/// Thoughts that the provider shows to nobody and wants back. What is kept of a thought is its text and what was sealed with it, so the seal itself says which kind of block it came in;
/// a thought without words may also be one that is only not shown, with a signature.
/// </summary>
internal static class RedactedThinking
{
    private const string Mark = "redacted_thinking:"; // signatures and data are base64, which has no colon

    /// <summary>A thought with its kind in the seal.</summary>
    public static AIContent Marked(TextReasoningContent thought) => thought.RawRepresentation is RedactedThinkingBlock block ? new TextReasoningContent("") { ProtectedData = Mark + block.Data } : thought;

    /// <summary>A thought as the block that it came in.</summary>
    public static AIContent Sent(TextReasoningContent thought) => thought.ProtectedData is { } data && data.StartsWith(Mark, StringComparison.Ordinal)
        ? new TextReasoningContent("") { RawRepresentation = (ContentBlockParam)new RedactedThinkingBlockParam { Data = data[Mark.Length..] } }
        : thought;
}
