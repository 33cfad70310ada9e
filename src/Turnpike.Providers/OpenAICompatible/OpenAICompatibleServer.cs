using System.Net.Http.Headers;
using Turnpike.Providers.Http;

namespace Turnpike.Providers.OpenAICompatible;

/// <summary>The connection to one server: sends requests with its key.</summary>
internal sealed class OpenAICompatibleServer : IDisposable
{
    private static readonly HashSet<string> Open = new(["HTTP-Referer", "X-Title", "User-Agent"], StringComparer.OrdinalIgnoreCase); // words about us that an answer may well hold
    private readonly HttpMessageInvoker http;
    private readonly AuthenticationHeaderValue? authorization;
    private readonly ProviderCalls calls;

    public OpenAICompatibleServer(OpenAICompatibleOptions options, TimeProvider clock, HttpMessageHandler? handler = null)
    {
        Options = options;
        var secrets = new GivenSecrets(options.Key, options.Headers.Where(header => !Open.Contains(header.Key)).Select(header => header.Value));
        Faults = new(options.Name, options.BaseUrl, options.Key is not null, secrets, options.KeySource, options.Connect);
        calls = new(Faults, clock);
        http = new(handler ?? ProviderTransport.Handler(options.BaseUrl, secrets, options.Connect));
        authorization = string.IsNullOrWhiteSpace(options.Key) ? null : new("Bearer", options.Key);
    }

    public OpenAICompatibleOptions Options { get; }

    public ProviderFaults Faults { get; }

    public HttpRequestMessage Request(HttpMethod method, string path, string accept)
    {
        var request = new HttpRequestMessage(method, ProviderTransport.Address(Options.BaseUrl, path));
        request.Headers.Authorization = authorization;
        request.Headers.TryAddWithoutValidation("Accept", accept);
        request.Headers.TryAddWithoutValidation("User-Agent", "turnpike");
        foreach (var (name, value) in Options.Headers) request.Headers.TryAddWithoutValidation(name, value);
        return request;
    }

    /// <summary>Sends; returns when the headers of a good answer are there.</summary>
    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, string? model, CancellationToken cancellationToken) =>
        calls.CheckAsync(http.SendAsync(request, cancellationToken), model, cancellationToken);

    /// <summary>The whole body of an answer.</summary>
    public Task<ReadOnlyMemory<byte>> ReadAsync(HttpResponseMessage response, int maxBytes, CancellationToken cancellationToken) =>
        calls.ReadAsync(response, maxBytes, cancellationToken);

    public void Dispose() => http.Dispose();
}
