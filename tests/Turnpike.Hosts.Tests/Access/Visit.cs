using System.Text.Json;
using Turnpike.Hosts.Tests.Server;
using Turnpike.Turns.Access;

namespace Turnpike.Hosts.Tests.Access;

/// <summary>Requests with keys.</summary>
internal static class Visit
{
    /// <summary>Makes a key as the command line does, whatever keys there are.</summary>
    public static Task<IssuedKey> KeyAsync(this RunningServer server, string name, params string[] scopes) => server.KeyAsync(new NewKey { Name = name, Scopes = scopes });

    public static Task<IssuedKey> KeyAsync(this RunningServer server, NewKey asked) => server.Get<KeyDesk>().CreateAsync(asked, TestContext.Current.CancellationToken);

    /// <summary>Sends a request with a key; null: without one.</summary>
    public static Task<HttpResponseMessage> WithAsync(this RunningServer server, string? secret, HttpMethod method, string path, string? body = null, params (string Name, string Value)[] headers) =>
        server.SendAsync(method, path, body, secret is null ? headers : [("Authorization", "Bearer " + secret), .. headers]);

    /// <summary>Sends a request with a key and reads its JSON.</summary>
    public static async Task<(int Status, JsonElement Body)> AskAsync(this RunningServer server, string? secret, HttpMethod method, string path, object? body = null)
    {
        using var response = await server.WithAsync(secret, method, path, body is null ? null : JsonSerializer.Serialize(body));
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return ((int)response.StatusCode, text.Length == 0 ? default : JsonDocument.Parse(text).RootElement);
    }
}
