using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Turnpike.Hosts.Tests.Chaos;
using Turnpike.Pipeline;
using Turnpike.Turns;

namespace Turnpike.Hosts.Tests.Server;

public sealed class Stopping
{
    [Fact]
    public async Task A_server_that_stops_lets_its_turns_end_and_their_readers_hear_it()
    {
        await using var server = new RunningServer();
        var go = new TaskCompletionSource();
        server.Model.Answers((_, _) => WordsAsync(go.Task));
        var id = await server.SubmitAsync();
        using var reader = new StreamReader(await server.Client.GetStreamAsync($"/api/turns/{id}/events", TestContext.Current.CancellationToken));
        while (await reader.ReadLineAsync(TestContext.Current.CancellationToken) is { } line && line != "event: text.delta") { }

        server.Get<IHostApplicationLifetime>().StopApplication();
        while (!server.Get<TurnRunner>().IsStopping) await Task.Yield();
        var refused = await Assert.ThrowsAsync<TurnException>(() => server.Get<TurnRunner>().StartAsync(new() { Content = "One more" }, TestContext.Current.CancellationToken));
        Assert.Equal(TurnErrorCode.ShuttingDown, refused.Code);
        using var told = await server.SendAsync(HttpMethod.Post, "/api/turns", """{"content":"One more"}""");
        Assert.Equal((503, 5), ((int)told.StatusCode, (int?)told.Headers.RetryAfter?.Delta?.TotalSeconds));
        using var ready = await server.SendAsync(HttpMethod.Get, "/health/ready");
        Assert.Equal(503, (int)ready.StatusCode);
        go.SetResult();
        Assert.Contains("event: turn.completed", await reader.ReadToEndAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_turn_that_takes_too_long_is_ended_with_what_it_said()
    {
        await using var server = new RunningServer(null, ("Turnpike:Runner:Drain", "00:00:00"));
        server.Model.Answers((_, stop) => WordsAsync(Task.Delay(Timeout.Infinite, stop)));
        var id = await server.SubmitAsync();
        using var reader = new StreamReader(await server.Client.GetStreamAsync($"/api/turns/{id}/events", TestContext.Current.CancellationToken));
        while (await reader.ReadLineAsync(TestContext.Current.CancellationToken) is { } line && line != "event: text.delta") { }
        server.Get<IHostApplicationLifetime>().StopApplication();
        Assert.Contains("event: turn.interrupted", await reader.ReadToEndAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_turn_that_waits_for_somebody_waits_on_and_its_readers_are_sent_away()
    {
        await using var server = new RunningServer(services => services.AddSingleton<AIFunction>(AIFunctionFactory.Create(() => "sent", "mail")), ("Turnpike:ToolCalls:Approval:mail", "ask"));
        server.Model.Calls("mail");
        using var submitted = await server.SendAsync(HttpMethod.Post, "/api/turns", """{"content":"Post","tools":["mail"],"onDisconnect":"cancel"}""", ("Accept", "text/event-stream"));
        var id = submitted.Headers.GetValues("Turnpike-Turn").Single();
        using var reader = new StreamReader(await submitted.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
        while (await reader.ReadLineAsync(TestContext.Current.CancellationToken) is { } line && line != "event: step.completed") { }
        var runner = server.Get<TurnRunner>();
        await runner.WaitAsync(id, TestContext.Current.CancellationToken);

        await runner.StopAsync(TestContext.Current.CancellationToken); // as the host does first, while the server still answers
        var rest = await reader.ReadToEndAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(8), TestContext.Current.CancellationToken); // an end, and not a broken connection
        Assert.DoesNotContain("event: turn.", rest, StringComparison.Ordinal);
        Assert.Equal("waiting", (await server.GetJsonAsync("/api/turns/" + id)).GetProperty("status").GetString());
        Assert.DoesNotContain("event: turn.completed", await server.Client.GetStringAsync($"/api/turns/{id}/events", TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(8), TestContext.Current.CancellationToken), StringComparison.Ordinal); // who comes now is told what there is
    }

    [Fact]
    public async Task A_process_that_is_told_to_stop_answers_new_connections_until_its_turns_have_ended()
    {
        await using var model = await PacedModel.StartAsync();
        await using var servers = new ServerProcesses();
        var (process, http) = await servers.StartAsync(("OPENAI_BASE_URL", model.BaseUrl), ("Turnpike__Runner__Drain", "00:00:30"));
        using (http)
        {
            var id = await GoOnAsync(http);
            using (var kill = Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)])) await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
            HttpResponseMessage told;
            do
            {
                told = await AskAsync(http, HttpMethod.Get, "/health/ready");
            }
            while (told.IsSuccessStatusCode); // until the signal has come through
            Assert.Equal((503, 5), ((int)told.StatusCode, (int?)told.Headers.RetryAfter?.Delta?.TotalSeconds));
            var refused = await AskAsync(http, HttpMethod.Post, "/api/turns", """{"content":"One more"}""");
            Assert.Equal((503, "shutting_down"), ((int)refused.StatusCode, (await refused.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken)).GetProperty("code").GetString()));
            Assert.Equal(202, (int)(await AskAsync(http, HttpMethod.Post, $"/api/turns/{id}/cancel")).StatusCode);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.Equal(0, process.ExitCode);
        }
    }

    [Fact]
    public async Task A_server_that_was_killed_has_ended_its_turns_when_it_is_up_again_and_one_beside_it_leaves_them_alone()
    {
        await using var model = await PacedModel.StartAsync();
        await using var servers = new ServerProcesses();
        var (first, http) = await servers.StartAsync(("OPENAI_BASE_URL", model.BaseUrl));
        var killed = await GoOnAsync(http);
        await ServerProcesses.KillAsync(first);
        http.Dispose();
        (_, http) = await servers.StartAsync(("OPENAI_BASE_URL", model.BaseUrl));
        using (http)
        {
            Assert.Equal("interrupted", await StatusAsync(http, killed));
            Assert.Contains("event: turn.interrupted", await http.GetStringAsync($"/api/turns/{killed}/events", TestContext.Current.CancellationToken), StringComparison.Ordinal);
            var running = await GoOnAsync(http);
            var (_, beside) = await servers.StartAsync(("OPENAI_BASE_URL", model.BaseUrl));
            using (beside) Assert.Equal("running", await StatusAsync(beside, running));
        }
    }

    /// <summary>Starts a turn that goes on for long.</summary>
    private static async Task<string> GoOnAsync(HttpClient http)
    {
        using var submitted = await http.SendAsync(new(HttpMethod.Post, "/api/turns") { Content = new StringContent("""{"content":"Go on","model":"openai/words-100000"}"""), Headers = { { "Prefer", "respond-async" } } }, TestContext.Current.CancellationToken);
        return submitted.Headers.GetValues("Turnpike-Turn").Single();
    }

    private static async Task<string?> StatusAsync(HttpClient http, string turn) =>
        (await http.GetFromJsonAsync<JsonElement>("/api/turns/" + turn, TestContext.Current.CancellationToken)).GetProperty("status").GetString();

    /// <summary>Asks over a connection of its own.</summary>
    private static Task<HttpResponseMessage> AskAsync(HttpClient http, HttpMethod method, string path, string? body = null)
    {
        var request = new HttpRequestMessage(method, path) { Content = body is null ? null : new StringContent(body), Headers = { ConnectionClose = true } };
        return http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    private static async IAsyncEnumerable<ChatResponseUpdate> WordsAsync(Task go)
    {
        yield return new(ChatRole.Assistant, "one");
        await go;
        yield return new(ChatRole.Assistant, " two");
    }
}
