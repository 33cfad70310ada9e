using System.Text.Json;
using Turnpike.Turns;
using Turnpike.Turns.Json;
using Turnpike.Turns.Web;

namespace Turnpike.Server.Access.Oidc;

/// <summary>
/// The public keys of the issuer: fetched when a token needs them, again after an hour, and when a token names one that is not among them or was signed by none of them. It is asked at most once in
/// ten seconds, whatever it answers: who comes without a good token decides nothing about how often.
/// </summary>
internal sealed class SigningKeys(string issuer, GuardedClient web, TimeProvider time) : IDisposable
{
    private const int LongestAnswer = 1 << 20;
    private static readonly TimeSpan Fresh = TimeSpan.FromHours(1);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);
    private readonly HttpClient _http = new(web.Handler(Uri.TryCreate(issuer, UriKind.Absolute, out var named) ? named : null)) { Timeout = TimeSpan.FromSeconds(10), MaxResponseContentBufferSize = LongestAnswer };
    private readonly SemaphoreSlim _fetching = new(1, 1);
    private volatile IReadOnlyList<SigningKey>? _keys;
    private Exception? _failure;
    private long _fetchedAt, _askedAt;

    /// <summary>The keys that may have signed a token with a <c>kid</c>; null: without one.</summary>
    /// <param name="id">The <c>kid</c>.</param>
    /// <param name="isAnew">Whether those that are known did not sign it.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="TurnException"><c>storage_unavailable</c>: the issuer cannot be asked.</exception>
    public async ValueTask<IReadOnlyList<SigningKey>> FindAsync(string? id, bool isAnew, CancellationToken cancellationToken)
    {
        if (!isAnew && _keys is { } known && Age(ref _fetchedAt) < Fresh && Fits(known, id) is { Count: > 0 } fit) return fit;
        await _fetching.WaitAsync(cancellationToken);
        try
        {
            if ((_keys is null && _failure is null) || Age(ref _askedAt) >= Pause) await AskAsync();
            if (_failure is null) return Fits(_keys!, id);
            var why = $"The keys of the issuer \"{issuer}\" cannot be read";
            throw new TurnException(TurnErrorCode.StorageUnavailable, $"{why}, so its tokens cannot be checked.", _failure) { OperatorMessage = $"{why}: {_failure.Message}", RetryAfter = Pause };
        }
        finally
        {
            _fetching.Release();
        }
    }

    public void Dispose()
    {
        _http.Dispose();
        _fetching.Dispose();
    }

    private TimeSpan Age(ref long stamp) => time.GetElapsedTime(Interlocked.Read(ref stamp));

    private static List<SigningKey> Fits(IReadOnlyList<SigningKey> keys, string? id) => [.. keys.Where(key => id is null || key.Id == id)];

    /// <summary>Asks to the end, though whoever came with the token may be gone: else each of them could make it ask again.</summary>
    private async Task AskAsync()
    {
        try
        {
            (_keys, _failure) = (await FetchAsync(), null);
            Interlocked.Exchange(ref _fetchedAt, time.GetTimestamp());
        }
        catch (Exception error) // whatever it answers, it is asked again only after a while
        {
            _failure = error;
        }
        Interlocked.Exchange(ref _askedAt, time.GetTimestamp());
    }

    private async Task<IReadOnlyList<SigningKey>> FetchAsync()
    {
        var about = await JsonAsync(new(issuer.TrimEnd('/') + "/.well-known/openid-configuration"));
        if (SignedToken.Text(about, "issuer") != issuer) throw new JsonException("The document is of another issuer.");
        var place = new Uri(SignedToken.Text(about, "jwks_uri") ?? throw new JsonException("The document names no keys."));
        if (place.Scheme != "https" && !(place is { Scheme: "http", IsLoopback: true })) throw new JsonException("The keys are not at an https URL.");
        var set = await JsonAsync(place);
        if (!set.TryGetProperty("keys", out var keys) || keys.ValueKind != JsonValueKind.Array) throw new JsonException("There are no keys.");
        return [.. keys.EnumerateArray().Select(SigningKey.Read).OfType<SigningKey>()];
    }

    private async Task<JsonElement> JsonAsync(Uri url)
    {
        var json = StrictJson.Parse(await _http.GetByteArrayAsync(url), mayRepeat: true);
        return json.ValueKind == JsonValueKind.Object ? json : throw new JsonException("The answer is no JSON object.");
    }
}
