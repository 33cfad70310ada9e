using Microsoft.Extensions.AI;

namespace Turnpike.Tests.Scripted;

/// <summary>What a scripted model was sent.</summary>
public sealed record ScriptedRequest(IReadOnlyList<ChatMessage> Messages, ChatOptions Options)
{
    /// <summary>The messages as <c>role: text</c>, media as <c>[type]</c>, calls and results as <c>[name]</c>.</summary>
    public IReadOnlyList<string> Transcript => [.. Messages.Select(message => $"{message.Role}: {string.Join(" ", message.Contents.Select(Text))}")];

    public IReadOnlyList<string> Tools => [.. (Options.Tools ?? []).Select(tool => tool.Name)];

    private static string Text(AIContent content) => content switch
    {
        TextContent text => text.Text,
        TextReasoningContent reasoning => $"[thought {reasoning.Text}]",
        DataContent data => $"[{data.MediaType}]",
        UriContent uri => $"[{uri.Uri}]",
        FunctionCallContent call => $"[call {call.Name}]",
        FunctionResultContent result => $"[result {result.Result}]",
        _ => "[?]",
    };
}
