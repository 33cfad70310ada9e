using System.Net.Http.Headers;
using Turnpike.Providers.Http;
using Turnpike.Turns;

namespace Turnpike.Providers.OpenAICompatible;

/// <summary>The connection to one server: sends requests with its key, and turns refusals into turn errors.</summary>
internal sealed class OpenAICompatibleServer(OpenAICompatibleOptions options, TimeProvider clock, HttpMessageHandler? handler = null) : IDisposable
{
    private const int MaxErrorBytes = 64 * 1024;
    private readonly HttpMessageInvoker http = new(handler ?? ProviderTransport.Handler(options.BaseUrl));
    private readonly AuthenticationHeaderValue? authorization = string.IsNullOrWhiteSpace(options.Key) ? null : new("Bearer", options.Key);

    public OpenAICompatibleOptions Options => options;

    public ProviderFaults Faults { get; } = new(options.Name, options.BaseUrl, options.Key, options.KeySource);

    public HttpRequestMessage Request(HttpMethod method, string path, string accept)
    {
        var request = new HttpRequestMessage(method, ProviderTransport.Address(options.BaseUrl, path));
        request.Headers.Authorization = authorization;
        request.Headers.TryAddWithoutValidation("Accept", accept);
        request.Headers.TryAddWithoutValidation("User-Agent", "turnpike");
        foreach (var (name, value) in options.Headers) request.Headers.TryAddWithoutValidation(name, value);
        return request;
    }

    /// <summary>Sends; returns when the headers of a good answer are there.</summary>
    public async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, string? model, CancellationToken cancellationToken)
    {
        HttpResponseMessage response;
        try
        {
            response = await http.SendAsync(request, cancellationToken);
        }
        catch (Exception error) when (error is HttpRequestException or OperationCanceledException { InnerException: TimeoutException })
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw Faults.Unreachable(error);
        }
        if (response.IsSuccessStatusCode) return response;
        using (response) throw await RefusalAsync(response, model, cancellationToken);
    }

    /// <summary>The whole body. Throws a turn error when it breaks off or is longer than the limit.</summary>
    public async Task<ReadOnlyMemory<byte>> ReadAsync(Stream stream, int maxBytes, CancellationToken cancellationToken)
    {
        try
        {
            var (body, whole) = await ReadUpToAsync(stream, maxBytes, cancellationToken);
            return whole ? body : throw Faults.Broken($"held more than {maxBytes} bytes");
        }
        catch (IOException error)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw Faults.Broken("broke off before the answer ended", error);
        }
    }

    public void Dispose() => http.Dispose();

    private async Task<TurnException> RefusalAsync(HttpResponseMessage response, string? model, CancellationToken cancellationToken)
    {
        var status = (int)response.StatusCode;
        if (status is >= 300 and < 400) return Faults.Moved(status, response.Headers.Location);
        var said = "";
        try
        {
            await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
            var (body, _) = await ReadUpToAsync(stream, MaxErrorBytes, cancellationToken);
            said = Faults.Clean(body.Span);
        }
        catch (IOException)
        {
            // The status alone says enough.
        }
        return Faults.Status(status, said.Length > 0 ? said : response.ReasonPhrase ?? "", model, ProviderFaults.RetryAfter(response.Headers, clock));
    }

    private static async Task<(ReadOnlyMemory<byte> Body, bool Whole)> ReadUpToAsync(Stream stream, int maxBytes, CancellationToken cancellationToken)
    {
        var body = new byte[Math.Min(maxBytes, 16 * 1024)];
        var length = 0;
        while (true)
        {
            var read = await stream.ReadAsync(body.AsMemory(length), cancellationToken);
            length += read;
            if (read == 0) return (body.AsMemory(0, length), true);
            if (length < body.Length) continue;
            if (length >= maxBytes) return (body.AsMemory(0, length), false);
            Array.Resize(ref body, Math.Min(maxBytes, body.Length * 2));
        }
    }
}
