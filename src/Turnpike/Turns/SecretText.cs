using System.Text.Json;
using Microsoft.Extensions.AI;
using Turnpike.Turns.Json;

namespace Turnpike.Turns;

/// <summary>Hides the values of secret variables where people look: traces, previews, explanations.</summary>
internal static class SecretText
{
    /// <summary>What stands in a secret's place.</summary>
    public const string Mask = "•••";
    private const int ShortestCut = 8;

    /// <summary>The same as JSON.</summary>
    public static JsonElement Masked { get; } = JsonSerializer.SerializeToElement(Mask, TurnpikeJson.Relaxed.String);

    /// <summary>A text in which no secret stands, nor the beginning of one that was cut with a <c>…</c>.</summary>
    public static string Hide(string text, IReadOnlyList<string> secrets)
    {
        foreach (var secret in secrets) text = text.Replace(secret, Mask, StringComparison.Ordinal);
        for (var at = text.IndexOf('…', StringComparison.Ordinal); at >= 0; at = text.IndexOf('…', at + 1))
        {
            var cut = 0;
            foreach (var secret in secrets)
                for (var length = Math.Min(secret.Length - 1, at); length >= ShortestCut && length > cut; length--)
                    if (text.AsSpan(at - length, length).SequenceEqual(secret.AsSpan(0, length))) cut = length;
            if (cut == 0) continue;
            text = text.Remove(at - cut, cut).Insert(at - cut, Mask);
            at += Mask.Length - cut;
        }
        return text;
    }

    /// <summary>A value in whose texts no secret stands.</summary>
    public static JsonElement Hide(JsonElement value, IReadOnlyList<string> secrets) => value.ValueKind switch
    {
        JsonValueKind.String => JsonElements.Of(Hide(value.GetString()!, secrets)),
        JsonValueKind.Number when secrets.Contains(value.GetRawText()) => Masked,
        JsonValueKind.Array => JsonElements.Written((value, secrets), static (writer, given) =>
        {
            writer.WriteStartArray();
            foreach (var one in given.value.EnumerateArray()) Hide(one, given.secrets).WriteTo(writer);
            writer.WriteEndArray();
        }),
        JsonValueKind.Object => JsonElements.Written((value, secrets), static (writer, given) =>
        {
            writer.WriteStartObject();
            foreach (var member in given.value.EnumerateObject())
            {
                writer.WritePropertyName(member.Name);
                Hide(member.Value, given.secrets).WriteTo(writer);
            }
            writer.WriteEndObject();
        }),
        _ => value,
    };

    /// <summary>A part of a message in whose texts no secret stands.</summary>
    public static AIContent Hide(AIContent part, IReadOnlyList<string> secrets) => part switch
    {
        TextContent text => new TextContent(Hide(text.Text, secrets)) { AdditionalProperties = text.AdditionalProperties },
        UriContent uri when Hide(uri.Uri.OriginalString, secrets) is var shown && shown != uri.Uri.OriginalString => new UriContent(Secrets.MaskedText.Address(shown), uri.MediaType) { AdditionalProperties = uri.AdditionalProperties },
        TextReasoningContent reasoning => new TextReasoningContent(Hide(reasoning.Text, secrets)) { ProtectedData = reasoning.ProtectedData, AdditionalProperties = reasoning.AdditionalProperties },
        FunctionCallContent call => new FunctionCallContent(call.CallId, call.Name, call.Arguments?.ToDictionary(argument => argument.Key, argument => Hide(argument.Value, secrets))) { AdditionalProperties = call.AdditionalProperties },
        FunctionResultContent result => new FunctionResultContent(result.CallId, Hide(result.Result, secrets)) { AdditionalProperties = result.AdditionalProperties },
        _ => part,
    };

    private static object? Hide(object? value, IReadOnlyList<string> secrets) => value switch
    {
        string text => Hide(text, secrets),
        JsonElement json => Hide(json, secrets),
        _ => ToolParts.Of(value)?.Select(part => Hide(part, secrets)).ToArray() ?? value,
    };
}
