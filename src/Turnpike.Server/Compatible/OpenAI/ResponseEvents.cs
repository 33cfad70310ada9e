using System.Buffers;
using System.Text.Json;
using Turnpike.Turns;
using Turnpike.Turns.Events;
using Turnpike.Turns.Stores;

namespace Turnpike.Server.Compatible.OpenAI;

/// <summary>A turn as the events of a response, numbered from 0 without gaps, and as the response object that they lead to.</summary>
/// <param name="after">The number of the last event that the reader has; -1 for all.</param>
/// <param name="seal">Seals what a provider wants back with its reasoning; null: that is not told.</param>
/// <param name="seals">Whether it is told though the request did not ask for it.</param>
internal sealed class ResponseEvents(long after = -1, Func<string, string>? seal = null, bool seals = false) : Projection
{
    private readonly List<OutputItem> _output = [];
    private readonly Dictionary<string, McpCallItem> _running = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (ToolCall Call, int Number, string Approval)> _asked = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (ToolCall Call, int Number)> _asking = new(StringComparer.Ordinal);
    private readonly PartNumbers _parts = new();
    private readonly NumberedEvents _lines = new(after);
    private TurnStarted? _started;
    private TurnEvent? _last;
    private TurnUsage? _used;
    private OutputItem? _open;
    private string _suffix = "";
    private bool _showsReasoning;
    private bool _sealsReasoning;

    /// <summary>The ids of calls that wait for approval, by the ids of the items that ask for it.</summary>
    public IReadOnlyDictionary<string, string> Approvals => _asked.ToDictionary(pair => pair.Value.Approval, pair => pair.Key, StringComparer.Ordinal);

    /// <summary>The output so far.</summary>
    public IReadOnlyList<OutputItem> Output => _output;

    /// <summary>Whether anything is known of the turn.</summary>
    public bool HasStarted => _started is not null;

    /// <summary>The response of these events.</summary>
    public static ResponseEvents Of(IEnumerable<TurnEvent> events, Func<string, string>? seal = null, bool seals = false)
    {
        var response = new ResponseEvents(long.MaxValue, seal, seals);
        var nowhere = new ArrayBufferWriter<byte>();
        foreach (var happened in events) response.Project(nowhere, happened);
        return response;
    }

    /// <summary>Writes the response as it is now.</summary>
    public void WriteResponse(Utf8JsonWriter writer, string? status = null) => ResponseObject.Write(writer, _started!, _output, _last, _used, status);

    public override void Project(IBufferWriter<byte> to, TurnEvent happened)
    {
        switch (happened)
        {
            case TurnStarted started: Start(to, started); break;
            case StepStarted: Close(to, "incomplete"); break;
            case TextDelta said: Say(to, said); break;
            case ReasoningDelta thought: Think(to, thought); break;
            case ToolCall call: Call(to, call); break;
            case ToolApproval approval: Ask(to, approval); break;
            case ToolResult result: Answer(to, result); break;
            case StepCompleted: Close(to, "completed"); break;
            case UsageReported reported: _used = _used is null ? reported.Usage : _used + reported.Usage; break;
            case { IsFinal: true }: End(to, happened); break;
        }
    }

    private void Start(IBufferWriter<byte> to, TurnStarted started)
    {
        (_started, _suffix) = (started, Suffix(started.Turn));
        var said = new ResponseFace(started.Face is { } face && face.Text("name") == "responses" ? face : null);
        (_showsReasoning, _sealsReasoning) = (said.ShowsReasoning || seals, said.SealsReasoning || seals);
        var status = started.Queued ? "queued" : null;
        Emit(to, "response.created"u8, writer => WriteNow(writer, status));
        if (started.Queued) Emit(to, "response.queued"u8, writer => WriteNow(writer, status));
        Emit(to, "response.in_progress"u8, WriteNow);
    }

    private void WriteNow(Utf8JsonWriter writer) => WriteNow(writer, null);

    private void WriteNow(Utf8JsonWriter writer, string? status)
    {
        writer.WritePropertyName("response"u8);
        WriteResponse(writer, status);
    }

