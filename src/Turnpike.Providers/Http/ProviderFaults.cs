using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using Turnpike.Turns;

namespace Turnpike.Providers.Http;

/// <summary>Says what went wrong at a provider: the one place where statuses and broken connections become turn errors.</summary>
/// <param name="provider">The provider's name.</param>
/// <param name="address">Where it is asked.</param>
/// <param name="hasKey">Whether it is sent a key.</param>
/// <param name="secrets">What it is given, to be kept out of messages.</param>
/// <param name="keySource">Where a person sets the key.</param>
/// <param name="connect">How long a connection may take to be made.</param>
internal sealed class ProviderFaults(string provider, Uri address, bool hasKey, GivenSecrets secrets, string keySource, TimeSpan connect)
{
    private readonly string place = address.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped); // without a name and password

    /// <summary>What the provider said, without what it was given.</summary>
    public string Clean(string text) => ProviderText.Clean(text, secrets);

    /// <summary>What the body of an error answer says, without what it was given.</summary>
    public string Clean(ReadOnlySpan<byte> body) => ProviderText.OfBody(body, secrets);

    /// <summary>What an error object says, without what it was given.</summary>
    public string Clean(JsonElement error) => ProviderText.OfJson(error, secrets);

    /// <summary>The provider answered with an error status, or with an error that stands for one.</summary>
    public TurnException Status(int status, string said, string? model, TimeSpan? retryAfter = null, string? request = null)
    {
        var what = said.Length > 0 ? $"({status}): \"{said}\"" : $"({status})";
        var whom = model is null ? "the request" : $"the request for model \"{model}\"";
        var (code, message) = status switch
        {
            401 or 403 => (TurnErrorCode.ProviderUnauthorized,
                $"Provider \"{provider}\" refused {(hasKey ? "our key" : "a request without a key")} {what}. Check {keySource}."),
            429 => (TurnErrorCode.ProviderRateLimited,
                $"Provider \"{provider}\" limits us {what}. Try again {After(retryAfter)}, or choose another model."),
            408 or 409 or >= 500 => (TurnErrorCode.ProviderError,
                $"Provider \"{provider}\" failed {what}. Try again {After(retryAfter)}, or choose another model."),
            404 => (TurnErrorCode.ProviderRefused,
                $"Provider \"{provider}\" does not find what {whom} asks for {what}. Check the model's name and the base URL {place}."),
            _ => (TurnErrorCode.ProviderRefused, $"Provider \"{provider}\" refused {whom} {what}. Change what it names and send again."),
        };
        return new(code, message) { ProviderStatus = status, RetryAfter = retryAfter, ProviderRequestId = request };
    }

    /// <summary>The provider wants to be asked elsewhere, which is not done with a key in hand.</summary>
    public TurnException Moved(int status, Uri? location) => new(TurnErrorCode.ProviderRefused,
        $"Provider \"{provider}\" answered {status} and points to \"{Clean(Path(location))}\". Redirects are not followed: if that address is right, make it the base URL.")
    { ProviderStatus = status };

    /// <summary>The provider answered with something that is no answer of a model.</summary>
    public TurnException NotAModel(string? mediaType) => new(TurnErrorCode.ProviderRefused,
        $"Provider \"{provider}\" answered with \"{Clean(mediaType ?? "")}\" instead of an event stream. Check that the base URL {place} is right, including its path.");

    /// <summary>No connection, or one that closed before an answer.</summary>
    public TurnException Unreachable(Exception cause)
    {
        var why = cause is HttpRequestException http
            ? http.HttpRequestError switch
            {
                HttpRequestError.NameResolutionError => "its name is not known",
                HttpRequestError.ConnectionError => "no connection could be made",
                HttpRequestError.SecureConnectionError => "its certificate or TLS was not accepted",
                HttpRequestError.ResponseEnded => "it closed the connection without an answer",
                HttpRequestError.ProxyTunnelError => "the proxy refused",
                _ => Clean(http.Message).TrimEnd('.'),
            }
            : FormattableString.Invariant($"no connection within {connect.TotalSeconds:0.#} s");
        return new(TurnErrorCode.ProviderUnreachable,
            $"Provider \"{provider}\" cannot be reached at {place}: {why}. Check that it runs and that the address is right.", cause);
    }

    /// <summary>It was asked and did not answer in time.</summary>
    public TurnException Slow(TimeSpan patience) => new(TurnErrorCode.ProviderUnreachable,
        FormattableString.Invariant($"Provider \"{provider}\" did not answer at {place} within {patience.TotalSeconds:0.#} s. Check that it runs, or try again later."));

    /// <summary>The stream broke off or held garbage.</summary>
    /// <param name="how">What happened to the stream, for example <c>ended before the answer did</c>.</param>
    /// <param name="cause">The exception behind it.</param>
    public TurnException Broken(string how, Exception? cause = null) => new(TurnErrorCode.ProviderStreamBroken,
        $"The stream of provider \"{provider}\" {how}. Try again; what had arrived is kept.", cause);

    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(31);

    /// <summary>How long the provider asks to wait, 31 days at most: <c>Retry-After</c> in seconds or as a date, or <c>retry-after-ms</c>.</summary>
    public static TimeSpan? RetryAfter(HttpResponseHeaders headers, TimeProvider clock)
    {
        if (headers.TryGetValues("retry-after-ms", out var given) && double.TryParse(given.FirstOrDefault(), NumberStyles.Float, CultureInfo.InvariantCulture, out var milliseconds) && milliseconds is >= 0 and < 1e9)
            return TimeSpan.FromMilliseconds(milliseconds);
        if (headers.RetryAfter is not { } after) return null;
        var wait = after.Delta ?? after.Date - clock.GetUtcNow();
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait > LongestWait ? LongestWait : wait;
    }

    /// <summary>What the provider calls the request.</summary>
    public static string? RequestId(HttpResponseHeaders headers) =>
        headers.TryGetValues("x-request-id", out var said) || headers.TryGetValues("request-id", out said) ? said.FirstOrDefault() is { Length: > 0 and <= 200 } id ? id : null : null;

    /// <summary>An address without its query; it may be one that is told from where it was asked.</summary>
    private static string Path(Uri? location) => location switch
    {
        null => "",
        { IsAbsoluteUri: true } => location.GetLeftPart(UriPartial.Path),
        _ => location.OriginalString.Split('?')[0],
    };

    private static string After(TimeSpan? wait) => wait is { } time ? $"in {Math.Ceiling(time.TotalSeconds):0} s" : "later";
}
