namespace Turnpike.Providers.Mcp;

/// <summary>Breaks an answer off that is longer than it may be, while it is read, and drops its connection.</summary>
internal sealed class BoundedAnswers(int mostBytes) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        if (response.Content.Headers.ContentLength > mostBytes)
        {
            response.Dispose();
            throw new AnswerTooLongException(mostBytes);
        }
        var parts = response.Content.Headers.ContentType?.MediaType == "text/event-stream" ? MessageFraming.Events : MessageFraming.Whole;
        var bounded = new StreamContent(new MessageStream(await response.Content.ReadAsStreamAsync(cancellationToken), mostBytes, parts));
        foreach (var (name, values) in response.Content.Headers)
        {
            if (!name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase)) bounded.Headers.TryAddWithoutValidation(name, values); // a message may become shorter
        }
        response.Content = bounded;
        return response;
    }
}

/// <summary>A message of a tool server was longer than it may be.</summary>
internal sealed class AnswerTooLongException(int mostBytes) : InvalidOperationException(FormattableString.Invariant($"The answer is longer than {mostBytes:N0} bytes (Turnpike:AnswerBytes)."))
{
    /// <summary>It, if it is what an error comes from.</summary>
    public static AnswerTooLongException? In(Exception? error) => error is null or AnswerTooLongException ? error as AnswerTooLongException : In(error.InnerException);
}
