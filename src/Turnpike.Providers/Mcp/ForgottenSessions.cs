using System.Net;

namespace Turnpike.Providers.Mcp;

/// <summary>
/// Tells each request by itself that the server has forgotten its session. The SDK would take the first such answer for the end of the connection and cut off all
/// other requests on it, so that nobody knew of them whether they were taken.
/// </summary>
internal sealed class ForgottenSessions : DelegatingHandler
{
    private const string Header = "Mcp-Session-Id";

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        if (response.StatusCode != HttpStatusCode.NotFound || request.Method != HttpMethod.Post || !request.Headers.Contains(Header)) return response;
        response.Dispose();
        throw new HttpRequestException("The server answers 404 (Not Found): it knows nothing of the session any more.", null, HttpStatusCode.NotFound);
    }
}
