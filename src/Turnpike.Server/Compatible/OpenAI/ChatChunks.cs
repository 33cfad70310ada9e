using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Turnpike.Turns.Events;
using Turnpike.Turns.Json;

namespace Turnpike.Server.Compatible.OpenAI;

/// <summary>A turn as chunks of a chat completion. Deltas are the hot path: fixed bytes around the text, nothing allocated.</summary>
internal sealed class ChatChunks(bool includeUsage) : Projection
{
    private byte[] _open = [];
    private bool _tellsReasoning;
    private bool _refused;
    private int _calls;
    private int _textStep;

    public override void Project(IBufferWriter<byte> to, TurnEvent happened)
    {
        switch (happened)
        {
            case TurnStarted started: Start(to, started); break;
            case TextDelta { Text.Length: > 0 } said: Say(to, said); break;
            case ReasoningDelta { Text.Length: > 0 } thought when _tellsReasoning: Delta(to, "\"reasoning_content\":\""u8, thought.Text); break;
            case ToolCall { Execution: "client" } call: Call(to, call); break;
            case TurnCompleted completed: End(to, completed); break;
            case { IsFinal: true }: Break(to, happened); break;
        }
    }

    private void Start(IBufferWriter<byte> to, TurnStarted started)
    {
        _tellsReasoning = started.Face is not { } face || face.Member("reasoning") is not { ValueKind: JsonValueKind.False };
        var model = JsonSerializer.Serialize(started.Model, TurnpikeJson.Relaxed.String);
        _open = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture,
            $"data: {{\"id\":\"chatcmpl-{Suffix(started.Turn)}\",\"object\":\"chat.completion.chunk\",\"created\":{started.At.ToUnixTimeSeconds()},\"model\":{model},{(includeUsage ? "\"usage\":null," : "")}\"choices\":[{{\"index\":0,\"delta\":{{"));
        to.Write(_open);
        to.Write("\"role\":\"assistant\",\"content\":\"\",\"refusal\":null"u8);
        Close(to);
    }

    private void Say(IBufferWriter<byte> to, TextDelta said)
    {
        if (said.Refusal)
        {
            _refused = true;
            Delta(to, "\"refusal\":\""u8, said.Text);
            return;
        }
        if (_textStep != 0 && _textStep != said.Step) Delta(to, "\"content\":\""u8, "\n\n");
        _textStep = said.Step;
        Delta(to, "\"content\":\""u8, said.Text);
    }

    private void Delta(IBufferWriter<byte> to, ReadOnlySpan<byte> member, string text)
    {
        to.Write(_open);
        to.Write(member);
        JsonText.Write(to, text);
        to.Write("\""u8);
        Close(to);
    }

    private static void Close(IBufferWriter<byte> to) => to.Write("},\"logprobs\":null,\"finish_reason\":null}]}\n\n"u8);

    private void Call(IBufferWriter<byte> to, ToolCall call)
    {
        var index = _calls++;
        foreach (var isHead in (bool[])[true, false])
        {
            to.Write(_open);
            to.Write("\"tool_calls\":["u8);
            var writer = Json(to);
            writer.WriteStartObject();
            writer.WriteNumber("index"u8, index);
            if (isHead)
            {
                writer.WriteString("id"u8, call.CallId);
                writer.WriteString("type"u8, "function"u8);
            }
            writer.WriteStartObject("function"u8);
            if (isHead) writer.WriteString("name"u8, call.Name);
            writer.WriteString("arguments"u8, isHead ? "" : call.Arguments);
            writer.WriteEndObject();
            writer.WriteEndObject();
            writer.Flush();
            to.Write("]"u8);
            Close(to);
        }
    }

    private void End(IBufferWriter<byte> to, TurnCompleted completed)
    {
        to.Write(_open);
        to.Write("},\"logprobs\":null,\"finish_reason\":\""u8);
        to.Write(Encoding.UTF8.GetBytes(ChatTotals.Finish(completed.FinishReason, _calls > 0, _refused)));
        to.Write("\"}]}\n\n"u8);
        if (includeUsage)
        {
            to.Write(_open.AsSpan(0, _open.AsSpan().IndexOf("\"usage\":null,"u8)));
            to.Write("\"choices\":[],\"usage\":"u8);
            var writer = Json(to);
            ChatTotals.WriteUsage(writer, completed.Usage);
            writer.Flush();
            to.Write("}\n\n"u8);
        }
        to.Write("data: [DONE]\n\n"u8);
    }

    private void Break(IBufferWriter<byte> to, TurnEvent last)
    {
        to.Write("data: "u8);
        var writer = Json(to);
        OpenAIError.Of(FaceTurns.Fault(last)!, "/v1/chat/completions").Write(writer);
        writer.Flush();
        to.Write("\n\n"u8);
    }
}
