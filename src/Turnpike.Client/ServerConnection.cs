using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Turnpike.Turns;
using Turnpike.Turns.Json;

namespace Turnpike.Client;

/// <summary>Sends requests and makes errors of answers that are none.</summary>
internal sealed class ServerConnection(HttpClient http)
{
    private const int Large = 1 << 20; // bytes of a body that the server is asked for first, so that one it does not take is not sent: it would answer and hang up while that is still on its way

    /// <summary>Where the server is.</summary>
    public Uri Address => http.BaseAddress!;

    /// <summary>The answer's head; its body is not read yet.</summary>
    /// <exception cref="TurnException">The server said no.</exception>
    /// <exception cref="ServerUnreachableException">The server does not answer.</exception>
    public async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using (request)
        {
            var answer = await ConnectAsync(request, cancellationToken);
            if (answer.IsSuccessStatusCode) return answer;
            using (answer) throw await ErrorAsync(answer, cancellationToken);
        }
    }

    /// <summary>Sends a request and reads its answer.</summary>
    /// <exception cref="TurnException">The server said no, or did not answer with JSON.</exception>
    /// <exception cref="ServerUnreachableException">The server does not answer, or its answer broke off.</exception>
    public async Task<JsonElement> AskAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var answer = await SendAsync(request, cancellationToken);
        return await ReadAsync(answer, cancellationToken);
    }

    /// <summary>Sends a request whose answer says nothing.</summary>
    public async Task TellAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var answer = await SendAsync(request, cancellationToken);
    }

    /// <summary>Does something whose answer is not waited for longer than a while.</summary>
    /// <exception cref="ServerUnreachableException">It took longer.</exception>
    public async Task<T> WithinAsync<T>(TimeSpan most, TimeProvider time, Func<CancellationToken, Task<T>> ask, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(most, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            return await ask(stop.Token);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new ServerUnreachableException(http.BaseAddress!, new TimeoutException($"no answer came for {most.TotalSeconds} seconds"));
        }
    }

    /// <summary>Reads one thing.</summary>
    public Task<T> GetAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellationToken) => AskAsync(new(HttpMethod.Get, path), type, cancellationToken);

    /// <summary>Sends a request and reads its answer as one thing.</summary>
    public async Task<T> AskAsync<T>(HttpRequestMessage request, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        var json = await AskAsync(request, cancellationToken);
        return Said(() => KeptJson.Read(json, type) is { } said && IsWhole(said, type) ? said : default);
    }

    /// <summary>Reads a list, which comes bare or as a page.</summary>
    public async Task<IReadOnlyList<T>> RowsAsync<T>(HttpRequestMessage request, JsonTypeInfo<T> type, CancellationToken cancellationToken) => Rows(await AskAsync(request, cancellationToken), type);

    /// <summary>The rows of an answer, which is a bare list or a page.</summary>
    /// <exception cref="TurnException">There are none: it is some other server's.</exception>
    public static IReadOnlyList<T> Rows<T>(JsonElement answer, JsonTypeInfo<T> type)
    {
        var rows = answer.ValueKind == JsonValueKind.Object && (answer.TryGetProperty("data", out var data) || answer.TryGetProperty("items", out data)) ? data : answer;
        return Said<IReadOnlyList<T>>(() => [.. rows.EnumerateArray().Select(row => KeptJson.Read(row, type)!)]);
    }

    /// <summary>Whether something between here and the server answered, which may have passed the request on before the server went away.</summary>
    public static bool MayHavePassedOn(TurnException error) => error.InnerException is HttpRequestException { StatusCode: HttpStatusCode.BadGateway or HttpStatusCode.GatewayTimeout };

    /// <summary>A request with a body.</summary>
    public static HttpRequestMessage Send<T>(HttpMethod method, string path, T body, JsonTypeInfo<T> type)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(body, type);
        return new(method, path) { Content = new ByteArrayContent(json) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } }, Headers = { ExpectContinue = json.Length >= Large ? true : null } };
    }

    /// <summary>A request with a body that makes something.</summary>
    public static HttpRequestMessage Post<T>(string path, T body, JsonTypeInfo<T> type) => Send(HttpMethod.Post, path, body, type);

    /// <summary>One more member of a query that has some; nothing when there is no value.</summary>
    public static string And(string name, string? value) => value is null ? "" : $"&{name}={Uri.EscapeDataString(value)}";

    /// <summary>A name as one step of an address.</summary>
    /// <exception cref="TurnException"><c>request_invalid</c>: as a step it would lead elsewhere.</exception>
    public static string Step(string name) => name is "" or "." or ".."
        ? throw new TurnException(TurnErrorCode.RequestInvalid, $"\"{name}\" names nothing on a server: no address could hold it.")
        : Uri.EscapeDataString(name);

    private async Task<JsonElement> ReadAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        try
        {
            using var body = await JsonDocument.ParseAsync(await answer.Content.ReadAsStreamAsync(cancellationToken), cancellationToken: cancellationToken);
            return body.RootElement.Clone();
        }
        catch (JsonException error)
        {
            throw new TurnException(TurnErrorCode.RequestInvalid, $"{answer.RequestMessage?.RequestUri} did not answer with JSON. Is it a Turnpike server?", error);
        }
        catch (Exception error) when (error is IOException or HttpRequestException || (error is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new ServerUnreachableException(http.BaseAddress!, error);
        }
    }

    /// <summary>Reads what an answer says; JSON that says something else is some other server's.</summary>
    private static T Said<T>(Func<T?> read)
    {
        Exception? why = null;
        try
        {
            if (read() is { } said) return said;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            why = error;
        }
        throw new TurnException(TurnErrorCode.RequestInvalid, "The server answered with JSON that says something else than was asked. Is it a Turnpike server, and of this version?", why);
    }

    /// <summary>Whether nothing is missing that must be there: what a positional record does not find is null.</summary>
    private static bool IsWhole(object said, JsonTypeInfo type) =>
        !type.Properties.Any(member => member.AssociatedParameter is { IsNullable: false, HasDefaultValue: false } && member.Get?.Invoke(said) is null);

    private async Task<HttpResponseMessage> ConnectAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            return await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        }
        catch (HttpRequestException error)
        {
            throw new ServerUnreachableException(http.BaseAddress!, error);
        }
        catch (TaskCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ServerUnreachableException(http.BaseAddress!, error);
        }
    }

    private static async Task<TurnException> ErrorAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        var problem = await ProblemAsync(answer, cancellationToken);
        var code = TurnErrorCodes.Find(problem?.Code) ?? CodeOf(answer.StatusCode);
        var message = problem?.Detail ?? problem?.Title ?? $"{answer.RequestMessage?.RequestUri} answered {(int)answer.StatusCode} {answer.ReasonPhrase}. Is it a Turnpike server?";
        return new(code, message, problem?.Code is null ? new HttpRequestException(message, null, answer.StatusCode) : null) { Span = problem?.Span, Field = problem?.Field, Variables = problem?.Variables ?? [], RetryAfter = answer.Headers.RetryAfter?.Delta };
    }

    private static async Task<Problem?> ProblemAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        try
        {
            return KeptJson.Read(await answer.Content.ReadAsByteArrayAsync(cancellationToken), ProblemJson.Relaxed.Problem);
        }
        catch (Exception error) when (error is JsonException or HttpRequestException or IOException)
        {
            return null;
        }
    }

    private static TurnErrorCode CodeOf(HttpStatusCode status) => status switch
    {
        HttpStatusCode.Unauthorized => TurnErrorCode.Unauthorized,
        HttpStatusCode.Forbidden => TurnErrorCode.Forbidden,
        HttpStatusCode.TooManyRequests => TurnErrorCode.RateLimited,
        HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout => TurnErrorCode.StorageUnavailable,
        >= HttpStatusCode.InternalServerError => TurnErrorCode.InternalError,
        _ => TurnErrorCode.RequestInvalid,
    };
}
