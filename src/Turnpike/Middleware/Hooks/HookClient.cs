using System.Buffers;
using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Turnpike.Turns.Json;
using Turnpike.Turns.Web;

namespace Turnpike.Middleware.Hooks;

/// <summary>Asks one hook: posts JSON, signed, and reads the JSON of the answer.</summary>
internal sealed class HookClient(HookOptions options, GuardedClient web, TimeProvider time) : IDisposable
{
    private const int LongestAnswer = 4 << 20;
    private readonly HttpClient _http = new(web.Handler(new(options.Url))) { Timeout = System.Threading.Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = LongestAnswer };

    public string Name => options.Title;

    public HookFailure OnError => options.OnError;

    /// <summary>Asks, and gives the object that was answered; an answer without content is an empty object.</summary>
    /// <param name="point">When it is asked, for the header.</param>
    /// <param name="write">Writes the members of the body.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="HookException">It cannot be asked, takes too long, or answers something else.</exception>
    public async Task<JsonElement> AskAsync(string point, Action<Utf8JsonWriter> write, CancellationToken cancellationToken)
    {
        using var request = Request(point, Body(point, write));
        using var deadline = new CancellationTokenSource(options.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseContentRead, either.Token);
            if (!answer.IsSuccessStatusCode) throw new HookException($"answered with status {(int)answer.StatusCode}");
            var json = await answer.Content.ReadAsByteArrayAsync(either.Token);
            if (json.Length == 0) return JsonElement.Parse("{}");
            return ForeignJson.Parse(json) is { ValueKind: JsonValueKind.Object } said ? said : throw new HookException($"answered something that is no JSON object of at most {ForeignJson.Deepest} levels");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new HookException(string.Create(CultureInfo.InvariantCulture, $"did not answer within {options.Timeout.TotalSeconds:0.###} s"));
        }
        catch (WebRefusal refusal)
        {
            throw new HookException("may not be asked. " + refusal.Message);
        }
        catch (HttpRequestException)
        {
            throw new HookException("could not be reached, or its answer was broken off");
        }
    }

    public void Dispose() => _http.Dispose();

    private static byte[] Body(string point, Action<Utf8JsonWriter> write)
    {
        var json = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(json, TurnpikeJson.Writer))
        {
            writer.WriteStartObject();
            writer.WriteString("hook"u8, point);
            write(writer);
            writer.WriteEndObject();
        }
        return json.WrittenSpan.ToArray();
    }

    private HttpRequestMessage Request(string point, byte[] body)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, options.Url) { Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } } };
        request.Headers.Add("Turnpike-Hook", point);
        if (options.Secret is not { } secret) return request;
        var at = time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        byte[] signed = [.. Encoding.UTF8.GetBytes(at + "."), .. body];
        request.Headers.Add("Turnpike-Timestamp", at);
        request.Headers.Add("Turnpike-Signature", "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), signed)));
        return request;
    }
}