    private void Say(IBufferWriter<byte> to, TextDelta said)
    {
        if (said.Text.Length > 0 || said.Citations.Count > 0) OpenMessage(to, said);
        if (_open is not MessageItem item) return;
        if (said.Text.Length > 0)
        {
            item.Text.Append(said.Text);
            _lines.Delta(to, said.Text);
        }
        if (said.Citations.Count > 0) Cite(to, item, said.Citations);
    }

    private void Cite(IBufferWriter<byte> to, MessageItem item, IReadOnlyList<TextCitation> citations)
    {
        foreach (var citation in citations)
        {
            item.Citations.Add(citation);
            Emit(to, "response.output_text.annotation.added"u8, writer =>
            {
                item.WritePlace(writer, "content_index"u8);
                writer.WriteNumber("annotation_index"u8, item.Citations.Count - 1);
                writer.WritePropertyName("annotation"u8);
                MessageItem.WriteAnnotation(writer, citation);
            });
        }
    }

    private void OpenMessage(IBufferWriter<byte> to, TextDelta said)
    {
        var (number, opens) = _parts.Of(said);
        if (opens) OpenMessage(to, said, number);
    }

    // Apart, for what the closures hold is made where a method begins, and most deltas open nothing.
    private void OpenMessage(IBufferWriter<byte> to, TextDelta said, int number)
    {
        Close(to, "completed", keepsBlock: true);
        var item = new MessageItem($"msg_{_suffix}_{number}", _output.Count, said.Refusal, said.Phase);
        Open(to, item);
        Emit(to, "response.content_part.added"u8, writer =>
        {
            item.WritePlace(writer, "content_index"u8);
            writer.WritePropertyName("part"u8);
            item.WritePart(writer, isEmpty: true);
        });
        _lines.Prepare(said.Refusal ? "response.refusal.delta" : "response.output_text.delta", item, "content_index", said.Refusal ? "" : ",\"logprobs\":[]");
    }

    private void Think(IBufferWriter<byte> to, ReasoningDelta thought)
    {
        var (number, opens) = _parts.Of(thought);
        if (opens)
        {
            Close(to, "completed", keepsBlock: true);
            if (!_showsReasoning) return;
            var item = new ReasoningItem($"rs_{_suffix}_{number}", _output.Count);
            Open(to, item);
            Emit(to, "response.reasoning_summary_part.added"u8, writer =>
            {
                item.WritePlace(writer, "summary_index"u8);
                writer.WritePropertyName("part"u8);
                item.WritePart(writer, isEmpty: true);
            });
            _lines.Prepare("response.reasoning_summary_text.delta", item, "summary_index", "");
        }
        if (_open is not ReasoningItem open) return;
        if (_sealsReasoning && seal is not null && thought.Protected is { } wanted) open.Sealed = seal(wanted);
        if (thought.Text.Length == 0) return;
        open.Text.Append(thought.Text);
        _lines.Delta(to, thought.Text);
    }

    private void Call(IBufferWriter<byte> to, ToolCall call)
    {
        Close(to, "completed");
        var number = _parts.Next();
        if (call.Execution == "client")
        {
            var item = new FunctionCallItem($"fc_{_suffix}_{number}", _output.Count, call);
            Add(to, item);
            EmitArguments(to, item, "response.function_call_arguments.delta"u8, "delta"u8, call, isDone: false);
            item.Status = "completed";
            EmitArguments(to, item, "response.function_call_arguments.done"u8, "arguments"u8, call, isDone: true);
            Done(to, item);
        }
        else if (call.Asks)
        {
            _asking[call.CallId] = (call, number);
        }
        else
        {
            Run(to, call, number, null);
        }
    }

    private McpCallItem Run(IBufferWriter<byte> to, ToolCall call, int number, string? approval)
    {
        var item = _running[call.CallId] = new($"mcp_{_suffix}_{number}", _output.Count, call, approval);
        Add(to, item);
        Emit(to, "response.mcp_call.in_progress"u8, item.WritePlace);
        item.HasArguments = true;
        EmitArguments(to, item, "response.mcp_call_arguments.delta"u8, "delta"u8, call, isDone: false);
        EmitArguments(to, item, "response.mcp_call_arguments.done"u8, "arguments"u8, call, isDone: false);
        return item;
    }

