using System.Text.Json;
using Microsoft.Extensions.AI;
using Turnpike.Models;
using Turnpike.Providers.Http;
using Turnpike.Turns.Json;

namespace Turnpike.Providers.OpenAICompatible;

/// <summary>
/// Reads the chunks of one streamed answer, or the one object of an answer that was not streamed. It remembers what comes once
/// (id, model, finish reason, usage, the pieces of tool calls) and gives it back at the end.
/// </summary>
internal sealed class ChunkReader(string model, ToolNames names, ProviderFaults faults)
{
    private readonly ToolCallAssembler calls = new(names);
    private string? id;
    private string answeredBy = "";
    private ChatFinishReason? finish;
    private UsageDetails? usage;
    private List<AIContent>? contents;
    private char halfCharacter;
    private char halfThought;
    private readonly TextTemplate template = new();
    private (int From, int Length) text; // where the chunk's one text stands
    private bool isOnlyText;

    /// <summary>Whether the model said that it is done.</summary>
    public bool Finished => finish is not null;

    /// <summary>Reads one chunk: what it brings, or null when that is nothing yet. A piece of a tool call brings an update without contents: the call comes whole, and meanwhile the model is not silent. Throws <see cref="JsonException"/> for what is no JSON object.</summary>
    /// <param name="json">The chunk, one JSON object.</param>
    public ChatResponseUpdate? Read(ReadOnlySpan<byte> json)
    {
        contents = null;
        if (template.TryRead(json, out var plain))
        {
            AddText(plain);
            return contents is null ? null : Update(contents);
        }
        (text, isOnlyText) = ((0, 0), true);
        var (pieces, length) = (calls.Pieces, calls.Length);
        var reader = new Utf8JsonReader(json);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject) throw new JsonException("The chunk is not a JSON object.");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("choices"u8)) ReadChoices(ref reader, json);
            else if (reader.ValueTextEquals("id"u8)) Once(ref reader, ref id);
            else if (reader.ValueTextEquals("model"u8)) Once(ref reader, ref answeredBy!);
            else if (reader.ValueTextEquals("usage"u8)) ReadUsage(ref reader);
            else if (reader.ValueTextEquals("error"u8)) ReadError(ref reader);
            else reader.Skip();
        }
        if (isOnlyText && text.From > 0 && contents is [TextContent { AdditionalProperties: null, Annotations: null }]) template.Learn(json, text.From, text.Length);
        if (contents is null && calls.Pieces == pieces) return null;
        var update = Update(contents);
        if (calls.Length > length) (update.AdditionalProperties ??= [])[ModelOptionKeys.Pending] = (int)(calls.Length - length);
        return update;
    }

    /// <summary>The last update: tool calls, usage and why the model stopped.</summary>
    public ChatResponseUpdate Finish()
    {
        var last = calls.Finish(id).ToList();
        if (halfCharacter != '\0') last.Insert(0, new TextContent("\uFFFD"));
        if (halfThought != '\0') last.Insert(0, new TextReasoningContent("\uFFFD"));
        if (usage is not null) last.Add(new UsageContent(usage));
        var update = Update(last);
        update.FinishReason = calls.Any && (finish is null || finish == ChatFinishReason.Stop) ? ChatFinishReason.ToolCalls : finish ?? ChatFinishReason.Stop;
        return update;
    }

    private ChatResponseUpdate Update(IList<AIContent>? parts) => new()
    {
        Role = ChatRole.Assistant,
        Contents = parts!, // none: a list is made when somebody asks for it
        ResponseId = id,
        MessageId = id,
        ModelId = answeredBy.Length > 0 ? answeredBy : model,
    };

    private void ReadChoices(ref Utf8JsonReader reader, ReadOnlySpan<byte> json)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            reader.Skip();
            return;
        }
        // Only the first answer is read: a turn has one, whatever `n` a host smuggled in.
        for (var place = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; place++)
        {
            if (place == 0 && reader.TokenType == JsonTokenType.StartObject) ReadChoice(ref reader, json);
            else reader.Skip();
        }
    }

    private void ReadChoice(ref Utf8JsonReader reader, ReadOnlySpan<byte> json)
    {
        var (other, isDelta, isWhole) = (false, false, false);
        var whole = reader;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (!other && reader.ValueTextEquals("delta"u8))
            {
                isDelta = true;
                ReadDelta(ref reader, json);
            }
            else if (!other && reader.ValueTextEquals("message"u8)) // some send all that was said so far beside each delta
            {
                isWhole = true;
                whole = reader;
                reader.Skip();
            }
            else if (!other && reader.ValueTextEquals("finish_reason"u8)) ReadFinish(ref reader);
            else if (reader.ValueTextEquals("index"u8)) other = reader.Read() && reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var index) && index != 0;
            else if (!other && reader.ValueTextEquals("usage"u8)) ReadUsage(ref reader);
            else reader.Skip();
        }
        if (isWhole && !isDelta) ReadDelta(ref whole, json);
    }

    private void ReadDelta(ref Utf8JsonReader reader, ReadOnlySpan<byte> json)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return;
        }
        var reasoned = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("content"u8))
            {
                reader.Read();
                if (reader.TokenType == JsonTokenType.String)
                {
                    isOnlyText &= text.From == 0;
                    text = ((int)reader.TokenStartIndex + 1, reader.ValueSpan.Length);
                    AddText(JsonText.Read(ref reader));
                }
                else if (reader.TokenType != JsonTokenType.Null) contents = [.. contents ?? [], .. ContentParts.Read(ref reader)];
            }
            else if (!reasoned && (reader.ValueTextEquals("reasoning_content"u8) || reader.ValueTextEquals("reasoning"u8)))
            {
                reader.Read();
                if (reader.TokenType != JsonTokenType.String) reader.Skip();
                else if (JsonText.Read(ref reader) is { Length: > 0 } thought)
                {
                    if (Whole(thought, ref halfThought) is { Length: > 0 } whole) Add(new TextReasoningContent(whole));
                    reasoned = true;
                }
            }
            else if (reader.ValueTextEquals("tool_calls"u8))
            {
                isOnlyText = false;
                ToolCallPieces.Read(ref reader, json, calls);
            }
            else if (reader.ValueTextEquals("refusal"u8))
            {
                reader.Read();
                if (JsonText.ReadAny(ref reader, json) is { Length: > 0 } refusal) Add(new TextContent(refusal) { AdditionalProperties = new() { ["refusal"] = true } });
            }
            else if (reader.ValueTextEquals("annotations"u8))
            {
                reader.Read();
                if (ContentParts.ReadCitations(ref reader) is { Count: > 0 } citations) Add(new TextContent("") { Annotations = citations });
            }
            else reader.Skip();
        }
    }

    private void ReadFinish(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.String || reader.ValueSpan.IsEmpty) return;
        isOnlyText = false;
        finish = reader.ValueTextEquals("stop"u8) ? ChatFinishReason.Stop
            : reader.ValueTextEquals("length"u8) ? ChatFinishReason.Length
            : reader.ValueTextEquals("tool_calls"u8) || reader.ValueTextEquals("function_call"u8) ? ChatFinishReason.ToolCalls
            : reader.ValueTextEquals("content_filter"u8) ? ChatFinishReason.ContentFilter
            : new ChatFinishReason(JsonText.Read(ref reader));
    }

    private void ReadUsage(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (UsageReader.Read(ref reader) is not { } read) return;
        (usage, isOnlyText) = (read, false);
    }

    private void ReadError(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.Null) return;
        var error = ForeignJson.Readable(JsonElement.ParseValue(ref reader));
        throw faults.Status(ErrorStatus.Of(error), faults.Clean(error), model);
    }

    private static void Once(ref Utf8JsonReader reader, ref string? value)
    {
        if (string.IsNullOrEmpty(value) && reader.Read() && reader.TokenType == JsonTokenType.String) value = JsonText.Read(ref reader);
        else reader.Skip();
    }

    private void AddText(string text)
    {
        if (text.Length == 0) return;
        if (halfThought != '\0') // its other half does not come any more
        {
            Add(new TextReasoningContent("\uFFFD"));
            halfThought = '\0';
        }
        if (Whole(text, ref halfCharacter) is { Length: > 0 } whole) Add(new TextContent(whole));
    }

    /// <summary>A text with the half of a character that the one before ended with; the half that it ends with waits for the next.</summary>
    private static string Whole(string text, ref char half)
    {
        if (half != '\0') text = half + text;
        half = char.IsHighSurrogate(text[^1]) ? text[^1] : '\0';
        return half == '\0' ? text : text[..^1];
    }

    private void Add(AIContent content) => (contents ??= new(1)).Add(content);
}
