using System.Net;
using System.Text.Json;
using Turnpike.Turns;

namespace Turnpike.Cli.Clients;

/// <summary>Sends requests and makes errors of answers that are none.</summary>
internal sealed class ServerAnswers(HttpClient http)
{


    /// <summary>Where the server is.</summary>
    public Uri Address => http.BaseAddress!;

    /// <summary>The answer's head; its body is not read yet.</summary>
    /// <exception cref="TurnException">The server said no.</exception>
    /// <exception cref="ServerUnreachable">The server does not answer.</exception>
    public async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using (request)
        {
            var answer = await ConnectAsync(request, cancellationToken);
            if (answer.IsSuccessStatusCode) return answer;
            using (answer) throw await ErrorAsync(answer, cancellationToken);
        }
    }

    /// <summary>The answer's body as JSON.</summary>
    public static async Task<JsonElement> ReadAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        try
        {
            using var body = await JsonDocument.ParseAsync(await answer.Content.ReadAsStreamAsync(cancellationToken), cancellationToken: cancellationToken);
            return body.RootElement.Clone();
        }
        catch (JsonException error)
        {
            throw new TurnException(TurnErrorCode.InternalError, $"{answer.RequestMessage?.RequestUri} did not answer with JSON. Is it a Turnpike server?", error);
        }
    }

    private async Task<HttpResponseMessage> ConnectAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            return await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        }
        catch (HttpRequestException error)
        {
            throw new ServerUnreachable(http.BaseAddress!, error);
        }
        catch (TaskCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ServerUnreachable(http.BaseAddress!, error);
        }
    }

    private static async Task<TurnException> ErrorAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        var problem = await ProblemAsync(answer, cancellationToken);
        var code = ErrorCodes.Find(problem?.Code) ?? CodeOf(answer.StatusCode);
        var message = problem?.Detail ?? problem?.Title ?? $"{answer.RequestMessage?.RequestUri} answered {(int)answer.StatusCode} {answer.ReasonPhrase}. Is it a Turnpike server?";
        return new(code, message) { Span = problem?.Span, Field = problem?.Field, Variables = problem?.Variables ?? [], RetryAfter = answer.Headers.RetryAfter?.Delta };
    }

    private static async Task<Problem?> ProblemAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        try
        {
            return JsonSerializer.Deserialize(await answer.Content.ReadAsByteArrayAsync(cancellationToken), CliJson.Relaxed.Problem);
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
