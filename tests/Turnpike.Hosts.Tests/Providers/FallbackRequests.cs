using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Models;
using Turnpike.Pipeline;
using Turnpike.Prompts;
using Turnpike.Providers.Anthropic;
using Turnpike.Providers.OpenAICompatible;
using Turnpike.Turns.Catalogs;

namespace Turnpike.Hosts.Tests.Providers;

/// <summary>What reaches the provider of a model that stands in for another.</summary>
public sealed class FallbackRequests
{
    [Fact]
    public async Task Only_what_that_model_takes_is_sent_and_the_turn_tells_what_was_left_out()
    {
        await using var down = RawServer.Answering("503 Service Unavailable", "{}");
        await using var up = RawServer.Streaming("data: {\"choices\":[{\"delta\":{\"content\":\"```json\\n{\\\"total\\\":3}\\n```\"},\"finish_reason\":\"stop\"}]}\n\n", "data: [DONE]\n\n");
        using var first = new OpenAICompatibleProvider(new() { Name = "first", BaseUrl = new(down.Url, "v1") });
        using var spare = new OpenAICompatibleProvider(new() { Name = "spare", BaseUrl = new(up.Url, "v1") });
        var services = new ServiceCollection();
        services.AddTurnpike().AddModel("first/m", first.Client("m")).AddModel("spare/s", spare.Client("s")).UseModel("first/m").AddTool(() => "sun", "weather");
        services.Configure<ModelOptions>(options => options.Attempts = 1).Configure<ModelCatalogOptions>(options => options.Models["spare/s"] = new() { Id = "spare/s", Provider = "spare", Parameters = ["topP"], Tools = false });
        await using var built = services.BuildServiceProvider();
        var runner = built.GetRequiredService<TurnRunner>();

        var started = await runner.StartAsync(new()
        {
            Prompt = new Prompt { Fallback = ["spare/s"], Messages = [new() { Role = "system", Content = [new() { Type = "text", Text = "Be brief." }] }] },
            Content = "How much?",
            Tools = ["weather"],
            Parameters = new()
            {
                Temperature = 0.5,
                TopP = 0.25,
                ToolChoice = "required",
                ProviderOptions = new() { ["prompt_cache_key"] = "k", ["own"] = 1 },
                ResponseFormat = new() { ["type"] = "json_schema", ["schema"] = JsonNode.Parse("""{"type":"object","properties":{"total":{"type":"number"}},"required":["total"]}""") },
            },
        }, TestContext.Current.CancellationToken);
        var turn = await runner.WaitAsync(started.Turn.Id, TestContext.Current.CancellationToken);

        Assert.Equal("messages model own prompt_cache_key response_format stream stream_options temperature tool_choice tools top_p", Members(down));
        Assert.Equal("messages model own stream stream_options top_p", Members(up));
        var messages = JsonNode.Parse(up.Request.Body)!["messages"]!.AsArray();
        Assert.Equal(["Be brief.", "Answer with JSON only", "How much?"], messages.Select(message => (string)message!["content"]! is var text && text.StartsWith("Answer", StringComparison.Ordinal) ? text[..21] : text));
        Assert.Equal(("{\"total\":3}", 3), (turn.Answer, turn.Output?.GetProperty("total").GetInt32()));
        Assert.Equal(["first/m", "spare/s"], turn.Attempts.Select(attempt => attempt.Model));
        Assert.Equal(["parameter_dropped temperature", "parameter_dropped toolChoice", "parameter_dropped prompt_cache_key", "tools_left_out weather"], turn.Warnings.Select(warning => $"{warning.Code} {Named(warning.Message)}"));

        static string Named(string message) => message.Contains("weather", StringComparison.Ordinal) ? "weather" : message.Split('"')[3];
    }

    [Fact]
    public async Task A_request_that_the_first_provider_cannot_write_is_sent_to_the_next_and_costs_nothing_there()
    {
        await using var up = RawServer.Streaming("data: {\"choices\":[{\"delta\":{\"content\":\"{\\\"total\\\":3}\"},\"finish_reason\":\"stop\"}]}\n\n", "data: [DONE]\n\n");
        using var first = new AnthropicProvider(new() { BaseUrl = RawServer.Nobody(), Key = "k" });
        using var spare = new OpenAICompatibleProvider(new() { Name = "spare", BaseUrl = new(up.Url, "v1") });
        var services = new ServiceCollection();
        services.AddTurnpike().AddModel("anthropic/m", first.Client("m")).AddModel("spare/s", spare.Client("s")).UseModel("anthropic/m");
        services.Configure<ModelCatalogOptions>(options => options.Models["anthropic/m"] = new() { Id = "anthropic/m", Provider = "anthropic", Price = new() { Input = 1, Output = 1 } });
        await using var built = services.BuildServiceProvider();
        var runner = built.GetRequiredService<TurnRunner>();

        var started = await runner.StartAsync(new() { Prompt = new Prompt { Fallback = ["spare/s"] }, Content = "How much?", Parameters = new() { ResponseFormat = new() { ["type"] = "json_object" } } }, TestContext.Current.CancellationToken);
        var turn = await runner.WaitAsync(started.Turn.Id, TestContext.Current.CancellationToken);

        Assert.Equal("{\"total\":3}", turn.Answer);
        Assert.Equal("json_object", (string?)JsonNode.Parse(up.Request.Body)!["response_format"]!["type"]);
        Assert.Equal(["anthropic/m Failed parameter_invalid", "spare/s Completed "], turn.Attempts.Select(attempt => $"{attempt.Model} {attempt.Status} {attempt.Error?.Code}"));
        Assert.Equal((null, null), (turn.Attempts[0].Usage, turn.Attempts[0].Cost));
    }

    private static string Members(RawServer server) => string.Join(' ', JsonNode.Parse(server.Request.Body)!.AsObject().Select(member => member.Key).Order(StringComparer.Ordinal));
}
