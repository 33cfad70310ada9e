using System.Buffers;
using System.Text;
using System.Text.Json;
using Turnpike.Turns.Events;
using Turnpike.Turns.Json;

namespace Turnpike.Server.Compatible.Chat;

/// <summary>A turn as chunks of the UI message stream, version 1.</summary>
/// <param name="waitsBefore">A turn that waited up to this event and went on does not end there.</param>
/// <param name="told">Up to this event the client has the message and adds to it: nothing but its beginning is told again.</param>
internal sealed class UiChunks(long waitsBefore = 0, long told = 0) : Projection
{
    private readonly PartNumbers _parts = new();
    private readonly Dictionary<string, ToolCall> _calls = new(StringComparer.Ordinal);
    private readonly HashSet<string> _asked = new(StringComparer.Ordinal);
    private string _suffix = "";
    private byte[] _delta = [];
    private string? _open;
    private bool _openIsReasoning;
    private bool _inStep;
    private bool _spoke;
    private int _sources;
    private ArrayBufferWriter<byte>? _unsaid;

    public override void Project(IBufferWriter<byte> to, TurnEvent happened)
    {
        if (happened.Sequence > told || happened is TurnStarted)
        {
            Tell(to, happened);
            return;
        }
        Tell(_unsaid ??= new(), happened);
        _unsaid.ResetWrittenCount();
    }

    private void Tell(IBufferWriter<byte> to, TurnEvent happened)
    {
        switch (happened)
        {
            case TurnStarted started: Start(to, started); break;
            case StepStarted: StartStep(to); break;
            case TextDelta said:
                if (said.Text.Length > 0) Say(to, said, said.Text, isReasoning: false);
                foreach (var citation in said.Citations) Cite(to, citation);
                break;
            case ReasoningDelta thought: Say(to, thought, thought.Text, isReasoning: true); break;
            case ToolCall call: Call(to, call); break;
            case ToolApproval approval: Ask(to, approval); break;
            case ToolInput input: Ask(to, input); break;
            case ToolResult result: Answer(to, result); break;
            case WarningRaised warning: Warn(to, warning); break;
            case StepCompleted step: EndStep(to, step); break;
            case { IsFinal: true }: End(to, happened); break;
        }
    }

    private void Start(IBufferWriter<byte> to, TurnStarted started)
    {
        _suffix = Suffix(started.Turn);
        Chunk(to, "start"u8, writer =>
        {
            writer.WriteString("messageId"u8, "msg_" + _suffix);
            writer.WriteStartObject("messageMetadata"u8);
            UiMetadata.WriteStart(writer, started);
            writer.WriteEndObject();
        });
        if (started.Triggers.Count == 0 || told > 0) return;
        Chunk(to, "data-turnpike-triggers"u8, writer =>
        {
            writer.WriteString("id"u8, "triggers"u8);
            writer.WritePropertyName("data"u8);
            JsonSerializer.Serialize(writer, started.Triggers, TurnpikeJson.Relaxed.IReadOnlyListTriggerRecord);
        });
    }

    private void StartStep(IBufferWriter<byte> to)
    {
        Close(to);
        if (!_inStep) Chunk(to, "start-step"u8);
        else if (_spoke) Chunk(to, "reset-step"u8);
        (_inStep, _spoke) = (true, false);
    }

    private void EndStep(IBufferWriter<byte> to, StepCompleted step)
    {
        Close(to);
        if (_inStep || step.Waiting.Count == 0) Chunk(to, "finish-step"u8);
        _inStep = false;
        if (step.Waiting.Count == 0 || step.Sequence <= waitsBefore) return;
        IsOver = true;
        Chunk(to, "finish"u8, writer =>
        {
            writer.WriteString("finishReason"u8, "tool-calls"u8);
            writer.WriteStartObject("messageMetadata"u8);
            writer.WriteString("status"u8, "waiting"u8);
            writer.WriteEndObject();
        });
        Done(to);
    }

    private void Say(IBufferWriter<byte> to, TurnEvent delta, string text, bool isReasoning)
    {
        var (number, opens) = _parts.Of(delta);
        if (opens)
        {
            Close(to, keepsBlock: true);
            (_open, _openIsReasoning, _spoke) = ($"{_suffix}_{number}", isReasoning, true);
            Chunk(to, isReasoning ? "reasoning-start"u8 : "text-start"u8, writer => writer.WriteString("id"u8, _open));
            _delta = Encoding.UTF8.GetBytes($"data: {{\"type\":\"{(isReasoning ? "reasoning" : "text")}-delta\",\"id\":\"{_open}\",\"delta\":\"");
        }
        to.Write(_delta);
        JsonText.Write(to, text);
        to.Write("\"}\n\n"u8);
    }

    private void Close(IBufferWriter<byte> to, bool keepsBlock = false)
    {
        if (!keepsBlock) _parts.End();
        if (_open is not { } open) return;
        _open = null;
        Chunk(to, _openIsReasoning ? "reasoning-end"u8 : "text-end"u8, writer => writer.WriteString("id"u8, open));
    }

