using System.Net;
using System.Net.Http.Headers;
using Turnpike.Turns.Recordings;

namespace Turnpike.Providers.Http;

/// <summary>The last piece before the network: sends, and where the attempt asks for it takes down what goes and comes, or answers from what was taken down.</summary>
/// <param name="inner">The network.</param>
/// <param name="secrets">What the provider is given, to be kept out of recordings.</param>
internal sealed class ExchangeHandler(HttpMessageHandler inner, GivenSecrets secrets) : DelegatingHandler(inner)
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => ProviderExchange.Current switch
    {
        ExchangeTape tape => RecordAsync(tape, request, cancellationToken),
        RecordedAnswer answer => AnswerAsync(answer, request, cancellationToken),
        _ => base.SendAsync(request, cancellationToken),
    };

    private async Task<HttpResponseMessage> RecordAsync(ExchangeTape tape, HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (!tape.TryBegin(await BodyAsync(request, cancellationToken), secrets.All)) return await base.SendAsync(request, cancellationToken);
        HttpResponseMessage response;
        try
        {
            response = await base.SendAsync(request, cancellationToken);
        }
        catch (Exception error) when (error is HttpRequestException or OperationCanceledException { InnerException: TimeoutException })
        {
            tape.Failed(ExchangeEnding.Unreachable, error);
            throw;
        }
        tape.Answered((int)response.StatusCode, response.ReasonPhrase, response.Content.Headers.TryGetValues("Content-Type", out var type) ? type.First() : null, ProviderFaults.RetryAfter(response.Headers, TimeProvider.System));
        response.Content = Like(response.Content, new TapedStream(await response.Content.ReadAsStreamAsync(cancellationToken), tape));
        return response;
    }

    private static async Task<HttpResponseMessage> AnswerAsync(RecordedAnswer answer, HttpRequestMessage request, CancellationToken cancellationToken)
    {
        answer.Asked(await BodyAsync(request, cancellationToken));
        if (answer.Status is not { } status) throw answer.Ending() ?? new HttpRequestException("No answer was recorded.");
        var response = new HttpResponseMessage((HttpStatusCode)status) { RequestMessage = request, ReasonPhrase = answer.Reason, Content = new StreamContent(new RecordedStream(answer)) };
        if (answer.ContentType is { } type) response.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        if (answer.RetryAfter is { } wait) response.Headers.RetryAfter = new RetryConditionHeaderValue(wait);
        return response;
    }

    private static async Task<byte[]> BodyAsync(HttpRequestMessage request, CancellationToken cancellationToken) => request.Content is { } content ? await content.ReadAsByteArrayAsync(cancellationToken) : [];

    /// <summary>The same content out of another stream.</summary>
    private static StreamContent Like(HttpContent content, Stream stream)
    {
        var like = new StreamContent(stream);
        foreach (var (name, values) in content.Headers) like.Headers.TryAddWithoutValidation(name, values);
        return like;
    }
}
