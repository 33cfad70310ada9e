using System.Net;
using Microsoft.Extensions.Options;

namespace Turnpike.Turns.Web;

/// <summary>
/// Makes HTTP requests on behalf of others. It connects only to addresses of the open internet, or to those that are allowed: the address is judged when the
/// connection is made, and that very address is connected to, so a name that changes between check and connect gains nothing. Redirects are followed by
/// hand, each checked again; time and size are bounded. No cookies, no proxy, no passwords.
/// </summary>
public sealed class GuardedClient : IDisposable
{
    private readonly WebAccessOptions _options;
    private readonly IHostLookup _lookup;
    private readonly TimeProvider _time;
    private readonly WebGuard _guard;
    private readonly HttpMessageInvoker _invoker;

    /// <summary>Makes a client.</summary>
    /// <param name="options">What it may ask.</param>
    /// <param name="lookup">Finds addresses of hosts.</param>
    /// <param name="time">The clock of its deadlines.</param>
    public GuardedClient(IOptions<WebAccessOptions> options, IHostLookup lookup, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        (_options, _lookup, _time) = (options.Value, lookup, time);
        _guard = new(_options.Allow);
        _invoker = new(new GuardedHandler(_guard, lookup));
    }

    /// <summary>A handler, with connections of its own, for requests that something in the program makes by itself. The receiver disposes it.</summary>
    /// <param name="named">
    /// A URL that an operator chose; null: nobody did. Where its words say that it is of this machine or of a private network (an address, <c>localhost</c>, a name
    /// without a dot, <c>.local</c>, <c>.internal</c>), its host may be asked; any other must be of the open internet or stand in <see cref="WebAccessOptions.Allow"/>.
    /// </param>
    public HttpMessageHandler Handler(Uri? named) => new GuardedHandler(named is null ? _guard : _guard.With(named), _lookup);

    /// <summary>Refuses a URL that is given to another machine to fetch and whose words alone say that it must not be asked, without asking anybody.</summary>
    /// <exception cref="WebRefusal">It is no http(s) URL, brings a password, or names a private host; one without a dot is private.</exception>
    public void Check(Uri url)
    {
        ArgumentNullException.ThrowIfNull(url);
        _guard.CheckHanded(url);
    }

    /// <summary>Sends one request and gives back the head of its answer; redirects are not followed. The caller bounds time and size.</summary>
    /// <exception cref="WebRefusal">The address must not be asked, or cannot be reached.</exception>
    public async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        _guard.Check(request.RequestUri!);
        try
        {
            return await _invoker.SendAsync(request, cancellationToken);
        }
        catch (HttpRequestException error)
        {
            throw new WebRefusal($"\"{request.RequestUri!.Host}\" cannot be reached: {error.Message}", error);
        }
    }

    /// <summary>Fetches a page, following redirects.</summary>
    /// <param name="url">Where it is.</param>
    /// <param name="version">The ETag or date of the version that is known; null: none. The same one is not sent again.</param>
    /// <param name="cancellationToken">Stops fetching.</param>
    /// <exception cref="WebRefusal">An address must not be asked or cannot be reached; the answer is an error, too large, or too slow.</exception>
    public async Task<WebAnswer> GetAsync(Uri url, string? version, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(url);
        using var deadline = new CancellationTokenSource(_options.Timeout, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            for (var hop = 0; ; hop++)
            {
                using var request = Request(url, version);
                using var response = await SendAsync(request, both.Token);
                if (Redirect(response) is not { } next) return await ReadAsync(url, version, response, both.Token);
                if (hop >= _options.Redirects) throw new WebRefusal($"The page was redirected more than {_options.Redirects} times.");
                url = next.IsAbsoluteUri ? next : new Uri(url, next);
            }
        }
        catch (OperationCanceledException error) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new WebRefusal(FormattableString.Invariant($"It took longer than {_options.Timeout.TotalSeconds:0.#} s."), error);
        }
        catch (Exception error) when (error is InvalidDataException or HttpIOException)
        {
            throw new WebRefusal($"The answer broke off: {error.Message}", error);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _invoker.Dispose();

    private async Task<WebAnswer> ReadAsync(Uri url, string? version, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (version is not null && response.StatusCode == HttpStatusCode.NotModified) return new() { Url = url, IsUnchanged = true, Version = version };
        if (!response.IsSuccessStatusCode) throw new WebRefusal($"\"{url.Host}\" answered {(int)response.StatusCode} {response.ReasonPhrase}.");
        if (response.Content.Headers.ContentLength > _options.Bytes) throw TooLarge();
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        using var bytes = new MemoryStream();
        var piece = new byte[64 << 10];
        while (await stream.ReadAsync(piece, cancellationToken) is var read and > 0)
        {
            if (bytes.Length + read > _options.Bytes) throw TooLarge();
            bytes.Write(piece, 0, read);
        }
        return new() { Url = url, Content = bytes.ToArray(), MediaType = response.Content.Headers.ContentType?.ToString(), Version = response.Headers.ETag?.ToString() ?? response.Content.Headers.LastModified?.ToString("R") };
    }

    private WebRefusal TooLarge() => new(FormattableString.Invariant($"The page is larger than {_options.Bytes:N0} bytes (Turnpike:Web:Bytes)."));

    private static HttpRequestMessage Request(Uri url, string? version)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.UserAgent.ParseAdd("Turnpike");
        request.Headers.Accept.ParseAdd("text/html, text/plain, text/markdown, application/json, */*;q=0.5");
        if (version is not null) request.Headers.TryAddWithoutValidation(version.Contains('"', StringComparison.Ordinal) ? "If-None-Match" : "If-Modified-Since", version);
        return request;
    }

    private static Uri? Redirect(HttpResponseMessage response) => (int)response.StatusCode is 301 or 302 or 303 or 307 or 308 ? response.Headers.Location : null;
}
