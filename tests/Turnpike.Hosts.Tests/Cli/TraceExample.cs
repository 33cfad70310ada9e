using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Hosts.Tests.Server;
using Turnpike.Middleware;
using Turnpike.Tests.Architecture;
using Turnpike.Turns.Drafts;

namespace Turnpike.Hosts.Tests.Cli;

/// <summary>docs/trace.md shows the road of a turn that is run here.</summary>
public sealed partial class TraceExample
{
    private const string Mark = "$ turnpike trace turn_3kTfP0aZ\n";

    [Fact]
    public async Task The_example_in_the_docs_is_what_turnpike_trace_prints()
    {
        await using var server = new RunningServer(services => services.AddSingleton<ITurnMiddleware, Cooler>().AddSingleton(AIFunctionFactory.Create((string query) => "found", "webSearch", "Searches the web.")));
        server.Model.Says("Quite a lot.");
        using (var scope = await server.SendAsync(HttpMethod.Patch, "/api/variables/global", """{"audience":"beginners"}""")) Assert.True(scope.IsSuccessStatusCode);
        await server.PostAsync("/api/rules", new { name = "house-style", content = "Write for {{audience}}.", alwaysOn = true });
        var turn = await server.TurnAsync(new { content = "@.params.temp 0.9; @.tools.activate webSearch; What changed in .NET 10?" });
        Assert.Equal(["system: Write for beginners.", "user: What changed in .NET 10?"], server.Model.Last.Transcript);
        Assert.Equal((0.3f, "webSearch"), (server.Model.Last.Options.Temperature, Assert.Single(server.Model.Last.Tools)));

        var ended = await CommandLine.RunAsync(["trace", turn.GetProperty("id").GetString()!, "--server", server.Client.BaseAddress!.ToString()]);
        var printed = Milliseconds().Replace(ended.Out, "0.10 ms");
        Assert.Contains("  parameters.temperature  0.9  (trigger:@.params.temp, characters 0 to 18)\n", printed, StringComparison.Ordinal);
        Assert.Contains("(trigger:@.tools.activate, characters 19 to 46)\n", printed, StringComparison.Ordinal);
        Assert.Contains("  parameters.temperature  0.9 → 0.3  (middleware:Cooler)\n", printed, StringComparison.Ordinal);
        Assert.Contains("  rules.house-style  ", printed, StringComparison.Ordinal);
        Assert.Contains("  variables.audience  \"beginners\"  (global)\n", printed, StringComparison.Ordinal);

        var path = Repository.PathOf("docs", "trace.md");
        var page = (await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken)).ReplaceLineEndings("\n");
        var from = page.IndexOf(Mark, StringComparison.Ordinal) + Mark.Length;
        var wanted = page[..from] + printed + page[page.IndexOf("```", from, StringComparison.Ordinal)..];
        if (Environment.GetEnvironmentVariable("TURNPIKE_APPROVE") == "1") await File.WriteAllTextAsync(path, page = wanted, TestContext.Current.CancellationToken);
        Assert.True(page == wanted, $"docs/trace.md differs from what is printed. Run the tests once with TURNPIKE_APPROVE=1.\n{printed}");
    }

    [Fact]
    public async Task What_was_cut_to_fit_is_shown_with_its_reason()
    {
        await using var server = new RunningServer(services => services.Configure<Turnpike.Turns.Resources.ResourceOptions>(options => options.Tokens = 200));
        var turn = await server.TurnAsync(new { content = "Hi", resources = new[] { new { kind = "text", title = "Report", text = string.Concat(Enumerable.Repeat("word ", 2000)) } } });
        var trace = await server.GetJsonAsync($"/api/turns/{turn.GetProperty("id").GetString()}/trace");
        var item = trace.EnumerateArray().Single(station => station.GetProperty("station").GetString() == "messages").GetProperty("packing")[0];
        Assert.Equal(("resource", "cut", "Report"), (item.GetProperty("kind").GetString(), item.GetProperty("outcome").GetString(), item.GetProperty("title").GetString()));
        var ended = await CommandLine.RunAsync(["trace", turn.GetProperty("id").GetString()!, "--server", server.Client.BaseAddress!.ToString()]);
        Assert.Matches(@"\n  resource Report  cut: \d+ of about \d+ tokens  \(The resources of a turn may have 200 tokens here;", ended.Out);
    }

    /// <summary>Somebody who wants sober answers.</summary>
    private sealed class Cooler : ITurnMiddleware
    {
        public ValueTask InvokeAsync(TurnDraft draft, CancellationToken cancellationToken)
        {
            draft.SetParameter("temperature", JsonElement.Parse("0.3"));
            return ValueTask.CompletedTask;
        }
    }

    [GeneratedRegex(@"\d+\.\d\d ms")]
    private static partial Regex Milliseconds();
}
