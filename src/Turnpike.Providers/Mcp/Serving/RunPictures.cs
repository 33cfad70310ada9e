using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Turnpike.Turns;

namespace Turnpike.Providers.Mcp.Serving;

/// <summary>The images that came of a run: what its tools showed the model, and what the model made. An MCP client gets them with the answer.</summary>
internal static class RunPictures
{
    private const long MostBytes = 8 << 20;

    public static IEnumerable<JsonObject> Of(Turn turn)
    {
        var bytes = 0L;
        foreach (var image in turn.Messages.Where(message => message.Role != ChatRole.User).SelectMany(message => message.Contents).SelectMany(Parts).Where(data => data.HasTopLevelMediaType("image")))
        {
            if ((bytes += image.Data.Length) > MostBytes) yield break;
            yield return new() { ["type"] = "image", ["data"] = image.Base64Data.ToString(), ["mimeType"] = image.MediaType };
        }
    }

    private static IEnumerable<DataContent> Parts(AIContent content) => content switch
    {
        DataContent data => [data],
        FunctionResultContent { Result: IEnumerable<AIContent> parts } => parts.OfType<DataContent>(),
        _ => [],
    };
}
