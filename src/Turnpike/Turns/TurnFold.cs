using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;
using Turnpike.Turns.Calls;
using Turnpike.Turns.Events;
using Turnpike.Turns.Json;

namespace Turnpike.Turns;

/// <summary>Folds a turn's events into what is kept of it. The same events always make the same result, whether they come live or from the log.</summary>
public sealed class TurnFold
{
    private readonly List<ChatMessage> _messages = [];
    private readonly StringBuilder _text = new();
    private readonly List<string> _stepTexts = [];
    private StringBuilder? _stepText;
    private ChatMessage? _assistant;
    private ChatMessage? _tool;
    private bool _reasoning;
    private bool _refusal;
    private bool _anew;
    private int _step;
    private string? _phase;
    private List<AIAnnotation>? _cited;
    private DateTimeOffset? _running; // when the event before came; null: after it the turn waited
    private readonly OrderedDictionary<string, ToolCall> _open = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string?> _asked = new(StringComparer.Ordinal);
    private readonly Dictionary<string, AskedInput> _inputs = new(StringComparer.Ordinal);

    /// <summary>How it ended; null while it has not.</summary>
    public TurnStatus? Status { get; private set; }
    /// <summary>All tokens reported.</summary>
    public TurnUsage Usage { get; private set; } = TurnUsage.None;
    /// <summary>All costs; null when one is unknown or in another currency.</summary>
    public TurnCost? Cost { get; private set; }
    /// <summary>Why it failed.</summary>
    public TurnFailure? Error { get; private set; }
    /// <summary>Warnings raised on the way.</summary>
    public List<TurnWarning> Warnings { get; } = [];
    /// <summary>The number of the last event.</summary>
    public long Sequence { get; private set; }

    /// <summary>The steps begun.</summary>
    public int Steps { get; private set; }
    /// <summary>The blocks of text and reasoning begun.</summary>
    public int Blocks { get; private set; }
    /// <summary>How long it ran, without the time in which it waited for somebody outside.</summary>
    internal TimeSpan Ran { get; private set; }
    /// <summary>The calls that have no result yet, in order.</summary>
    public IReadOnlyCollection<ToolCall> OpenCalls => _open.Values;

    /// <summary>The calls that wait for somebody outside, in order.</summary>
    public IReadOnlyList<OpenCall> Waiting() =>
        [.. _open.Values.Where(call => call.Execution == OpenCall.Client || _asked.ContainsKey(call.CallId) || _inputs.ContainsKey(call.CallId)).Select(call => new OpenCall
        {
            CallId = call.CallId,
            Name = call.Name,
            Arguments = call.Arguments,
            Kind = _inputs.ContainsKey(call.CallId) ? OpenCall.InputKind : _asked.ContainsKey(call.CallId) ? OpenCall.Approval : OpenCall.Client,
            Input = _inputs.GetValueOrDefault(call.CallId),
            Source = call.Source,
            Step = call.Step,
            Reason = _asked.GetValueOrDefault(call.CallId),
        })];

    /// <summary>The text of the answer: the text of all steps, joined by a blank line.</summary>
    public string Answer => string.Join("\n\n", _stepText is { Length: > 0 } open ? [.. _stepTexts, open.ToString()] : _stepTexts);

    /// <summary>The text of the last step.</summary>
    public string LastText => _stepText is { Length: > 0 } open ? open.ToString() : "";

    /// <summary>The model's and the tools' messages, parts in order.</summary>
    public IReadOnlyList<ChatMessage> Messages()
    {
        FlushText();
        return _messages;
    }

