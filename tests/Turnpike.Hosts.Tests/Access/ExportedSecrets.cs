using System.Text;
using System.Text.Json;
using Turnpike.Hosts.Tests.Server;

namespace Turnpike.Hosts.Tests.Access;

/// <summary>A file of prompts carries no values of secret variables, in whatever form it is written.</summary>
public sealed class ExportedSecrets
{
    private const string Kept = "---\n# ours\ninput:\n  schema:\n    token: string\n  default:\n    token: hush\nturnpike:\n  variables:\n    token:\n      secret: true\n---\nUse {{token}}.\n";

    private static readonly object[] Messages = [new { role = "user", content = "Use {{token}}." }];
    private static readonly object[] Variables = [new { name = "token", type = "string", secret = true, @default = "hush" }];

    [Theory]
    [InlineData(null)]
    [InlineData(Kept)]
    public async Task Are_left_out_of_every_export(string? file)
    {
        await using var server = new RunningServer();
        var prompt = new Dictionary<string, object> { ["key"] = "guide", ["messages"] = Messages, ["variables"] = Variables };
        if (file is not null) prompt["file"] = file;
        await server.PostAsync("/api/prompts", prompt);
        foreach (var (method, path, accept) in ((HttpMethod, string, string)[])[(HttpMethod.Get, "/api/prompts/guide/export", "application/json"), (HttpMethod.Get, "/api/prompts/guide/export", "text/x-dotprompt"), (HttpMethod.Post, "/api/prompts/export", "application/json")])
        {
            using var response = await server.SendAsync(method, path, method == HttpMethod.Post ? """{"keys":["guide"]}""" : null, ("Accept", accept));
            var text = Encoding.UTF8.GetString(await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
            Assert.Equal((accept, 200), (accept, (int)response.StatusCode));
            Assert.Contains("token", text, StringComparison.Ordinal);
            Assert.DoesNotContain("hush", text, StringComparison.Ordinal);
            if (accept == "application/json") Assert.True(JsonDocument.Parse(text).RootElement.GetProperty("prompts")[0].GetProperty("variables")[0].GetProperty("secret").GetBoolean());
        }
    }
}
