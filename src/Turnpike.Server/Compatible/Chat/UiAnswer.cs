using System.Text;
using System.Text.Json;
using Turnpike.Turns.Calls;
using Turnpike.Turns.Events;

namespace Turnpike.Server.Compatible.Chat;

/// <summary>A turn's answer as one UI message, made of its events.</summary>
internal sealed class UiAnswer
{
    private readonly List<Action<Utf8JsonWriter>> _parts = [];
    private readonly Dictionary<string, CallState> _calls = new(StringComparer.Ordinal);
    private readonly PartNumbers _numbers = new();
    private StringBuilder? _text;
    private TurnStarted? _started;
    private TurnEvent? _last;
    private bool _inStep;
    private bool _anew;
    private bool _waits;
    private int _begun;

    public static UiAnswer Of(IEnumerable<TurnEvent> events)
    {
        var answer = new UiAnswer();
        foreach (var happened in events) answer.Add(happened);
        return answer;
    }

    /// <summary>The id that the client gave the user's message; null when it gave none.</summary>
    public string? UserMessage => _started?.Face?.Text("messageId");

    /// <summary>Whether there is anything to show.</summary>
    public bool HasParts => _parts.Count > 0;

    /// <summary>The results that it brought to calls of turns before it.</summary>
    public List<ToolResult> Brought { get; } = [];

    /// <summary>Takes the result that a later turn brought to one of its calls; false: it has no such call that lacks one.</summary>
    public bool Take(ToolResult result)
    {
        if (!_calls.TryGetValue(result.CallId, out var call) || call.Result is not null) return false;
        call.Result = result;
        return true;
    }

    /// <summary>Takes what was answered to some of its calls while it still waits for others.</summary>
    public void Take(IReadOnlyList<AnsweredCall> answered)
    {
        foreach (var result in AcceptedAnswers.Results(answered)) Take(result);
        foreach (var one in answered) if (one is { Call.Kind: OpenCall.Approval, Answer.Approved: true } && _calls.TryGetValue(one.Call.CallId, out var call)) call.IsApproved = true;
    }

    public void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("id"u8, "msg_" + Projection.Suffix(_started!.Turn));
        writer.WriteString("role"u8, "assistant"u8);
        writer.WriteStartObject("metadata"u8);
        UiMetadata.WriteStart(writer, _started);
        if (_last is { IsFinal: true }) UiMetadata.WriteEnd(writer, _last);
        else if (_waits) writer.WriteString("status"u8, "waiting"u8);
        writer.WriteEndObject();
        writer.WriteStartArray("parts"u8);
        foreach (var part in _parts)
        {
            writer.WriteStartObject();
            part(writer);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private void Add(TurnEvent happened)
    {
        _last = happened;
        switch (happened)
        {
            case TurnStarted started: _started = started; break;
            case StepStarted when !_inStep:
                (_inStep, _waits) = (true, false);
                _numbers.End();
                _parts.Add(writer => writer.WriteString("type"u8, "step-start"u8));
                _begun = _parts.Count;
                break;
            case StepStarted: _anew = true; break; // what the try before had said stays until this one says something
            case TextDelta { Text.Length: > 0 } said: BeginAnew(); Say(said, said.Text, "text"); break;
            case ReasoningDelta thought: BeginAnew(); Say(thought, thought.Text, "reasoning"); break;
            case ToolCall call:
                BeginAnew();
                _numbers.End();
                var state = _calls[call.CallId] = new(call);
                _parts.Add(state.Write);
                break;
            case ToolApproval approval when _calls.TryGetValue(approval.CallId, out var asked): asked.Approval = approval; break;
            case ToolInput input when _calls.TryGetValue(input.CallId, out var asks):
                _numbers.End();
                _parts.Add(writer =>
                {
                    writer.WriteString("type"u8, "data-turnpike-input"u8);
                    UiValues.WriteQuestions(writer, input, asks.Result is not null);
                });
                break;
            case ToolResult result when _calls.TryGetValue(result.CallId, out var answered): answered.Result = result; break;
            case ToolResult result: Brought.Add(result); break;
            case StepCompleted step:
                _inStep = _anew = false;
                _waits = step.Waiting.Count > 0;
                break;
        }
    }

    /// <summary>Leaves out what a try of this step said that broke off.</summary>
    private void BeginAnew()
    {
        if (!_anew) return;
        _anew = false;
        _numbers.End();
        _parts.RemoveRange(_begun, _parts.Count - _begun);
    }

    private void Say(TurnEvent delta, string text, string type)
    {
        if (_numbers.Of(delta).Opens)
        {
            var whole = _text = new();
            _parts.Add(writer =>
            {
                writer.WriteString("type"u8, type);
                writer.WriteString("text"u8, whole.ToString());
                writer.WriteString("state"u8, "done"u8);
            });
        }
        _text!.Append(text);
    }

    private sealed class CallState(ToolCall call)
    {
        public ToolApproval? Approval { get; set; }
        public ToolResult? Result { get; set; }
        public bool IsApproved { get; set; }

        public void Write(Utf8JsonWriter writer)
        {
            var input = UiValues.Input(call.Arguments);
            var fault = Result is { Denied: false } ? Result.Error : Result is null && Approval is null && input is null ? UiValues.NoInput : null;
            var isDynamic = call.Execution != "client" && !ToolSources.IsOurs(call.Source);
            writer.WriteString("type"u8, isDynamic ? "dynamic-tool" : "tool-" + call.Name);
            if (isDynamic) writer.WriteString("toolName"u8, call.Name);
            writer.WriteString("toolCallId"u8, call.CallId);
            writer.WriteString("state"u8, Result is { Denied: true } ? "output-denied" : fault is not null ? "output-error" : Result is not null ? "output-available" : IsApproved ? "approval-responded" : Approval is not null ? "approval-requested" : "input-available");
            writer.WritePropertyName("input"u8);
            if (input is { } value) value.WriteTo(writer);
            else writer.WriteStringValue(call.Arguments);
            if (fault is not null) writer.WriteString("errorText"u8, fault);
            if (Result is { Error: null, Denied: false })
            {
                writer.WritePropertyName("output"u8);
                UiValues.WriteOutput(writer, Result);
            }
            if (call.Execution != "client") writer.WriteBoolean("providerExecuted"u8, true);
            if (Approval is null) return;
            writer.WriteStartObject("approval"u8);
            writer.WriteString("id"u8, "apr_" + call.CallId);
            if (Approval.Reason is { } reason) writer.WriteString("requestReason"u8, reason);
            if (Result is not null) UiValues.WriteDecision(writer, Result);
            else if (IsApproved) writer.WriteBoolean("approved"u8, true);
            writer.WriteEndObject();
        }
    }
}
