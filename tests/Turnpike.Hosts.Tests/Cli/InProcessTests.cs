using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Turnpike.Hosts.Tests.Cli;

/// <summary>The program alone: the library in its process, one SQLite file, and <c>builtin/echo</c> as the model.</summary>
public sealed class InProcessTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("turnpike-cli-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_text_is_answered_without_any_configuration()
    {
        var ended = await RunAsync("Hello there");
        Assert.Equal((0, ""), (ended.Code, ended.Error));
        Assert.Contains("> Hello there\n", ended.Out, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(_folder, "turnpike.db")));
    }

    [Fact]
    public async Task What_the_models_file_says_of_a_price_is_what_a_turn_costs_and_without_it_nobody_knows()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "models.json"), """
            { // what we pay
              "builtin/echo:3b": { "price": { "input": 1000000, "output": 0, "currency": "EUR" }, "contextWindow": 4000, },
            }
            """, TestContext.Current.CancellationToken);
        var paid = await CompletedAsync("builtin/echo:3b");
        Assert.Equal((paid.GetProperty("usage").GetProperty("inputTokens").GetDecimal(), "EUR"), (paid.GetProperty("cost").GetProperty("amount").GetDecimal(), paid.GetProperty("cost").GetProperty("currency").GetString()));
        Assert.False((await CompletedAsync("builtin/echo:7b")).TryGetProperty("cost", out _));

        async Task<JsonElement> CompletedAsync(string model) => JsonDocument.Parse((await RunAsync("Hello", "-m", model, "--json")).Out.TrimEnd('\n').Split('\n')[^1]).RootElement;
    }

    [Fact]
    public async Task A_conversation_goes_on_in_a_later_run()
    {
        await RunAsync("My name is Ada.");
        var ended = await RunAsync("What is my name?", "--continue");
        Assert.Contains("My name is Ada.", ended.Out, StringComparison.Ordinal);
        var id = (await RunAsync("conversations", "list", "--json")).Out.TrimEnd('\n');
        Assert.DoesNotContain("\n", id, StringComparison.Ordinal);
        var shown = await RunAsync("conversations", "show", JsonDocument.Parse(id).RootElement.GetProperty("id").GetString()!);
        Assert.True(shown.Out.IndexOf("> My name is Ada.", StringComparison.Ordinal) < shown.Out.IndexOf("> What is my name?", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_turn_that_is_followed_from_its_last_event_ends_as_it_ended()
    {
        var last = JsonDocument.Parse((await RunAsync("Hello", "--json")).Out.TrimEnd('\n').Split('\n')[^1]).RootElement;
        var turn = last.GetProperty("turn").GetString()!;
        var ended = await RunAsync("follow", turn, "--after", last.GetProperty("sequence").GetInt64().ToString(System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal((0, "", ""), (ended.Code, ended.Out, ended.Error));
    }

    [Fact]
    public async Task Usage_by_key_counts_what_was_run_here_without_one()
    {
        await RunAsync("Hello");
        Assert.StartsWith("-\t1\t0\t", (await RunAsync("usage", "--by", "key")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_built_in_prompt_runs_and_misses_are_told_with_the_nearest()
    {
        Assert.Contains("into French", (await RunAsync("run", "translate", "Good morning", "-v", "language=French")).Out, StringComparison.Ordinal);

        var unknown = await RunAsync("run", "transltae", "Good morning");
        Assert.Equal((3, ""), (unknown.Code, unknown.Out));
        Assert.Equal("error: There is no prompt \"transltae\". Did you mean \"translate\"?\n  All prompts: turnpike prompts list\n", unknown.Error);

        var missing = await RunAsync("run", "translate", "Good morning");
        Assert.Equal((2, ""), (missing.Code, missing.Out));
        Assert.Contains("language", missing.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_preview_is_what_is_sent_and_leaves_nothing_behind()
    {
        string[] turn = ["summarize", "A text.", "-v", "form=bullets", "-p", "temp=0.5"];
        var preview = await RunAsync(["preview", .. turn, "--json"]);
        Assert.Equal("", (await RunAsync("conversations", "list")).Out);
        var events = (await RunAsync(["run", .. turn, "--json"])).Out.TrimEnd('\n').Split('\n').Select(line => JsonDocument.Parse(line).RootElement).ToList();
        var request = JsonDocument.Parse(preview.Out).RootElement.GetProperty("request");
        Assert.Equal(request.GetProperty("model").GetString(), events[0].GetProperty("model").GetString());
        var answer = string.Concat(events.Where(one => one.GetProperty("type").GetString() == "text.delta").Select(one => one.GetProperty("text").GetString()));
        foreach (var line in request.GetProperty("messages")[0].GetProperty("content")[0].GetProperty("text").GetString()!.Split('\n')) Assert.Contains(line, answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_prompt_is_saved_shown_and_run_by_version()
    {
        var file = Path.Combine(_folder, "greet.prompt");
        await File.WriteAllTextAsync(file, "---\ninput:\n  schema:\n    name: string\n---\nHello {{name}}, first.\n", TestContext.Current.CancellationToken);
        Assert.Equal("greet@1\n", (await RunAsync("prompts", "save", file)).Out);
        await File.WriteAllTextAsync(file, "---\ninput:\n  schema:\n    name: string\n---\nHello {{name}}, second.\n", TestContext.Current.CancellationToken);
        Assert.Equal("greet@2\n", (await RunAsync("prompts", "save", file)).Out);
        Assert.Contains("Hello {{name}}, first.", (await RunAsync("prompts", "show", "greet@1")).Out, StringComparison.Ordinal);
        Assert.Contains("Hello Ada, first.", (await RunAsync("run", "greet@1", "-v", "name=Ada")).Out, StringComparison.Ordinal);
        Assert.Contains("Hello Ada, second.", (await RunAsync("run", file, "-v", "name=Ada")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_road_of_a_turn_is_shown_station_by_station()
    {
        var first = JsonDocument.Parse((await RunAsync("Hello", "-p", "temp=0.5", "--json")).Out.Split('\n')[0]).RootElement;
        var trace = await RunAsync("trace", first.GetProperty("turn").GetString()!);
        Assert.Equal(0, trace.Code);
        string[] stations = ["opening", "triggers", "middleware", "messages", "tools", "models", "conversations"];
        Assert.Equal(stations.Take(5), trace.Out.Split('\n').Where(line => line.Length > 0 && line[0] != ' ').Select(line => line.Split(' ')[0]).Take(5));
        Assert.Equal((3, "error: There is no turn \"turn_nope\".\n"), ((await RunAsync("trace", "turn_nope")).Code, (await RunAsync("trace", "turn_nope")).Error.Split("  ")[0]));
    }

    [Fact]
    public async Task An_unknown_trigger_stays_text_with_a_warning_under_it()
    {
        var ended = await RunAsync("Ah, @.parms.temp 0.2; hello");
        Assert.Equal(0, ended.Code);
        Assert.Contains("> Ah, @.parms.temp 0.2; hello", ended.Out, StringComparison.Ordinal);
        Assert.StartsWith("warning: ", ended.Error, StringComparison.Ordinal);
        Assert.Contains("\n  Ah, @.parms.temp 0.2; hello\n      ^^^", ended.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Triggers_are_listed_and_completed()
    {
        Assert.Contains("help.", (await RunAsync("triggers", "list")).Out, StringComparison.Ordinal);
        Assert.Contains("@.help", (await RunAsync("complete", "@.he")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_that_nobody_has_is_exit_code_3()
    {
        var ended = await RunAsync("Hello", "-m", "nobody/has-it");
        Assert.Equal((3, ""), (ended.Code, ended.Out));
        Assert.Contains("\"nobody/has-it\"", ended.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_environment_names_the_model_of_turns_that_name_none()
    {
        var ended = await CommandLine.RunAsync(["preview", "Hello, you", "--data", _folder], variables: new() { ["TURNPIKE_MODEL"] = "openai/some", ["OPENAI_API_KEY"] = "sk-test" });
        Assert.StartsWith("model      openai/some\n", ended.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_provider_that_is_not_there_is_exit_code_4()
    {
        var ended = await CommandLine.RunAsync(["Hello", "-m", "openai/any", "--data", _folder], variables: new() { ["OPENAI_BASE_URL"] = "http://127.0.0.1:9/v1" });
        Assert.Equal((4, ""), (ended.Code, ended.Out));
        Assert.StartsWith("error: ", ended.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ctrl_C_ends_the_turn_at_the_provider_and_keeps_its_half()
    {
        using var interrupt = new CancellationTokenSource();
        var left = new TaskCompletionSource();
        await using var provider = await FakeServer.StartAsync(FakeServer.Json("""{"data":[]}"""), async context =>
        {
            context.Response.ContentType = "text/event-stream";
            await context.Response.WriteAsync("data: {\"choices\":[{\"delta\":{\"content\":\"Half a\"}}]}\n\n", context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            context.RequestAborted.Register(left.SetResult);
            await left.Task;
        });
        await using var output = new WatchedWriter(text => { if (text.Contains("Half", StringComparison.Ordinal)) interrupt.Cancel(); });
        var ended = await CommandLine.RunAsync(["Tell me", "-m", "openai/any", "--data", _folder], variables: new() { ["OPENAI_BASE_URL"] = provider.Address + "/v1" }, interrupt: interrupt, output: output);
        Assert.Equal((130, "Half a\n", ""), (ended.Code, ended.Out, ended.Error));
        await left.Task.WaitAsync(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken);
        var conversation = (await RunAsync("conversations", "list")).Out.Split('\t')[0];
        Assert.EndsWith("> Tell me\n\nHalf a\n[cancelled]\n\n", (await RunAsync("conversations", "show", conversation)).Out, StringComparison.Ordinal);
    }

    private Task<CommandLine.Ended> RunAsync(params string[] args) => CommandLine.RunAsync([.. args, "--data", _folder]);
}
