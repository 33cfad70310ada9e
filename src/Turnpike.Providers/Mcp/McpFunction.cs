using System.Text.Json;
using Microsoft.Extensions.AI;
using ModelContextProtocol.Protocol;
using Turnpike.Turns.Calls;
using Turnpike.Turns.Catalogs;
using Turnpike.Turns.Json;

namespace Turnpike.Providers.Mcp;

/// <summary>A tool of an MCP server.</summary>
internal sealed class McpFunction(Tool tool, McpToolSource source) : AIFunction
{
    private readonly Dictionary<string, object?> _more = Hints(tool, source.Trusted);

    public override string Name => tool.Name;

    public override string Description => tool.Description ?? tool.Title ?? "";

    public override JsonElement JsonSchema => tool.InputSchema;

    public override JsonElement? ReturnJsonSchema => tool.OutputSchema;

    public override IReadOnlyDictionary<string, object?> AdditionalProperties => _more;

    /// <summary>Whether two say the same to a model.</summary>
    public bool Says(McpFunction other) => Name == other.Name && Description == other.Description && ForeignJson.AreSame(JsonSchema, other.JsonSchema);

    protected override async ValueTask<object?> InvokeCoreAsync(AIFunctionArguments arguments, CancellationToken cancellationToken)
    {
        var (answer, asked) = await source.CallAsync(tool.Name, arguments.ToDictionary(pair => pair.Key, pair => pair.Value), InputExchange.Of(arguments), cancellationToken);
        if (answer is not { } result) return asked;
        var parts = Parts(result, source.Name);
        if (result.IsError == true) return ToolValues.Error("", Words(parts) is { Length: > 0 } said ? source.Clean(said) : "The tool says that it failed.");
        if (parts.Count == 0) return result.StructuredContent is { } structured ? structured : "";
        return parts.TrueForAll(part => part is TextContent) ? Words(parts) : parts.ToArray();
    }

    /// <summary>What the model reads of a result: its parts, and its structured content where no text says it.</summary>
    private static List<AIContent> Parts(CallToolResult result, string server)
    {
        List<AIContent> parts = [.. result.Content.Select(part => Part(part, server)).OfType<AIContent>()];
        var isSaid = result.Content.OfType<TextContentBlock>().Any(words => !string.IsNullOrWhiteSpace(words.Text));
        if (!isSaid && result.StructuredContent is { } structured && (parts.Count > 0 || result.IsError == true)) parts.Add(new TextContent(structured.GetRawText()));
        return parts;
    }

    /// <summary>Parts as text. What tells of a failure is nothing else.</summary>
    private static string Words(IEnumerable<AIContent> parts) => string.Join('\n', parts.Select(part => part is DataContent data ? $"[{data.MediaType}, left out: what tells of a failure is text]" : ((TextContent)part).Text));

    private static AIContent? Part(ContentBlock part, string server)
    {
        try
        {
            return part switch
            {
                ImageContentBlock image => new DataContent(image.DecodedData, image.MimeType),
                AudioContentBlock audio => new DataContent(audio.DecodedData, audio.MimeType),
                EmbeddedResourceBlock { Resource: BlobResourceContents blob } => new DataContent(blob.DecodedData, blob.MimeType ?? "application/octet-stream") { Name = blob.Uri },
                _ => Text(part, server) is { Length: > 0 } text ? new TextContent(text) : null,
            };
        }
        catch (Exception error) when (error is FormatException or ArgumentException)
        {
            return new TextContent($"[{part.Type}, left out: its data is no base64, or its type none]");
        }
    }

    private static string? Text(ContentBlock part, string server) => part switch
    {
        TextContentBlock words => words.Text,
        ResourceLinkBlock link => $"[resource {link.Uri}{((link.Title ?? link.Name) is { Length: > 0 } name ? $" \"{name}\"" : "")}{(link.MimeType is { } type ? $", {type}" : "")}; the user attaches it with @.resource.add \"mcp:{McpResources.At(server, link.Uri)}\";]",
        EmbeddedResourceBlock { Resource: TextResourceContents resource } => resource.Text,
        _ => $"[{part.Type}, left out: it is not read here]",
    };

    /// <summary>What a server says of its tool is shown; only that of a trusted one is believed.</summary>
    private static Dictionary<string, object?> Hints(Tool tool, bool trusted)
    {
        var hints = new Dictionary<string, object?>();
        if ((tool.Title ?? tool.Annotations?.Title) is { } title) hints["title"] = title;
        if (tool.Annotations?.ReadOnlyHint is { } readOnly) hints["readOnlyHint"] = readOnly;
        if (tool.Annotations?.DestructiveHint is { } destructive) hints["destructiveHint"] = destructive;
        if (trusted && (tool.Annotations?.IdempotentHint == true || tool.Annotations?.ReadOnlyHint == true)) hints[KnownTool.IdempotentKey] = true;
        return hints;
    }
}
