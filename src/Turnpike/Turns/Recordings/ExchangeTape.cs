using System.Buffers;
using System.Text;

namespace Turnpike.Turns.Recordings;

/// <summary>Takes down one exchange with a provider while it happens, up to <see cref="MaxBytes"/> each way. Safe to call from any thread.</summary>
public sealed class ExchangeTape : ProviderExchange
{
    /// <summary>The most bytes that are kept of what is sent, and of what comes back: 16 MiB.</summary>
    public const int MaxBytes = 16 * 1024 * 1024;

    private const int ShortestSecret = 4;
    private readonly Lock _gate = new();
    private readonly ArrayBufferWriter<byte> _response = new();
    private string[] _secrets = [];
    private byte[]? _request;
    private RecordedAttempt _told = new() { Step = 0, Attempt = 0, Model = "" };

    /// <summary>A request is about to be sent. False when the attempt has sent one before: only the first is kept.</summary>
    /// <param name="body">The body, without headers.</param>
    /// <param name="secrets">Keys and their like, which are kept out of the recording should the provider repeat them, longest first; shorter ones than 4 characters are not.</param>
    public bool TryBegin(ReadOnlySpan<byte> body, IReadOnlyList<string> secrets)
    {
        ArgumentNullException.ThrowIfNull(secrets);
        lock (_gate)
        {
            if (_request is not null) return false;
            _request = body[..Math.Min(body.Length, MaxBytes)].ToArray();
            _secrets = [.. secrets.Where(secret => secret.Length >= ShortestSecret)];
            if (body.Length > MaxBytes) _told = _told with { Truncated = true };
            return true;
        }
    }

    /// <summary>The head of the answer is here.</summary>
    public void Answered(int status, string? reason, string? contentType, TimeSpan? retryAfter)
    {
        lock (_gate) _told = _told with { Status = status, Reason = reason, ContentType = contentType, RetryAfter = retryAfter?.TotalMilliseconds };
    }

    /// <summary>The client read these bytes of the body; none: it read its end.</summary>
    public void Heard(ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            var room = MaxBytes - _response.WrittenCount;
            _response.Write(bytes[..Math.Min(bytes.Length, room)]);
            _told = bytes.IsEmpty ? _told with { Ending = ExchangeEnding.Whole } : _told with { Bytes = _told.Bytes + bytes.Length, Truncated = _told.Truncated || bytes.Length > room };
        }
    }

    /// <summary>The answer broke off, or none came.</summary>
    /// <param name="ending"><see cref="ExchangeEnding.Broken"/> or <see cref="ExchangeEnding.Unreachable"/>.</param>
    /// <param name="fault">What happened.</param>
    public void Failed(ExchangeEnding ending, Exception fault)
    {
        ArgumentNullException.ThrowIfNull(fault);
        lock (_gate)
        {
            var kind = fault is HttpRequestException refused ? refused.HttpRequestError.ToString() : fault.InnerException is TimeoutException ? RecordedAnswer.TimedOut : null;
            _told = _told with { Ending = ending, Fault = fault.Message, FaultKind = kind };
        }
    }

    /// <summary>What was taken down, compressed and without secrets; null when nothing was sent.</summary>
    internal RecordedAttempt? Take(int step, int attempt, string model)
    {
        lock (_gate)
        {
            if (_request is not { } request) return null;
            var response = _response.WrittenSpan;
            foreach (var secret in _secrets) response = Without(response, Encoding.UTF8.GetBytes(secret));
            return _told with { Reason = Clean(_told.Reason), Fault = Clean(_told.Fault), Step = step, Attempt = attempt, Model = model, Request = PackedBytes.Pack(request), Response = PackedBytes.Pack(response) };
        }
    }

    private string? Clean(string? text) => text is null ? null : SecretText.Hide(text, _secrets);

    private static ReadOnlySpan<byte> Without(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> secret)
    {
        if (bytes.IndexOf(secret) < 0) return bytes;
        var clean = new ArrayBufferWriter<byte>(bytes.Length);
        for (int at; (at = bytes.IndexOf(secret)) >= 0; bytes = bytes[(at + secret.Length)..])
        {
            clean.Write(bytes[..at]);
            clean.Write("•••"u8);
        }
        clean.Write(bytes);
        return clean.WrittenSpan;
    }
}
