using System.Buffers;
using System.Text;
using System.Text.Json;
using Turnpike.Turns.Events;
using Turnpike.Turns.Json;

namespace Turnpike.Server.Compatible.AgUi;

/// <summary>A turn as the events of an AG-UI run.</summary>
/// <param name="given">The values that the client gave, by names: of the turn's variables, they are the state that the run begins with.</param>
/// <param name="variables">The turn's variables after its triggers, secrets masked.</param>
internal sealed class AgUiEvents(IReadOnlyDictionary<string, JsonElement> given, IReadOnlyDictionary<string, JsonElement> variables) : Projection
{
    private const string Masked = "•••";
    private readonly PartNumbers _parts = new();
    private readonly Dictionary<string, ToolCall> _open = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ToolApproval> _asked = new(StringComparer.Ordinal);
    private TurnStarted? _started;
    private string _suffix = "";
    private string _thread = "";
    private string _run = "";
    private byte[] _delta = [];
    private string? _block;
    private string? _text;
    private string? _step;
    private bool _thinks;
    private int _results;

    public override void Project(IBufferWriter<byte> to, TurnEvent happened)
    {
        switch (happened)
        {
            case TurnStarted started: Start(to, started); break;
            case StepStarted step: StartStep(to, step); break;
            case TextDelta { Text.Length: > 0 } said: Say(to, said, said.Text, thinks: false); break;
            case ReasoningDelta { Text.Length: > 0 } thought: Say(to, thought, thought.Text, thinks: true); break;
            case ToolCall call: Call(to, call); break;
            case ToolApproval approval: _asked[approval.CallId] = approval; break;
            case ToolResult result: Answer(to, result); break;
            case WarningRaised warning: Warn(to, warning); break;
            case StepCompleted: EndStep(to); break;
            case { IsFinal: true }: End(to, happened); break;
        }
    }

    private void Start(IBufferWriter<byte> to, TurnStarted started)
    {
        var face = started.Face is { } said && said.Text("name") == "agui" ? said : (JsonElement?)null;
        (_started, _suffix, _thread, _run) = (started, Suffix(started.Turn), face?.Text("threadId") ?? started.Conversation, face?.Text("runId") ?? started.Turn);
        Event(to, "RUN_STARTED"u8, writer =>
        {
            WriteRun(writer);
            writer.WriteString("protocolVersion"u8, "1.0"u8);
        });
        Event(to, "STATE_SNAPSHOT"u8, writer =>
        {
            writer.WriteStartObject("snapshot"u8);
            foreach (var (name, _) in Shown().Where(pair => given.ContainsKey(pair.Key)))
            {
                writer.WritePropertyName(name);
                given[name].WriteTo(writer);
            }
            writer.WriteEndObject();
        });
        if (started.Triggers.Count > 0)
        {
            Event(to, "CUSTOM"u8, writer =>
            {
                writer.WriteString("name"u8, "turnpike.triggers"u8);
                writer.WritePropertyName("value"u8);
                JsonSerializer.Serialize(writer, started.Triggers, TurnpikeJson.Relaxed.IReadOnlyListTriggerRecord);
            });
        }
        Change(to);
    }

    private IEnumerable<KeyValuePair<string, JsonElement>> Shown() => variables.Where(pair => pair.Value.ValueKind != JsonValueKind.String || !pair.Value.ValueEquals(Masked));

