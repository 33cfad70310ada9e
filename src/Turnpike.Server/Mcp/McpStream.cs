using System.Text;
using System.Text.Json.Nodes;

namespace Turnpike.Server.Mcp;

/// <summary>Messages as server-sent events; the headers go with the first. A comment keeps a silent stream open.</summary>
internal sealed class McpStream : IAsyncDisposable
{
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(10);
    private readonly HttpContext _http;
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly Timer _breath;

    public McpStream(HttpContext http)
    {
        _http = http;
        http.Response.ContentType = "text/event-stream";
        http.Response.Headers.CacheControl = "no-cache";
        http.Response.Headers["X-Accel-Buffering"] = "no";
        _breath = new(_ => _ = WriteSafelyAsync(":\n\n"), null, Silence, Silence);
    }

    public Task SendAsync(JsonObject message) => WriteSafelyAsync($"event: message\ndata: {message.ToJsonString(Json)}\n\n");

    public async ValueTask DisposeAsync()
    {
        await _breath.DisposeAsync();
        _writing.Dispose();
    }

    private static readonly System.Text.Json.JsonSerializerOptions Json = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private async Task WriteSafelyAsync(string text)
    {
        try
        {
            await _writing.WaitAsync(_http.RequestAborted);
            try
            {
                await _http.Response.WriteAsync(text, Encoding.UTF8, _http.RequestAborted);
                await _http.Response.Body.FlushAsync(_http.RequestAborted);
            }
            finally
            {
                _writing.Release();
            }
        }
        catch (Exception error) when (error is OperationCanceledException or ObjectDisposedException)
        {
            // The client has left, or the answer is whole.
        }
    }
}
