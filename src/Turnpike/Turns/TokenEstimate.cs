using Microsoft.Extensions.AI;

namespace Turnpike.Turns;

/// <summary>Estimates tokens where nobody has counted them: one for four characters, and a flat 800 for media.</summary>
public static class TokenEstimate
{
    /// <summary>The tokens of an image, a recording or a file.</summary>
    public const long Media = 800;

    /// <summary>The tokens of a text.</summary>
    public static long Of(string text) => (text.Length + 3) / 4;

    /// <summary>The tokens of a whole request: messages, tools with their schemas.</summary>
    public static long Of(ModelRequest request) =>
        request.Messages.Sum(Of) + request.Tools.Sum(tool => Of(tool.Name) + Of(tool.Description) + (tool.JsonSchema.ValueKind == System.Text.Json.JsonValueKind.Undefined ? 0 : Of(tool.JsonSchema.GetRawText())));

    /// <summary>The tokens of a message.</summary>
    public static long Of(ChatMessage message)
    {
        var tokens = 4L;
        foreach (var part in message.Contents)
        {
            tokens += part switch
            {
                TextContent text => Of(text.Text),
                TextReasoningContent reasoning => Of(reasoning.Text),
                FunctionCallContent call => Of(call.Name) + Of(Json.ToolValues.ArgumentsText(call)),
                FunctionResultContent result => Of(result.Result?.ToString() ?? ""),
                _ => Media,
            };
        }
        return tokens;
    }
}