    private void Ask(IBufferWriter<byte> to, ToolApproval approval)
    {
        if (!_asking.Remove(approval.CallId, out var asking)) return;
        Close(to, "completed");
        var item = new ApprovalItem($"mcpr_{_suffix}_{_parts.Next()}", _output.Count, asking.Call) { Status = "completed" };
        _asked[approval.CallId] = (asking.Call, asking.Number, item.Id);
        Add(to, item);
        Done(to, item);
    }

    private void Answer(IBufferWriter<byte> to, ToolResult result)
    {
        if (!_running.Remove(result.CallId, out var item))
        {
            (ToolCall? call, var number, var request) = _asked.Remove(result.CallId, out var asked) ? asked : new ResponseFace(_started?.Face).Approved(result.CallId) is { } earlier ? (earlier.Call, _parts.Next(), earlier.Request) : default;
            if (call is null) return;
            Close(to, "completed");
            item = Run(to, call, number, request);
            _running.Remove(result.CallId);
        }
        item.Result = result;
        item.Status = result.Error is null ? "completed" : "failed";
        Emit(to, result.Error is null ? "response.mcp_call.completed"u8 : "response.mcp_call.failed"u8, item.WritePlace);
        Done(to, item);
    }

    private void Open(IBufferWriter<byte> to, OutputItem item)
    {
        _open = item;
        Add(to, item);
    }

    private void Add(IBufferWriter<byte> to, OutputItem item)
    {
        _output.Add(item);
        Emit(to, "response.output_item.added"u8, item.WriteWhole);
    }

    private void Done(IBufferWriter<byte> to, OutputItem item) => Emit(to, "response.output_item.done"u8, item.WriteWhole);

    private void Close(IBufferWriter<byte> to, string status, bool keepsBlock = false)
    {
        if (!keepsBlock) _parts.End();
        if (_open is not { } item) return;
        _open = null;
        item.Status = status;
        if (item is MessageItem message)
        {
            Emit(to, message.IsRefusal ? "response.refusal.done"u8 : "response.output_text.done"u8, writer =>
            {
                item.WritePlace(writer, "content_index"u8);
                writer.WriteString(message.IsRefusal ? "refusal"u8 : "text"u8, message.Text.ToString());
                if (message.IsRefusal) return;
                writer.WriteStartArray("logprobs"u8);
                writer.WriteEndArray();
            });
            Emit(to, "response.content_part.done"u8, writer =>
            {
                item.WritePlace(writer, "content_index"u8);
                writer.WritePropertyName("part"u8);
                message.WritePart(writer);
            });
        }
        else if (item is ReasoningItem reasoning)
        {
            Emit(to, "response.reasoning_summary_text.done"u8, writer =>
            {
                item.WritePlace(writer, "summary_index"u8);
                writer.WriteString("text"u8, reasoning.Text.ToString());
            });
            Emit(to, "response.reasoning_summary_part.done"u8, writer =>
            {
                item.WritePlace(writer, "summary_index"u8);
                writer.WritePropertyName("part"u8);
                reasoning.WritePart(writer);
            });
        }
        Done(to, item);
    }

    private void End(IBufferWriter<byte> to, TurnEvent last)
    {
        var isWhole = last is TurnCompleted;
        Close(to, isWhole ? "completed" : "incomplete");
        foreach (var item in _running.Values)
        {
            item.Status = "incomplete";
            Done(to, item);
        }
        _running.Clear();
        _last = last;
        IsOver = true;
        _lines.Reach(isTaken: InterruptedTurn.Ends(last));
        Emit(to, ResponseObject.Status(last) switch { "completed" => "response.completed"u8, "failed" => "response.failed"u8, _ => "response.incomplete"u8 }, WriteNow);
    }

    private void EmitArguments(IBufferWriter<byte> to, OutputItem item, ReadOnlySpan<byte> type, ReadOnlySpan<byte> member, ToolCall call, bool isDone)
    {
        var isDelta = member.SequenceEqual("delta"u8);
        Emit(to, type, writer =>
        {
            item.WritePlace(writer);
            if (isDone) writer.WriteString("name"u8, call.Tool ?? call.Name);
            writer.WriteString(isDelta ? "delta"u8 : "arguments"u8, call.Arguments);
        });
    }

    private void Emit(IBufferWriter<byte> to, ReadOnlySpan<byte> type, Action<Utf8JsonWriter> members) => _lines.Write(to, Json(to), type, members);
}
