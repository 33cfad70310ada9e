using Turnpike.Providers.Http;

namespace Turnpike.Providers.Anthropic;

/// <summary>Sees each request of the SDK last and each answer first: streams stay uncompressed, refusals keep their <c>Retry-After</c>.</summary>
internal sealed class AnthropicHandler(HttpMessageHandler inner, ProviderCalls calls, string? model, bool hasKey) : DelegatingHandler(inner)
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Headers.AcceptEncoding.Clear();
        if (!hasKey)
        {
            request.Headers.Authorization = null;
            request.Headers.Remove("x-api-key");
        }
        return calls.CheckAsync(base.SendAsync(request, cancellationToken), model, cancellationToken);
    }
}
