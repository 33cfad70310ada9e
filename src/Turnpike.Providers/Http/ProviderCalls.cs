namespace Turnpike.Providers.Http;

/// <summary>Turns connections that fail and answers that refuse into turn errors.</summary>
internal sealed class ProviderCalls(ProviderFaults faults, TimeProvider clock)
{
    private const int MaxErrorBytes = 64 * 1024;

    /// <summary>The answer, if it is a good one.</summary>
    /// <param name="sending">The request under way, up to the headers of its answer.</param>
    /// <param name="model">The model asked for, to be named in errors.</param>
    /// <param name="cancellationToken">Cancels waiting for the words of a refusal.</param>
    public async Task<HttpResponseMessage> CheckAsync(Task<HttpResponseMessage> sending, string? model, CancellationToken cancellationToken)
    {
        HttpResponseMessage response;
        try
        {
            response = await sending;
        }
        catch (Exception error) when (error is HttpRequestException or OperationCanceledException { InnerException: TimeoutException })
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw faults.Unreachable(error);
        }
        if (response.IsSuccessStatusCode) return response;
        using (response)
        {
            var status = (int)response.StatusCode;
            if (status is >= 300 and < 400) throw faults.Moved(status, response.Headers.Location);
            var said = await WordsAsync(response, cancellationToken);
            throw faults.Status(status, said.Length > 0 ? said : faults.Clean(response.ReasonPhrase ?? ""), model, ProviderFaults.RetryAfter(response.Headers, clock), ProviderFaults.RequestId(response.Headers));
        }
    }

    /// <summary>The whole body. Throws a turn error when it breaks off or is longer than the limit.</summary>
    public async Task<ReadOnlyMemory<byte>> ReadAsync(HttpResponseMessage response, int maxBytes, CancellationToken cancellationToken)
    {
        try
        {
            var (body, whole) = await ReadUpToAsync(response, maxBytes, cancellationToken);
            return whole ? body : throw faults.Broken($"held more than {maxBytes} bytes");
        }
        catch (IOException error)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw faults.Broken("broke off before the answer ended", error);
        }
    }

    private async Task<string> WordsAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            var (body, _) = await ReadUpToAsync(response, MaxErrorBytes, cancellationToken);
            return faults.Clean(body.Span);
        }
        catch (IOException)
        {
            // The status alone says enough.
            return "";
        }
    }

    private static async Task<(ReadOnlyMemory<byte> Body, bool Whole)> ReadUpToAsync(HttpResponseMessage response, int maxBytes, CancellationToken cancellationToken)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
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
