using System.Text.Json;
using Turnpike.Hosts.Tests.Server;

namespace Turnpike.Hosts.Tests.Access;

/// <summary>A secret is a mask in every form in which a template can write it.</summary>
public sealed class FormsOfSecrets
{
    private const string Pem = "-----BEGIN KEY-----\nMIIEvQIBADANBgkq\nhkiG9w0BAQ\"EF\\AASC\n-----END KEY-----\n";

    /// <summary>Type, value, template, what the model must read, what nobody else may.</summary>
    public static TheoryData<string, string, string, string, string[]> Forms => new()
    {
        { "text", JsonSerializer.Serialize(Pem), "K {{json k}} E", "MIIEvQIBADANBgkq\\nhkiG9w0BAQ\\\"EF\\\\AASC", ["MIIEvQ", "hkiG9w0"] },
        { "text", JsonSerializer.Serialize(Pem), "K {{k}}", "MIIEvQIBADANBgkq\nhkiG9w0BAQ\"EF", ["MIIEvQ", "hkiG9w0"] },
        { "text", JsonSerializer.Serialize(Pem), "{{#with k}}K {{this}}{{/with}}", "MIIEvQIBADANBgkq\nhkiG9w0BAQ\"EF", ["MIIEvQ", "hkiG9w0"] },
        { "file", "\"data:text/plain,TOPSECRET\"", "K {{k}} E", "TOPSECRET", ["TOPSECRET"] },
        { "file", "\"data:text/plain;base64,VE9QU0VDUkVU\"", "K {{media url=k}} E", "TOPSECRET", ["TOPSECRET", "VE9QU0VDUkVU"] },
        { "number", "\"9.876540e5\"", "K {{k}} E", "987654", ["987654", "9.876540e5"] },
        { "number", "9.876540e5", "K {{json k}} E", "987654", ["987654", "9.876540e5"] },
        { "object", """{"tokenOfVault":"x\"y-hunter2","pin":9.876540e5}""", "K {{json k}} E", "\"tokenOfVault\":\"x\\\"y-hunter2\"", ["tokenOfVault", "hunter2", "987654"] },
        { "object", """{"tokenOfVault":"x\"y-hunter2","pin":9.876540e5}""", "K {{json k indent=2}} E", "\"tokenOfVault\": \"x\\\"y-hunter2\"", ["tokenOfVault", "hunter2", "987654"] },
        { "object", """{"inner":{"tokenOfVault":"hunter2"}}""", "K {{#with k}}{{json inner}}{{/with}} E", "\"tokenOfVault\":\"hunter2\"", ["tokenOfVault", "hunter2"] },
        { "list", """["a\"hunter2","b-hunter3"]""", "K {{#each k}}{{json this}}, {{/each}} E", "\"a\\\"hunter2\"", ["hunter2", "hunter3"] },
        { "list", """["a\"hunter2","b-hunter3"]""", "K {{k}} E", "a\"hunter2,b-hunter3", ["hunter2", "hunter3"] },
    };

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task Nobody_who_looks_sees_one(string type, string value, string template, string read, string[] hidden)
    {
        await using var server = new RunningServer();
        using (var saved = await server.PostAsync("/api/prompts", new { key = "vault", messages = new[] { new { role = "system", content = "Be brief." }, new { role = "user", content = template } }, variables = new[] { new { name = "k", type, secret = true } } })) Assert.True(saved.IsSuccessStatusCode);
        await server.PostAsync("/api/rules", new { name = "mind", content = "Mind {{json k}}.", placement = "system", alwaysOn = true });
        var request = $$$"""{"prompt":"vault","content":"Go","variables":{"k":{{{value}}}}}""";
        using var response = await server.CurlAsync("/api/turns", request);
        var turn = await server.JsonAsync(response);
        Assert.Equal(200, (int)response.StatusCode);
        Assert.Contains(read, string.Concat(server.Model.Last.Messages.SelectMany(message => message.Contents).Select(part => part.ToString())), StringComparison.Ordinal);

        var id = turn.GetProperty("id").GetString()!;
        using var preview = await server.CurlAsync("/api/turns/preview", request);
        var shown = new Dictionary<string, string> { ["turn"] = turn.GetRawText(), ["preview"] = (await server.JsonAsync(preview)).GetRawText() };
        foreach (var path in (string[])[$"/api/turns/{id}/request", $"/api/turns/{id}/trace", $"/api/turns/{id}/events?after=0", $"/api/conversations/{turn.GetProperty("conversation").GetString()}/turns", $"/api/conversations/{turn.GetProperty("conversation").GetString()}/export"])
            shown[path] = await server.Client.GetStringAsync(path, TestContext.Current.CancellationToken);
        foreach (var (place, text) in shown) foreach (var word in hidden) Assert.False(text.Contains(word, StringComparison.Ordinal), $"{place} shows {word}: {text}");

        await server.TurnAsync(new { conversation = turn.GetProperty("conversation").GetString(), content = "On" });
        Assert.Contains(read, string.Concat(server.Model.Last.Messages.SelectMany(message => message.Contents).Select(part => part.ToString())), StringComparison.Ordinal);
    }
}
