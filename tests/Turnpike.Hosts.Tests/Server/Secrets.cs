using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Turnpike.Hosts.Tests.Cli;

namespace Turnpike.Hosts.Tests.Server;

/// <summary>The value of a secret variable reaches the model and nobody who only looks.</summary>
public sealed class Secrets
{
    private const string Secret = "hunter2-and-more";

    private const string Lost = "hunter2";

    private static readonly object Prompt = new
    {
        key = "vault",
        messages = new[] { new { role = "system", content = "The key is {{key}}." }, new { role = "user", content = "Open {{door}} with {{key}}: {{input}}" } },
        variables = new object[] { new { name = "key", type = "string", secret = true }, new { name = "door", type = "string", @default = "it" } },
    };

    /// <summary>Where the secret comes from: what is kept before, members of the request, text in front.</summary>
    public static TheoryData<string, string, string> Ways => new()
    {
        { $$"""{"key":"{{Secret}}"}""", "", "" },
        { "{}", $$""","variables":{"key":"{{Secret}}"}""", "" },
        { "{}", "", $"@.vars.set key={Secret}; " },
        { $$"""{"key":"{{Lost}}"}""", $$""","variables":{"key":"{{Lost}}"}""", $"@.vars.set key={Lost}; @.vars.set key={Secret}; " },
    };

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Reach_the_model_but_no_trace_preview_explanation_log_or_terminal(string kept, string members, string text)
    {
        var log = new Lines();
        await using var server = new RunningServer(services => services.AddSingleton<ILoggerProvider>(log), ("Logging:LogLevel:Default", "Trace"), ("Logging:LogLevel:Microsoft.AspNetCore", "Trace"));
        await server.PostAsync("/api/prompts", Prompt);
        await server.PostAsync("/api/rules", new { name = "mind", content = "Mind {{key}}.", placement = "after", alwaysOn = true });
        using (var global = await server.SendAsync(HttpMethod.Patch, "/api/variables/global", kept)) Assert.True(global.IsSuccessStatusCode);
        log.All.Clear();

        var request = $$"""{"prompt":"vault","content":"{{text}}@.nope.nope {{Secret}}; Go"{{members}}}""";
        using var response = await server.CurlAsync("/api/turns", request);
        var turn = await server.JsonAsync(response);
        Assert.Contains($"The key is {Secret}.", server.Model.Last.Transcript[0], StringComparison.Ordinal);
        Assert.Contains($"Mind {Secret}.", server.Model.Last.Transcript[1], StringComparison.Ordinal);

        var id = turn.GetProperty("id").GetString()!;
        using var preview = await server.CurlAsync("/api/turns/preview", request);
        var address = server.Client.BaseAddress!.ToString();
        var shown = new Dictionary<string, string>
        {
            ["preview"] = (await server.JsonAsync(preview)).GetRawText(),
            ["trace"] = (await server.GetJsonAsync($"/api/turns/{id}/trace")).GetRawText(),
            ["triggers"] = turn.GetProperty("triggers").GetRawText(),
            ["variables"] = turn.GetProperty("variables").GetRawText(),
            ["warnings"] = turn.GetProperty("warnings").GetRawText(),
            ["explanation"] = (await server.GetJsonAsync($"/api/conversations/{turn.GetProperty("conversation").GetString()}/variables")).GetRawText(),
            ["turnpike trace"] = (await CommandLine.RunAsync(["trace", id, "--server", address])).Out,
            ["turnpike preview"] = (await CommandLine.RunAsync(["preview", "vault", "Go", "-v", "key=" + Secret, "--server", address])).Out,
            ["log"] = string.Join('\n', log.All),
        };
        Assert.All(shown, place => Assert.False(place.Value.Contains(Lost, StringComparison.Ordinal), $"{place.Key}: {place.Value}"));
        Assert.Contains("The key is •••.", shown["preview"], StringComparison.Ordinal);
        Assert.Contains("The key is •••.", shown["turnpike preview"], StringComparison.Ordinal);
        Assert.Contains("variables.key  \"•••\"", shown["turnpike trace"], StringComparison.Ordinal);
        Assert.NotEmpty(log.All);
    }

    [Fact]
    public async Task Of_another_prompt_that_a_trigger_uses_are_hidden_too()
    {
        await using var server = new RunningServer();
        await server.PostAsync("/api/prompts", Prompt);
        var turn = await server.TurnAsync(new { content = $"@.agent.use vault key={Secret}; Go" });
        Assert.Equal($"system: The key is {Secret}.", server.Model.Last.Transcript[0]);
        Assert.DoesNotContain(Secret, (await server.GetJsonAsync($"/api/turns/{turn.GetProperty("id").GetString()}/trace")).GetRawText(), StringComparison.Ordinal);
        Assert.Equal("""["vault","key=•••"]""", JsonSerializer.Serialize(turn.GetProperty("triggers")[0].GetProperty("arguments"), JsonSerializerOptions.Web).Replace("\\u2022", "•", StringComparison.Ordinal));
    }

    private sealed class Lines : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> All { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => All.Enqueue(formatter(state, exception) + exception);

        public void Dispose() => All.Clear();
    }
}
