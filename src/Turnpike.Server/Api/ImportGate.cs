using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using Turnpike.Server.Hosting;
using Turnpike.Server.Http;
using Turnpike.Turns;
using Turnpike.Turns.Json;

namespace Turnpike.Server.Api;

/// <summary>
/// Lets in the files that are imported, which may be larger than any other body: one at a time, for a file that is read takes several times its size in memory, and
/// no more values than there is room for.
/// </summary>
internal sealed class ImportGate(IOptions<ServerOptions> options) : IDisposable
{
    private const int BytesOfAValue = 16; // of a file as large as may be: what a value takes in memory does not depend on how short it is
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestUpload = TimeSpan.FromMinutes(10);
    private readonly SemaphoreSlim _place = new(1);

    /// <summary>Waits for the file to be the only one, and reads it. No other is read until what is returned is disposed.</summary>
    /// <exception cref="TurnException"><c>request_too_large</c>; <c>request_invalid</c>: it is no JSON, or does not come; <c>rate_limited</c>: another one is being imported.</exception>
    public async Task<ImportedFile> ReadAsync(HttpContext http)
    {
        if (!await _place.WaitAsync(Patience, http.RequestAborted)) throw new TurnException(TurnErrorCode.RateLimited, "Another file is being imported, and this server imports one at a time. Send it again a little later.") { RetryAfter = Pause };
        try
        {
            if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit) limit.MaxRequestBodySize = options.Value.ImportBytes;
            return new(Parsed(await BytesAsync(http)), _place);
        }
        catch
        {
            _place.Release();
            throw;
        }
    }

    private async Task<ReadOnlyMemory<byte>> BytesAsync(HttpContext http)
    {
        Body.RequirePlain(http.Request);
        using var late = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
        late.CancelAfter(LongestUpload);
        try
        {
            using var bytes = new MemoryStream((int)Math.Min(http.Request.ContentLength ?? 0, options.Value.ImportBytes));
            await http.Request.Body.CopyToAsync(bytes, late.Token);
            var file = bytes.GetBuffer().AsMemory(0, (int)bytes.Length);
            return file.Span.StartsWith("\uFEFF"u8) ? file[3..] : file;
        }
        catch (BadHttpRequestException error) when (error.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            throw TooLarge(FormattableString.Invariant($"The file is larger than {options.Value.ImportBytes:N0} bytes"));
        }
        catch (OperationCanceledException error) when (!http.RequestAborted.IsCancellationRequested)
        {
            throw new TurnException(TurnErrorCode.RequestInvalid, $"The file did not arrive within {LongestUpload.TotalMinutes:0} minutes.", error);
        }
    }

    private JsonDocument Parsed(ReadOnlyMemory<byte> file)
    {
        try
        {
            var reader = new Utf8JsonReader(file.Span);
            for (var left = options.Value.ImportBytes / BytesOfAValue; reader.Read(); left--) if (left == 0) throw TooLarge(FormattableString.Invariant($"The file has more than {options.Value.ImportBytes / BytesOfAValue:N0} values and names"));
            return JsonDocument.Parse(file);
        }
        catch (JsonException error)
        {
            throw JsonFault.Of(error, file.Span, TurnpikeJson.Relaxed.Options, "the file");
        }
    }

    private static TurnException TooLarge(string what) => new(TurnErrorCode.RequestTooLarge, $"{what}, which is the most that Turnpike:ImportBytes allows. Import it in parts, or raise the setting.");

    public void Dispose() => _place.Dispose();
}

/// <summary>A file that is being imported; disposed, it makes room for the next one.</summary>
internal sealed class ImportedFile(JsonDocument json, SemaphoreSlim place) : IDisposable
{
    public JsonElement Json => json.RootElement;

    public void Dispose()
    {
        json.Dispose();
        place.Release();
    }
}