    private void Cite(IBufferWriter<byte> to, TextCitation citation) => Chunk(to, "source-url"u8, writer =>
    {
        writer.WriteString("sourceId"u8, $"{_suffix}_s{_sources++}");
        writer.WriteString("url"u8, citation.Url);
        if (citation.Title is { } title) writer.WriteString("title"u8, title);
    });

    private void Call(IBufferWriter<byte> to, ToolCall call)
    {
        Close(to);
        _parts.Next();
        _calls[call.CallId] = call;
        _spoke = true;
        Chunk(to, "tool-input-start"u8, writer => Named(writer, call));
        Chunk(to, "tool-input-delta"u8, writer =>
        {
            writer.WriteString("toolCallId"u8, call.CallId);
            writer.WriteString("inputTextDelta"u8, call.Arguments);
        });
        var input = UiValues.Input(call.Arguments);
        Chunk(to, input is null ? "tool-input-error"u8 : "tool-input-available"u8, writer =>
        {
            Named(writer, call);
            writer.WritePropertyName("input"u8);
            if (input is { } value) value.WriteTo(writer);
            else writer.WriteStringValue(call.Arguments);
            if (input is null) writer.WriteString("errorText"u8, UiValues.NoInput);
        });
    }

    private static void Named(Utf8JsonWriter writer, ToolCall call)
    {
        writer.WriteString("toolCallId"u8, call.CallId);
        writer.WriteString("toolName"u8, call.Name);
        Executed(writer, call);
    }

    private static void Executed(Utf8JsonWriter writer, ToolCall call)
    {
        if (call.Execution == "client") return;
        writer.WriteBoolean("providerExecuted"u8, true);
        if (!ToolSources.IsOurs(call.Source)) writer.WriteBoolean("dynamic"u8, true);
    }

    private void Ask(IBufferWriter<byte> to, ToolApproval approval)
    {
        Close(to);
        _parts.Next();
        _asked.Add(approval.CallId);
        Chunk(to, "tool-approval-request"u8, writer =>
        {
            writer.WriteString("approvalId"u8, "apr_" + approval.CallId);
            writer.WriteString("toolCallId"u8, approval.CallId);
            if (approval.Reason is { } reason) writer.WriteString("reason"u8, reason);
        });
    }

    private void Ask(IBufferWriter<byte> to, ToolInput input)
    {
        Close(to);
        _parts.Next();
        Chunk(to, "data-turnpike-input"u8, writer => UiValues.WriteQuestions(writer, input));
    }

    private void Answer(IBufferWriter<byte> to, ToolResult result)
    {
        Close(to);
        if (_asked.Contains(result.CallId))
        {
            Chunk(to, "tool-approval-response"u8, writer =>
            {
                writer.WriteString("approvalId"u8, "apr_" + result.CallId);
                UiValues.WriteDecision(writer, result);
                writer.WriteBoolean("providerExecuted"u8, true);
            });
        }
        if (result.Denied)
        {
            Chunk(to, "tool-output-denied"u8, writer => writer.WriteString("toolCallId"u8, result.CallId));
            return;
        }
        Chunk(to, result.Error is null ? "tool-output-available"u8 : "tool-output-error"u8, writer =>
        {
            writer.WriteString("toolCallId"u8, result.CallId);
            if (result.Error is { } error)
            {
                writer.WriteString("errorText"u8, error);
            }
            else
            {
                writer.WritePropertyName("output"u8);
                UiValues.WriteOutput(writer, result);
            }
            if (_calls.TryGetValue(result.CallId, out var call)) Executed(writer, call);
        });
    }

    private void Warn(IBufferWriter<byte> to, WarningRaised warning) => Chunk(to, "data-turnpike-warning"u8, writer =>
    {
        writer.WritePropertyName("data"u8);
        NativeMembers.WriteWarning(writer, warning);
        writer.WriteBoolean("transient"u8, true);
    });

    private void End(IBufferWriter<byte> to, TurnEvent last)
    {
        Close(to);
        switch (last)
        {
            case TurnCompleted completed:
                Chunk(to, "finish"u8, writer =>
                {
                    writer.WriteString("finishReason"u8, completed.FinishReason switch { "stop" => "stop", "length" or "limit" => "length", "contentFilter" => "content-filter", "toolCalls" => "tool-calls", _ => "other" });
                    writer.WriteStartObject("messageMetadata"u8);
                    UiMetadata.WriteEnd(writer, completed);
                    writer.WriteEndObject();
                });
                break;
            case TurnCancelled cancelled: Chunk(to, "abort"u8, writer => writer.WriteString("reason"u8, cancelled.Reason ?? "cancelled")); break;
            default: Chunk(to, "error"u8, writer => writer.WriteString("errorText"u8, FaceTurns.Fault(last)!.Detail)); break;
        }
        IsOver = true;
        Done(to);
    }

    private static void Done(IBufferWriter<byte> to) => to.Write("data: [DONE]\n\n"u8);

    private void Chunk(IBufferWriter<byte> to, ReadOnlySpan<byte> type, Action<Utf8JsonWriter>? members = null)
    {
        to.Write("data: "u8);
        var writer = Json(to);
        writer.WriteStartObject();
        writer.WriteString("type"u8, type);
        members?.Invoke(writer);
        writer.WriteEndObject();
        writer.Flush();
        to.Write("\n\n"u8);
    }
}
