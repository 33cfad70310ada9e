using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Turnpike.Turns;
using Turnpike.Turns.Catalogs;
using Turnpike.Turns.Events;
using Turnpike.Turns.Json;
using Turnpike.Turns.Recordings;
using Turnpike.Turns.Usage;

namespace Turnpike.Models;

/// <summary>One request to a provider: reads its stream into events and remembers what it amounted to.</summary>
internal sealed class ModelAttempt(ChosenModel model, int step, int number, int firstBlock, ModelOptions options, TimeProvider time, ProviderExchange? exchange)
{
    private const string Refusal = "Refusal"; // as Microsoft.Extensions.AI's adapter of OpenAI writes it
    private HashSet<string>? _settled; // calls that the client itself has made
    private HashSet<(string Kind, string Type)>? _dropped; // media that are told of
    private readonly DeltaMerger _deltas = new(step, firstBlock);
    private readonly System.Text.StringBuilder _text = new();
    private readonly List<AIContent> _contents = [];
    private readonly AnswerBound _bound = new(model.Id, options);
    private readonly Patience _patience = new(model.Id, options);
    private readonly long _asked = time.GetTimestamp();
    private bool _textIsReasoning;
    private string? _phase;
    private double? _firstToken;
    private string? _requestId, _responseId;
    private UsageDetails? _reported;

    /// <summary>What went wrong; null when nothing did.</summary>
    public TurnException? Fault { get; private set; }
    /// <summary>Whether the model had said anything.</summary>
    public bool Spoke => _firstToken is not null;
    /// <summary>The calls that the model asks for, in order.</summary>
    public List<FunctionCallContent> Calls { get; } = [];
    /// <summary>Why the model stopped.</summary>
    public string FinishReason { get; private set; } = "other";
    /// <summary>The number of the next block.</summary>
    public int NextBlock => _deltas.NextBlock;
    /// <summary>The model's message: text, reasoning and calls, in order.</summary>
    public ChatMessage Message() => new(ChatRole.Assistant, [.. Flushed(), .. Calls]);

    public async IAsyncEnumerable<TurnEvent> RunAsync(IEnumerable<ChatMessage> messages, ChatOptions asked, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await using var updates = Begin(messages, asked, deadline.Token);
        if (updates is null) yield break;
        Exception? fault = null;
        for (var next = ProviderExchange.FirstAsync(updates, exchange); ; next = updates.MoveNextAsync())
        {
            if (!next.IsCompleted)
            {
                if (_deltas.HasText) yield return _deltas.Take();
                deadline.CancelAfter(Spoke ? _patience.BetweenTokens : _patience.FirstToken);
            }
            var more = false;
            try
            {
                more = await next;
            }
            catch (Exception error)
            {
                fault = error;
            }
            if (fault is not null)
            {
                if (_deltas.HasText) yield return _deltas.Take();
                cancellationToken.ThrowIfCancellationRequested();
                Fault = ModelFault.Of(fault, model.Id, deadline.IsCancellationRequested ? _patience.Fault(Spoke) : null);
                yield break;
            }
            if (!more) break;
            if (_bound.Over(updates.Current) is { } over)
            {
                Spoken("");
                if (_deltas.HasText) yield return _deltas.Take();
                Fault = over;
                yield break;
            }
            var contents = Note(updates.Current);
            for (var i = 0; i < contents.Count; i++)
            {
                if (Words(contents[i]) is { } text)
                {
                    var (kind, phase) = (Kind(contents[i]), MessageParts.PhaseOf(contents[i]));
                    if (contents[i] is TextReasoningContent { ProtectedData: { } sealedData })
                    {
                        if (_deltas.HasText) yield return _deltas.Take();
                        yield return _deltas.Seal(text, sealedData);
                        Keep(text, kind, sealedData);
                        continue;
                    }
                    if (!_deltas.Takes(kind, phase)) yield return _deltas.Take();
                    _deltas.Add(text, kind, phase);
                    if (phase is not null && phase != _phase) Flushed();
                    Keep(text, kind);
                    _phase = phase ?? _phase;
                }
                else if (contents[i] is ErrorContent { ErrorCode: not Refusal } failure)
                {
                    if (_deltas.HasText) yield return _deltas.Take();
                    Fault = ModelFault.Of(failure, model.Id);
                    yield break;
                }
                else if (Dropped(contents[i]) is { } dropped)
                {
                    yield return dropped;
                }
                if (Sources(contents[i]) is not { Count: > 0 } sources) continue;
                if (_deltas.HasText) yield return _deltas.Take();
                yield return _deltas.Cite(sources);
            }
        }
        if (_deltas.HasText) yield return _deltas.Take();
        if (Calls.RemoveAll(call => call.InformationalOnly || _settled?.Contains(call.CallId) == true) > 0 && Calls.Count == 0 && FinishReason == "toolCalls") FinishReason = "stop"; // the client itself made them
        if (FinishReason == "length" && Calls is [.., { Arguments: null or { Count: 0 } } cut]) Calls[^1] = ToolValues.Unread(cut); // it ran out of tokens before it wrote them
    }

