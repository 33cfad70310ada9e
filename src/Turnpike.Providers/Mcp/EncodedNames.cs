using System.Text;

namespace Turnpike.Providers.Mcp;

/// <summary>Writes the name of a tool that a header cannot hold as the protocol says, in Base64: the SDK puts it there as it is, and such a request is never sent.</summary>
internal sealed class EncodedNames : DelegatingHandler
{
    private const string Header = "Mcp-Name";

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Headers.NonValidated.TryGetValues(Header, out var values) && values.ToString() is { } name && !IsPlain(name))
        {
            request.Headers.Remove(Header);
            request.Headers.Add(Header, $"=?base64?{Convert.ToBase64String(Encoding.UTF8.GetBytes(name))}?=");
        }
        return base.SendAsync(request, cancellationToken);
    }

    private static bool IsPlain(string name) => name.All(letter => letter is >= ' ' and <= '~') && name.Trim() == name;
}
