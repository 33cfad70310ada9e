using System.Text;
using System.Text.Json;
using Turnpike.Turns;
using Turnpike.Turns.Events;

namespace Turnpike.Server.Compatible.OpenAI;

/// <summary>A turn as a whole chat completion.</summary>
internal sealed class ChatCompletion
{
    private readonly StringBuilder _content = new();
    private readonly StringBuilder _refusal = new();
    private readonly StringBuilder _reasoning = new();
    private readonly List<ToolCall> _calls = [];
    private readonly List<TextCitation> _citations = [];
    private TurnStarted _started = null!;
    private TurnCompleted? _completed;
    private JsonElement? _metadata;
    private int _textStep;

    /// <summary>The completion of a turn's events.</summary>
    /// <param name="events">All events of the turn.</param>
    /// <param name="metadata">What the caller noted beside it, now; null: what the request said.</param>
    public static ChatCompletion Of(IEnumerable<TurnEvent> events, JsonElement? metadata = null)
    {
        var completion = new ChatCompletion { _metadata = metadata };
        foreach (var happened in events) completion.Add(happened);
        return completion;
    }

    public string Id => "chatcmpl-" + Projection.Suffix(_started.Turn);

    public void Write(Utf8JsonWriter writer, Action<Utf8JsonWriter>? more = null)
    {
        writer.WriteStartObject();
        writer.WriteString("id"u8, Id);
        writer.WriteString("object"u8, "chat.completion"u8);
        writer.WriteNumber("created"u8, _started.At.ToUnixTimeSeconds());
        writer.WriteString("model"u8, _started.Model);
        writer.WriteStartArray("choices"u8);
        writer.WriteStartObject();
        writer.WriteNumber("index"u8, 0);
        writer.WritePropertyName("message"u8);
        WriteMessage(writer);
        writer.WriteNull("logprobs"u8);
        writer.WriteString("finish_reason"u8, ChatTotals.Finish(_completed?.FinishReason ?? "stop", _calls.Count > 0, _refusal.Length > 0));
        writer.WriteEndObject();
        writer.WriteEndArray();
        writer.WritePropertyName("usage"u8);
        ChatTotals.WriteUsage(writer, _completed?.Usage ?? TurnUsage.None);
        writer.WriteString("service_tier"u8, "default"u8);
        writer.WriteString("system_fingerprint"u8, _started.PromptHash is { Length: >= 8 } hash ? "tp_" + hash[..8] : null);
        if ((_metadata ?? _started.Face?.Member("metadata")) is { } metadata)
        {
            writer.WritePropertyName("metadata"u8);
            metadata.WriteTo(writer);
        }
        more?.Invoke(writer);
        writer.WriteEndObject();
    }

    private void Add(TurnEvent happened)
    {
        switch (happened)
        {
            case TurnStarted started: _started = started; break;
            case TextDelta { Refusal: true } refused: _refusal.Append(refused.Text); break;
            case TextDelta said:
                if (_textStep != 0 && _textStep != said.Step) _content.Append("\n\n");
                _textStep = said.Step;
                _content.Append(said.Text);
                _citations.AddRange(said.Citations);
                break;
            case ReasoningDelta thought: _reasoning.Append(thought.Text); break;
            case ToolCall { Execution: "client" } call: _calls.Add(call); break;
            case TurnCompleted completed: _completed = completed; break;
        }
    }

    private void WriteMessage(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("role"u8, "assistant"u8);
        writer.WriteString("content"u8, _content.Length == 0 && (_calls.Count > 0 || _refusal.Length > 0) ? null : _content.ToString());
        writer.WriteString("refusal"u8, _refusal.Length == 0 ? null : _refusal.ToString());
        if (_reasoning.Length > 0 && _started.Face?.Member("reasoning") is not { ValueKind: JsonValueKind.False }) writer.WriteString("reasoning_content"u8, _reasoning.ToString());
        writer.WriteStartArray("annotations"u8);
        foreach (var citation in _citations)
        {
            writer.WriteStartObject();
            writer.WriteString("type"u8, "url_citation"u8);
            writer.WriteStartObject("url_citation"u8);
            writer.WriteNumber("start_index"u8, citation.Start);
            writer.WriteNumber("end_index"u8, citation.End);
            writer.WriteString("title"u8, citation.Title ?? "");
            writer.WriteString("url"u8, citation.Url);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        if (_calls.Count > 0)
        {
            writer.WriteStartArray("tool_calls"u8);
            foreach (var call in _calls)
            {
                writer.WriteStartObject();
                writer.WriteString("id"u8, call.CallId);
                writer.WriteString("type"u8, "function"u8);
                writer.WriteStartObject("function"u8);
                writer.WriteString("name"u8, call.Name);
                writer.WriteString("arguments"u8, call.Arguments);
                writer.WriteEndObject();
                writer.WriteEndObject();
            }
            writer.WriteEndArray();
        }
        writer.WriteEndObject();
    }
}