    /// <summary>Takes the next event.</summary>
    public void Add(TurnEvent happened)
    {
        ArgumentNullException.ThrowIfNull(happened);
        Sequence = happened.Sequence;
        if (_running is { } since) Ran += happened.At - since;
        _running = happened is StepCompleted { Waiting.Count: > 0 } ? null : happened.At;
        switch (happened)
        {
            case StepStarted step:
                Steps = Math.Max(Steps, step.Step);
                _anew = step.Step == _step;
                _step = step.Step;
                if (_anew) break; // what the try before had said stays until this one says something
                EndStep();
                (_stepText, _assistant, _tool) = (new(), null, null);
                break;
            case TextDelta text:
                BeginAnew();
                Blocks = Math.Max(Blocks, text.Block + 1);
                if (_reasoning || text.Phase is not null || text.Refusal != _refusal) FlushText(); // each is an item of its own to those who read items
                (_reasoning, _refusal, _phase) = (false, text.Refusal, text.Phase ?? _phase);
                _text.Append(text.Text);
                (_stepText ??= new()).Append(text.Text);
                if (text.Citations.Count > 0) (_cited ??= []).AddRange(text.Citations.Select(CitationJson.Of).OfType<AIAnnotation>());
                break;
            case ReasoningDelta reasoning:
                BeginAnew();
                Blocks = Math.Max(Blocks, reasoning.Block + 1);
                if (!_reasoning) FlushText();
                _reasoning = true;
                _text.Append(reasoning.Text);
                if (reasoning.Protected is { } sealedData) FlushText(sealedData);
                break;
            case ToolCall call:
                BeginAnew();
                FlushText();
                _open[call.CallId] = call;
                Assistant().Contents.Add(ToolValues.Call(call.CallId, call.Name, Arguments(call.Arguments)));
                break;
            case ToolApproval approval: _asked[approval.CallId] = approval.Reason; break;
            case ToolInput input: _inputs[input.CallId] = input.Input; break;
            case ToolResult result:
                FlushText();
                _open.Remove(result.CallId);
                AcceptedAnswers.Put(ToolResults.Of(result), Tool(), _assistant);
                break;
            case UsageReported usage:
                Cost = Sum(usage.Cost);
                Usage += usage.Usage;
                break;
            case WarningRaised warning:
                Warnings.Add(new(warning.Code, warning.Message, warning.Span, "models"));
                break;
            case TurnFailed failed:
                (Status, Error) = (TurnStatus.Failed, new(failed.Code, failed.Message, failed.Retryable) { RetryAfter = failed.RetryAfter });
                break;
            case TurnCompleted: Status = TurnStatus.Completed; break;
            case TurnCancelled: Status = TurnStatus.Cancelled; break;
            case TurnInterrupted: Status = TurnStatus.Interrupted; break;
        }
    }

    /// <summary>The cost so far with another; once it cannot be told it stays so.</summary>
    private TurnCost? Sum(TurnCost? more) => more is null || (Cost is null && Usage != TurnUsage.None) || (Cost is not null && Cost.Currency != more.Currency) ? null
        : new((Cost?.Amount ?? 0) + more.Amount, more.Currency);

    /// <summary>Arguments as JSON: the object that the model wrote, or its words as a JSON text.</summary>
    internal static JsonElement Arguments(string text) => ForeignJson.Parse(text.Length == 0 ? "{}" : text) ?? JsonElements.Of(text);

    private ChatMessage Assistant()
    {
        if (_assistant is null) _messages.Add(_assistant = new(ChatRole.Assistant, (string?)null));
        return _assistant;
    }

    private ChatMessage Tool()
    {
        if (_tool is null) _messages.Add(_tool = new(ChatRole.Tool, (string?)null));
        return _tool;
    }

    private void FlushText(string? sealedData = null)
    {
        if (_text.Length == 0 && sealedData is null) return;
        var text = _reasoning ? null : MessageParts.InPhase(_phase, new(_text.ToString()));
        if (text is not null && _cited is not null) (text.Annotations, _cited) = (_cited, null);
        Assistant().Contents.Add((AIContent?)text ?? new TextReasoningContent(_text.ToString()) { ProtectedData = sealedData });
        _phase = null;
        _text.Clear();
    }

    /// <summary>Forgets what a try of this step said that broke off, once the next one speaks.</summary>
    private void BeginAnew()
    {
        if (!_anew) return;
        _anew = false;
        if (_assistant is not null) _messages.Remove(_assistant);
        _text.Clear();
        (_stepText, _assistant, _phase, _cited) = (new(), null, null, null);
    }

    private void EndStep()
    {
        FlushText();
        if (_stepText is { Length: > 0 } text) _stepTexts.Add(text.ToString());
        _stepText = null;
    }
}
