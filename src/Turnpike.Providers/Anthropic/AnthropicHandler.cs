using System.Runtime.CompilerServices;
using Turnpike.Providers.Http;

namespace Turnpike.Providers.Anthropic;

/// <summary>Sees each request of the SDK last and each answer first: streams stay uncompressed and hold no halves of characters, refusals keep their <c>Retry-After</c>.</summary>
internal sealed class AnthropicHandler(HttpMessageHandler inner, ProviderCalls calls, string? model, bool hasKey) : DelegatingHandler(inner)
{
    private static readonly AsyncLocal<StrongBox<string?>?> Ambient = new();

    /// <summary>Where it is told what the provider calls the request of this flow of calls: the SDK's updates do not say.</summary>
    public static StrongBox<string?>? Called
    {
        set => Ambient.Value = value;
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Headers.AcceptEncoding.Clear();
        if (!hasKey)
        {
            request.Headers.Authorization = null;
            request.Headers.Remove("x-api-key");
        }
        var response = await calls.CheckAsync(base.SendAsync(request, cancellationToken), model, cancellationToken);
        if (Ambient.Value is { } called) called.Value = ProviderFaults.RequestId(response.Headers);
        if (request.Method == HttpMethod.Post) await MendAsync(response, cancellationToken); // an answer of a model, whatever it is called
        return response;
    }

    private static async Task MendAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var type = response.Content.Headers.ContentType;
        response.Content = new StreamContent(new MendedLines(await response.Content.ReadAsStreamAsync(cancellationToken))) { Headers = { ContentType = type } };
    }
}
