using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Turnpike.Providers;

/// <summary>What a tool gave back, as the text that a model reads.</summary>
internal static class ToolResultText
{
    private static readonly JsonSerializerOptions Json = new(AIJsonUtilities.DefaultOptions) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, WriteIndented = false };

    /// <summary>
    /// A string as it is, anything else as JSON, a failure as <c>Error: …</c>. Texts of a list of contents stand below each
    /// other; what is not text goes to <paramref name="media"/> and is named in its place.
    /// </summary>
    public static string Of(FunctionResultContent content, ICollection<AIContent> media) => content switch
    {
        { Result: null, Exception: { } exception } => $"Error: {exception.Message}",
        { Result: null } => "",
        { Result: string text } => text,
        { Result: JsonElement { ValueKind: JsonValueKind.String } text } => text.GetString()!,
        { Result: AIContent one } => Of([one], media),
        { Result: IEnumerable<AIContent> several } => Of(several, media),
        { Result: var value } => JsonSerializer.Serialize(value, value.GetType(), Json),
    };

    /// <summary>The arguments of a tool call as JSON; those that were no JSON when they came, as they came.</summary>
    public static string Arguments(FunctionCallContent call) =>
        call.AdditionalProperties?.TryGetValue(RawArguments, out var raw) is true && raw?.ToString() is { } text ? text
        : call.Arguments is null ? "{}"
        : JsonSerializer.Serialize(call.Arguments, Json);

    /// <summary>Key of <see cref="AIContent.AdditionalProperties"/> for arguments that are not a JSON object.</summary>
    public const string RawArguments = "turnpike.rawArguments";

    private static string Of(IEnumerable<AIContent> contents, ICollection<AIContent> media) =>
        string.Join('\n', contents.Select(content => content switch
        {
            TextContent text => text.Text,
            ErrorContent error => $"Error: {error.Message}",
            DataContent data => Aside(data, data.MediaType, media),
            UriContent uri => Aside(uri, uri.MediaType, media),
            HostedFileContent file => Aside(file, file.MediaType ?? "file", media),
            _ => JsonSerializer.Serialize(content, Json),
        }));

    private static string Aside(AIContent content, string mediaType, ICollection<AIContent> media)
    {
        media.Add(content);
        return $"[{mediaType}, attached below]";
    }
}
