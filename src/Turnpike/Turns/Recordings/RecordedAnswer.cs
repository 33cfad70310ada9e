namespace Turnpike.Turns.Recordings;

/// <summary>Stands in for a provider: what it answered when the attempt was recorded, byte for byte. Nothing is sent.</summary>
public sealed class RecordedAnswer : ProviderExchange
{
    internal const string TimedOut = "Timeout";
    private readonly RecordedAttempt _kept;
    private readonly Action<ReadOnlyMemory<byte>> _asked;
    private readonly Func<Exception> _left;

    internal RecordedAnswer(RecordedAttempt kept, Action<ReadOnlyMemory<byte>> asked, Func<Exception> left) => (_kept, _asked, _left, Body) = (kept, asked, left, PackedBytes.Unpack(kept.Response));

    /// <summary>The HTTP status; null: no answer came, and <see cref="Ending"/> is thrown at once.</summary>
    public int? Status => _kept.Status;

    /// <summary>The words behind the status.</summary>
    public string? Reason => _kept.Reason;

    /// <summary>The answer's content type, as sent.</summary>
    public string? ContentType => _kept.ContentType;

    /// <summary>How long the provider asked to wait.</summary>
    public TimeSpan? RetryAfter => _kept.RetryAfter is { } milliseconds ? TimeSpan.FromMilliseconds(milliseconds) : null;

    /// <summary>The bytes of the body.</summary>
    public ReadOnlyMemory<byte> Body { get; }

    /// <summary>Hears what the client would send now.</summary>
    /// <param name="body">The body, without headers.</param>
    public void Asked(ReadOnlyMemory<byte> body) => _asked(body);

    /// <summary>What comes behind the last byte: the end (null), or what the client saw instead of it.</summary>
    public Exception? Ending() => _kept.Ending switch
    {
        _ when _kept.Bytes > ExchangeTape.MaxBytes => new IOException("The rest of the answer was not recorded."),
        ExchangeEnding.Whole => null,
        ExchangeEnding.Broken => new IOException(_kept.Fault),
        ExchangeEnding.Unreachable when _kept.FaultKind == TimedOut => new OperationCanceledException(_kept.Fault, new TimeoutException(_kept.Fault)),
        ExchangeEnding.Unreachable => new HttpRequestException(Enum.TryParse<HttpRequestError>(_kept.FaultKind, out var kind) ? kind : HttpRequestError.Unknown, _kept.Fault),
        _ => _left(),
    };
}