    /// <summary>Tells what triggers made of the state that the run began with, as a JSON Patch.</summary>
    private void Change(IBufferWriter<byte> to)
    {
        var changed = Shown().Where(pair => !given.TryGetValue(pair.Key, out var before) || !ForeignJson.AreSame(before, pair.Value)).ToArray();
        if (changed.Length == 0) return;
        Event(to, "STATE_DELTA"u8, writer =>
        {
            writer.WriteStartArray("delta"u8);
            foreach (var (name, value) in changed)
            {
                writer.WriteStartObject();
                writer.WriteString("op"u8, given.ContainsKey(name) ? "replace"u8 : "add"u8);
                writer.WriteString("path"u8, "/" + name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal));
                writer.WritePropertyName("value"u8);
                value.WriteTo(writer);
                writer.WriteEndObject();
            }
            writer.WriteEndArray();
        });
    }

    private void StartStep(IBufferWriter<byte> to, StepStarted step)
    {
        EndStep(to);
        _step = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"step-{step.Step}");
        Event(to, "STEP_STARTED"u8, writer => writer.WriteString("stepName"u8, _step));
    }

    private void EndStep(IBufferWriter<byte> to)
    {
        Close(to);
        if (_step is not { } step) return;
        (_step, _text) = (null, null);
        Event(to, "STEP_FINISHED"u8, writer => writer.WriteString("stepName"u8, step));
    }

    private void Say(IBufferWriter<byte> to, TurnEvent delta, string text, bool thinks)
    {
        var (number, opens) = _parts.Of(delta);
        if (opens)
        {
            Close(to, keepsBlock: true);
            (_block, _thinks) = ($"{_suffix}_{number}", thinks);
            if (thinks) Event(to, "REASONING_START"u8, WriteBlock);
            else _text = _block;
            Event(to, thinks ? "REASONING_MESSAGE_START"u8 : "TEXT_MESSAGE_START"u8, writer =>
            {
                WriteBlock(writer);
                writer.WriteString("role"u8, _thinks ? "reasoning"u8 : "assistant"u8);
            });
            _delta = Encoding.UTF8.GetBytes($"data: {{\"type\":\"{(thinks ? "REASONING" : "TEXT")}_MESSAGE_CONTENT\",\"messageId\":\"{_block}\",\"delta\":\"");
        }
        to.Write(_delta);
        JsonText.Write(to, text);
        to.Write("\"}\n\n"u8);
    }

    private void Close(IBufferWriter<byte> to, bool keepsBlock = false)
    {
        if (!keepsBlock) _parts.End();
        if (_block is null) return;
        Event(to, _thinks ? "REASONING_MESSAGE_END"u8 : "TEXT_MESSAGE_END"u8, WriteBlock);
        if (_thinks) Event(to, "REASONING_END"u8, WriteBlock);
        _block = null;
    }

    private void Call(IBufferWriter<byte> to, ToolCall call)
    {
        Close(to);
        _parts.Next();
        _open[call.CallId] = call;
        Event(to, "TOOL_CALL_START"u8, writer =>
        {
            writer.WriteString("toolCallId"u8, call.CallId);
            writer.WriteString("toolCallName"u8, call.Name);
            if (_text is not null) writer.WriteString("parentMessageId"u8, _text);
        });
        Event(to, "TOOL_CALL_ARGS"u8, writer =>
        {
            writer.WriteString("toolCallId"u8, call.CallId);
            writer.WriteString("delta"u8, call.Arguments);
        });
        Event(to, "TOOL_CALL_END"u8, writer => writer.WriteString("toolCallId"u8, call.CallId));
    }

    private void Answer(IBufferWriter<byte> to, ToolResult result)
    {
        Close(to);
        _open.Remove(result.CallId);
        if (result.By == "client") return; // the client has it in its own list
        Event(to, "TOOL_CALL_RESULT"u8, writer =>
        {
            writer.WriteString("messageId"u8, $"{_suffix}_r{_results++}");
            writer.WriteString("toolCallId"u8, result.CallId);
            writer.WriteString("content"u8, result.Error ?? OpenAI.McpOutput.Text(result));
            writer.WriteString("role"u8, "tool"u8);
        });
    }

    private void Warn(IBufferWriter<byte> to, WarningRaised warning) => Event(to, "CUSTOM"u8, writer =>
    {
        writer.WriteString("name"u8, "turnpike.warning"u8);
        writer.WritePropertyName("value"u8);
        NativeMembers.WriteWarning(writer, warning);
    });

    private void End(IBufferWriter<byte> to, TurnEvent last)
    {
        EndStep(to);
        IsOver = true;
        if (FaceTurns.Fault(last) is { } fault && last is not TurnCancelled)
        {
            Event(to, "RUN_ERROR"u8, writer =>
            {
                writer.WriteString("message"u8, fault.Detail);
                writer.WriteString("code"u8, fault.Code);
            });
            return;
        }
        Event(to, "RUN_FINISHED"u8, writer =>
        {
            WriteRun(writer);
            AgUiOutcome.Write(writer, last, [.. _open.Values], _asked);
            if (last is TurnCompleted completed) AgUiOutcome.WriteUsage(writer, _started!.Model, completed.Usage);
        });
    }

    private void WriteRun(Utf8JsonWriter writer)
    {
        writer.WriteString("threadId"u8, _thread);
        writer.WriteString("runId"u8, _run);
    }

    private void WriteBlock(Utf8JsonWriter writer) => writer.WriteString("messageId"u8, _block);

    private void Event(IBufferWriter<byte> to, ReadOnlySpan<byte> type, Action<Utf8JsonWriter> members)
    {
        to.Write("data: "u8);
        var writer = Json(to);
        writer.WriteStartObject();
        writer.WriteString("type"u8, type);
        members(writer);
        writer.WriteEndObject();
        writer.Flush();
        to.Write("\n\n"u8);
    }
}