    /// <summary>Asks; null, and a fault, when the client refuses the request at once.</summary>
    private LeavableStream<ChatResponseUpdate>? Begin(IEnumerable<ChatMessage> messages, ChatOptions asked, CancellationToken cancellationToken)
    {
        try
        {
            return new LeavableStream<ChatResponseUpdate>(model.Client.GetStreamingResponseAsync(messages, asked, cancellationToken).GetAsyncEnumerator(cancellationToken), cancellationToken);
        }
        catch (Exception error)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Fault = ModelFault.Of(error, model.Id, deadline: null);
            return null;
        }
    }

    /// <summary>How the request ended, for the books.</summary>
    public TurnAttempt Record(long estimatedInput, bool cancelled) => new()
    {
        Step = step,
        Attempt = number,
        Model = model.Id,
        ProviderRequestId = _requestId ?? Fault?.ProviderRequestId,
        ProviderResponseId = _responseId,
        Status = cancelled ? TurnStatus.Cancelled : Fault is null ? TurnStatus.Completed : TurnStatus.Failed,
        FinishReason = Fault is null && !cancelled ? FinishReason : null,
        Usage = Fault is not null && !Spoke ? null : Usage(estimatedInput),
        Price = model.Info?.Price,
        Cost = Fault is not null && !Spoke ? null : Prices.Cost(model.Info?.Price, Usage(estimatedInput)),
        Error = Fault is null ? null : new(Fault.Code.Text(), Fault.Message, Fault.IsRetryable),
        Milliseconds = time.GetElapsedTime(_asked).TotalMilliseconds,
        TimeToFirstToken = _firstToken,
    };

    /// <summary>The tokens that the provider reported, or our estimate, marked so.</summary>
    private TurnUsage Usage(long estimatedInput)
    {
        if (TokenCounts.Reported(_reported) is { } reported) return reported;
        var said = Flushed().Sum(content => content is TextContent text ? text.Text.Length : content is TextReasoningContent thought ? thought.Text.Length : 0);
        return new() { InputTokens = estimatedInput, OutputTokens = (said + 3) / 4, Estimated = true };
    }

    private IList<AIContent> Note(ChatResponseUpdate update)
    {
        _requestId ??= update.AdditionalProperties?.GetValueOrDefault(ModelOptionKeys.RequestId) as string;
        _responseId ??= update.ResponseId;
        if (update.FinishReason is { } finish) FinishReason = Finish(finish);
        return update.Contents;
    }

    /// <summary>The words of a part; notes the parts that have none.</summary>
    private string? Words(AIContent content)
    {
        switch (content)
        {
            case TextContent { Text: { Length: > 0 } text }: return Spoken(text);
            case TextReasoningContent { Text: { Length: > 0 } text }: return Spoken(text);
            case TextReasoningContent { ProtectedData: not null }: return Spoken("");
            case FunctionCallContent call: Calls.Add(ToolValues.Keepable(call.Exception is null ? call : ToolValues.Unread(call))); Spoken(""); break;
            case FunctionResultContent result: (_settled ??= []).Add(result.CallId); break;
            case ErrorContent { ErrorCode: Refusal, Message.Length: > 0 } refusal: return Spoken(refusal.Message);
            case UsageContent usage when _reported is null: _reported = usage.Details; break;
            case UsageContent usage: _reported.Add(usage.Details); break;
        }
        return null;
    }

    /// <summary>The warning of a medium that the model answers with, for only words are kept; null: it is none, or is told already.</summary>
    private WarningRaised? Dropped(AIContent content)
    {
        var (kind, type) = content switch
        {
            DataContent data => ("data", data.MediaType),
            UriContent address => ("an address", address.MediaType),
            HostedFileContent file => ("a file", file.MediaType ?? "of a type that it does not say"),
            _ => (null, null),
        };
        if (kind is null || !(_dropped ??= []).Add((kind, type!))) return null;
        return new() { Code = "answer_part_dropped", Message = $"Model \"{model.Id}\" answered with {kind} ({type}); answers are text, so it was left out." };
    }

    private static List<TextCitation>? Sources(AIContent content) => content.Annotations is { Count: > 0 } annotations
        ? [.. annotations.OfType<CitationAnnotation>().Where(citation => citation.Url is not null).Select(Source)]
        : null;

    private static TextCitation Source(CitationAnnotation citation)
    {
        var place = citation.AnnotatedRegions?.OfType<TextSpanAnnotatedRegion>().FirstOrDefault();
        return new(citation.Url!.OriginalString, citation.Title, place?.StartIndex ?? 0, place?.EndIndex ?? 0);
    }

    private string Spoken(string text)
    {
        _firstToken ??= time.GetElapsedTime(_asked).TotalMilliseconds;
        return text;
    }

    private static DeltaKind Kind(AIContent content) => content is TextReasoningContent ? DeltaKind.Reasoning : content is ErrorContent || content.AdditionalProperties?.GetValueOrDefault("refusal") is true ? DeltaKind.Refusal : DeltaKind.Text;

    private void Keep(string text, DeltaKind kind, string? sealedData = null)
    {
        var reasoning = kind == DeltaKind.Reasoning;
        if (_textIsReasoning != reasoning) Flushed();
        _textIsReasoning = reasoning;
        _text.Append(text);
        if (sealedData is null) return;
        _contents.Add(new TextReasoningContent(_text.ToString()) { ProtectedData = sealedData });
        _text.Clear();
    }

    private List<AIContent> Flushed()
    {
        if (_text.Length == 0) return _contents;
        _contents.Add(_textIsReasoning ? new TextReasoningContent(_text.ToString()) : MessageParts.InPhase(_phase, new(_text.ToString())));
        _phase = null;
        _text.Clear();
        return _contents;
    }

    private static string Finish(ChatFinishReason reason) =>
        reason == ChatFinishReason.Stop ? "stop" : reason == ChatFinishReason.Length ? "length" : reason == ChatFinishReason.ToolCalls ? "toolCalls" : reason == ChatFinishReason.ContentFilter ? "contentFilter" : "other";
}
