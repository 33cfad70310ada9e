using System.Text.Json;
using Turnpike.Hosts.Tests.Server;

namespace Turnpike.Hosts.Tests.Compatible;

/// <summary>What tests of the faces do often.</summary>
internal static class FaceCalls
{
    /// <summary>Posts JSON text.</summary>
    public static Task<HttpResponseMessage> PostJsonAsync(this RunningServer server, string path, string body, params (string Name, string Value)[] headers) => server.SendAsync(HttpMethod.Post, path, body, headers);

    /// <summary>Posts JSON text and reads the answer, which must be a success.</summary>
    public static async Task<JsonElement> AnswerAsync(this RunningServer server, string path, string body)
    {
        using var response = await server.PostJsonAsync(path, body);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, text);
        return JsonDocument.Parse(text).RootElement.Clone();
    }

    /// <summary>The error of a refused request.</summary>
    public static async Task<(int Status, string Code, string? Param, string Message)> ErrorAsync(this RunningServer server, string path, string body, params (string Name, string Value)[] headers)
    {
        using var response = await server.PostJsonAsync(path, body, headers);
        return await ErrorAsync(response);
    }

    public static async Task<(int Status, string Code, string? Param, string Message)> ErrorAsync(HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var error = JsonDocument.Parse(text).RootElement.GetProperty("error");
        Assert.Equal(["message", "type", "param", "code"], error.EnumerateObject().Select(member => member.Name));
        return ((int)response.StatusCode, error.GetProperty("code").GetString()!, error.GetProperty("param").GetString(), error.GetProperty("message").GetString()!);
    }

    /// <summary>The <c>data:</c> lines of a stream.</summary>
    public static async Task<IReadOnlyList<string>> LinesAsync(this RunningServer server, string path, string body)
    {
        using var response = await server.PostJsonAsync(path, body);
        return Lines(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    public static IReadOnlyList<string> Lines(string stream) => [.. stream.Split('\n').Where(line => line.StartsWith("data: ", StringComparison.Ordinal)).Select(line => line["data: ".Length..])];

    public static IReadOnlyList<JsonElement> Chunks(IReadOnlyList<string> lines) => [.. lines.Where(line => line != "[DONE]").Select(line => JsonDocument.Parse(line).RootElement.Clone())];

    public static string? Text(this JsonElement from, string name) => from.GetProperty(name).GetString();
}
