using System.Text.Json;
using Microsoft.Extensions.AI;
using Turnpike.Turns.Json;

namespace Turnpike.Cli.Output;

/// <summary>Parts of messages as lines of text.</summary>
internal static class PartText
{
    /// <summary>The text of a part, or a line in brackets that says what it is.</summary>
    public static string Of(AIContent part) => part switch
    {
        TextContent text => text.Text,
        TextReasoningContent reasoning => $"[reasoning] {reasoning.Text}",
        FunctionCallContent call => $"[calls {call.Name} {Json(call.Arguments)}]",
        FunctionResultContent result => $"[result of {result.CallId}] {result.Result}",
        DataContent data => $"[{data.MediaType}, {data.Data.Length} bytes]",
        UriContent uri => $"[{uri.MediaType} {uri.Uri}]",
        _ => $"[{part.GetType().Name}]",
    };

    private static string Json(IDictionary<string, object?>? arguments)
    {
        if (arguments is null) return "{}";
        return "{" + string.Join(",", arguments.Select(argument => $"{JsonSerializer.Serialize(argument.Key, TurnpikeJson.Relaxed.String)}:{Value(argument.Value)}")) + "}";
    }

    private static string Value(object? value) => value switch
    {
        null => "null",
        JsonElement json => json.GetRawText(),
        string text => JsonSerializer.Serialize(text, TurnpikeJson.Relaxed.String),
        _ => Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture) ?? "null",
    };
}
