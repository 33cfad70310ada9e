using System.Text.Json;
using Turnpike.Turns;
using Turnpike.Turns.Web;

namespace Turnpike.Server.Access.Oidc;

/// <summary>The public keys of the issuer: fetched when a token needs them, again after an hour, and when a token names one that is not among them, but then at most once in ten seconds.</summary>
internal sealed class SigningKeys(string issuer, GuardedClient web, TimeProvider time) : IDisposable
{
    private const int LongestAnswer = 1 << 20;
    private static readonly TimeSpan Fresh = TimeSpan.FromHours(1);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);
    private readonly HttpClient _http = new(web.Handler(Uri.TryCreate(issuer, UriKind.Absolute, out var named) ? named : null)) { Timeout = TimeSpan.FromSeconds(10), MaxResponseContentBufferSize = LongestAnswer };
    private readonly SemaphoreSlim _fetching = new(1, 1);
    private volatile IReadOnlyList<SigningKey>? _keys;
    private long _fetchedAt;

    /// <summary>The keys that may have signed a token with a <c>kid</c>; null: without one.</summary>
    /// <exception cref="TurnException"><c>storage_unavailable</c>: the issuer cannot be asked.</exception>
    public async ValueTask<IReadOnlyList<SigningKey>> FindAsync(string? id, CancellationToken cancellationToken)
    {
        if (_keys is { } known && Age() < Fresh && Fits(known, id) is { Count: > 0 } fit) return fit;
        await _fetching.WaitAsync(cancellationToken);
        try
        {
            if (_keys is null || Age() >= Pause) (_keys, _fetchedAt) = (await FetchAsync(cancellationToken), time.GetTimestamp());
            return Fits(_keys, id);
        }
        catch (Exception error) when (error is HttpRequestException or WebRefusal or JsonException or UriFormatException || (error is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new TurnException(TurnErrorCode.StorageUnavailable, $"The keys of the issuer \"{issuer}\" cannot be read, so its tokens cannot be checked.", error) { RetryAfter = Pause };
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

    private TimeSpan Age() => time.GetElapsedTime(Interlocked.Read(ref _fetchedAt));

    private static List<SigningKey> Fits(IReadOnlyList<SigningKey> keys, string? id) => [.. keys.Where(key => id is null || key.Id == id)];

    private async Task<IReadOnlyList<SigningKey>> FetchAsync(CancellationToken cancellationToken)
    {
        var about = await JsonAsync(new(issuer.TrimEnd('/') + "/.well-known/openid-configuration"), cancellationToken);
        if (SignedToken.Text(about, "issuer") != issuer) throw new JsonException("The document is of another issuer.");
        var place = new Uri(SignedToken.Text(about, "jwks_uri") ?? throw new JsonException("The document names no keys."));
        if (place.Scheme != "https" && !place.IsLoopback) throw new JsonException("The keys are not at an https URL.");
        var set = await JsonAsync(place, cancellationToken);
        if (!set.TryGetProperty("keys", out var keys) || keys.ValueKind != JsonValueKind.Array) throw new JsonException("There are no keys.");
        return [.. keys.EnumerateArray().Select(SigningKey.Read).OfType<SigningKey>()];
    }

    private async Task<JsonElement> JsonAsync(Uri url, CancellationToken cancellationToken)
    {
        var json = JsonElement.Parse(await _http.GetByteArrayAsync(url, cancellationToken));
        return json.ValueKind == JsonValueKind.Object ? json : throw new JsonException("The answer is no JSON object.");
    }
}
