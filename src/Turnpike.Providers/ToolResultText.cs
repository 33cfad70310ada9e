using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.AI;

namespace Turnpike.Providers;

/// <summary>What a tool gave back, as the text that a model reads.</summary>
internal static partial class ToolResultText
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
        { Result: var value } => Written(value),
    };

    /// <summary>The arguments of a tool call as JSON; those that were no JSON when they came, as they came.</summary>
    public static string Arguments(FunctionCallContent call) =>
        call.AdditionalProperties?.TryGetValue(RawArguments, out var raw) is true && raw?.ToString() is { } text ? text
        : call.Arguments is null ? "{}"
        : Written(call.Arguments);

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
            _ => Written(content),
        }));

    /// <summary>JSON as a model reads it: no writer of the platform leaves emoji and the like as they are, so their escapes are undone here.</summary>
    private static string Written(object value)
    {
        var json = JsonSerializer.Serialize(value, value.GetType(), Json);
        return json.Contains("\\u", StringComparison.Ordinal) ? EscapedPair().Replace(json, pair => pair.Groups["kept"].Value + (char)Unit(pair, "high") + (char)Unit(pair, "low")) : json;

        static int Unit(Match pair, string half) => int.Parse(pair.Groups[half].ValueSpan, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
    }

    /// <summary>Two escapes that are one character; escaped backslashes before them are no part of them.</summary>
    [GeneratedRegex(@"(?<!\\)(?<kept>(?:\\\\)*)\\u(?<high>[dD][89abAB][0-9a-fA-F]{2})\\u(?<low>[dD][c-fC-F][0-9a-fA-F]{2})")]
    private static partial Regex EscapedPair();

    private static string Aside(AIContent content, string mediaType, ICollection<AIContent> media)
    {
        media.Add(content);
        return $"[{mediaType}, attached below]";
    }
}
