using System.Text.Json;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Hosts.Tests.Providers;

namespace Turnpike.Hosts.Tests.Server;

/// <summary>The real server with two tools, rules, a tag and prompts, in front of a loopback provider whose request bodies are looked at.</summary>
public sealed class TriggerRoad : IAsyncLifetime
{
    private readonly RawServer _provider = RawServer.Start(exchange => exchange.StreamAsync(Answer(exchange.Request.Body))).Unlisted();

    public TriggerRoad() => Server = new(
        services => services.AddSingleton(AIFunctionFactory.Create((string query) => "found", "webSearch", "Searches the web.")).AddSingleton(AIFunctionFactory.Create((string sum) => "4", "calculator", "Calculates.")),
        ("OPENAI_BASE_URL", _provider.Url + "v1"), ("OPENAI_API_KEY", "sk-test"));

    public RunningServer Server { get; }

    public async ValueTask InitializeAsync()
    {
        foreach (var (path, body) in Kept)
        {
            using var made = await Server.CurlAsync(path, body);
            Assert.Equal(201, (int)made.StatusCode);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        await _provider.DisposeAsync();
    }

    /// <summary>Runs a turn and gives the body of the last request that reached the provider, with the turn as kept.</summary>
    public async Task<(JsonElement Body, JsonElement Turn)> RunAsync(string request)
    {
        using var response = await Server.CurlAsync("/api/turns", request);
        var turn = await Server.JsonAsync(response);
        Assert.True(response.IsSuccessStatusCode, turn.ToString());
        await AllEndAsync(turn.GetProperty("conversation").GetString());
        return (_provider.Requests.IsEmpty ? default : JsonElement.Parse(_provider.Requests.Last().Body), turn);
    }

    /// <summary>Waits for the turns that were begun beside it too: what they send would be taken for another test's.</summary>
    private async Task AllEndAsync(string? conversation)
    {
        while ((await Server.GetJsonAsync($"/api/conversations/{conversation}/turns?branches=true")).GetProperty("data").EnumerateArray().Any(one => !one.TryGetProperty("endedAt", out _))) await Task.Delay(10);
    }

    /// <summary>How many requests reached the provider.</summary>
    public int Asked => _provider.Requests.Count;

    private static readonly (string Path, string Body)[] Kept =
    [
        ("/api/rules", """{"name":"brief","content":"BRIEF","tags":["voice"]}"""),
        ("/api/rules", """{"name":"kind","content":"KIND"}"""),
        ("/api/rules", """{"name":"always","content":"ALWAYS","alwaysOn":true,"placement":"after"}"""),
        ("/api/prompts", """{"key":"translate","messages":[{"role":"user","content":"Translate to {{language}}: {{input}}"}],"variables":[{"name":"language","type":"string","required":true}]}"""),
        ("/api/prompts", """{"key":"reviewer","messages":[{"role":"system","content":"You review. Be {{tone}}."}],"variables":[{"name":"tone","type":"string","default":"strict"}],"model":"openai/critic","parameters":{"temperature":0.1},"tools":["calculator"],"rules":["kind"]}"""),
        ("/api/prompts", """{"key":"invoice","messages":[{"role":"user","content":"Read it."}],"output":{"schema":{"type":"object","properties":{"total":{"type":"number"}},"required":["total"],"additionalProperties":false}}}"""),
    ];

    /// <summary>Whoever asks for a shape gets names; everybody else a word.</summary>
    private static string[] Answer(string body)
    {
        var text = body.Contains("Decide which tools", StringComparison.Ordinal) ? """{"tools":["calculator"]}""" : body.Contains("Decide which rules", StringComparison.Ordinal) ? """{"rules":["kind"]}""" : "ok";
        return [$"data: {{\"choices\":[{{\"index\":0,\"delta\":{{\"role\":\"assistant\",\"content\":{JsonSerializer.Serialize(text)}}},\"finish_reason\":\"stop\"}}]}}\n\n", "data: [DONE]\n\n"];
    }
}
