using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Turnpike.Turns;

/// <summary>Estimates tokens where nobody has counted them: one for four characters, and a flat 800 for media.</summary>
public static class TokenEstimate
{
    /// <summary>The tokens of an image, a recording or a file.</summary>
    public const long Media = 800;

    /// <summary>The tokens of a text.</summary>
    public static long Of(string text) => Tokens(text.Length);

    /// <summary>The tokens of a whole request: messages, tools with their schemas.</summary>
    public static long Of(ModelRequest request) =>
        request.Messages.Sum(Of) + (request.Tools is OfferedFunctions offered ? offered.Tokens : Of(request.Tools));

    /// <summary>The tokens of tools with their schemas.</summary>
    internal static long Of(IEnumerable<AIFunctionDeclaration> tools) => tools.Sum(tool => Of(tool.Name) + Of(tool.Description) + Of(tool.JsonSchema));

    /// <summary>The tokens of JSON as it is written; it is counted where it stands, for schemas are long.</summary>
    private static long Of(JsonElement json) => json.ValueKind == JsonValueKind.Undefined ? 0 : Tokens(Encoding.UTF8.GetCharCount(JsonMarshal.GetRawUtf8Value(json)));

    private static long Tokens(int characters) => (characters + 3) / 4;

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
                FunctionResultContent result => Json.ToolParts.Tokens(result.Result),
                _ => Media,
            };
        }
        return tokens;
    }
}
