using Microsoft.Extensions.AI;
using Microsoft.Playwright;
using Turnpike.Hosts.Tests.Server;
using Turnpike.Storage.Sql;
using Turnpike.Tests.Scripted;
using static Microsoft.Playwright.Assertions;

namespace Turnpike.Hosts.Tests.Page;

/// <summary>What the page says of providers that do not answer, and what it draws of usage.</summary>
[Collection(InChromium.Name)]
public sealed class ModelsAndCharts(Chromium chromium)
{
    [Fact]
    public async Task A_provider_that_cannot_be_reached_is_named_and_the_others_models_are_there()
    {
        await using var server = new RunningServer(null, ("Turnpike:Providers:0:name", "attic"), ("Turnpike:Providers:0:kind", "openai"), ("Turnpike:Providers:0:baseUrl", "http://127.0.0.1:9/v1"), ("Turnpike:Providers:0:key", "hidden-word"));
        await using var visit = await chromium.VisitAsync(server, "/models");
        var note = visit.Page.GetByRole(AriaRole.Note);
        await Expect(note).ToHaveCountAsync(1);
        await Expect(note).ToContainTextAsync("attic");
        await Expect(note).ToContainTextAsync("cannot be reached");
        await Expect(visit.Page.GetByRole(AriaRole.Region, new() { Name = "Models of test" })).ToContainTextAsync("test/model");
        Assert.DoesNotContain("hidden-word", await visit.Page.ContentAsync(), StringComparison.Ordinal);
        await visit.IsAccessibleAsync();
        visit.IsClean();
    }

    [Fact]
    public async Task Charts_draw_each_day_of_each_series_as_high_as_its_value()
    {
        await using var server = new RunningServer(null,
            ("Turnpike:Models:test/model:Id", "test/model"), ("Turnpike:Models:test/model:Provider", "test"), ("Turnpike:Models:test/model:Price:Input", "1000"), ("Turnpike:Models:test/model:Price:Output", "2000"), ("Turnpike:ModelCalls:Attempts", "1"));
        Uses(server, 400, 100);
        var first = (await server.TurnAsync(new { content = "One" })).GetProperty("id").GetString()!;
        Uses(server, 200, 50);
        await server.TurnAsync(new { content = "Two" });
        server.Model.Fails(new InvalidOperationException("Out of order."));
        await server.PostAsync("/api/turns", new { content = "Three" });
        await server.Get<SqlDatabase>().WriteAsync(session => session.ExecuteAsync("UPDATE turns SET created_at = created_at - 86400000 WHERE id = @id", ("@id", first)), TestContext.Current.CancellationToken);

        await using var visit = await chromium.VisitAsync(server, "/usage");
        Assert.Equal([[400, 200], [100, 50]], await BarsAsync(visit, "Tokens"));
        Assert.Equal([[1, 1], [1]], await BarsAsync(visit, "Turns"));
        Assert.Equal([[0.6, 0.3]], await BarsAsync(visit, "Cost"));
        Assert.Equal(2, await Chart(visit, "Time to first token").Locator(".recharts-line-dots circle").CountAsync());
        await Expect(Chart(visit, "Tokens").Locator("figcaption")).ToContainTextAsync("out in");
        await SaysAsync(visit, "Tokens", "tokens in : 200", "tokens out : 50");
        await SaysAsync(visit, "Turns", "ended well : 1", "failed : 1");
        await SaysAsync(visit, "Cost", "cost : $0.30");
        visit.IsClean();
    }

    private static void Uses(RunningServer server, int input, int output) => server.Model.Answers((_, stop) => ScriptedModel.Updates(
        [new(ChatRole.Assistant, [new TextContent("ok"), new UsageContent(new() { InputTokenCount = input, OutputTokenCount = output })]) { FinishReason = ChatFinishReason.Stop }], stop));

    private static ILocator Chart(Visit visit, string title) => visit.Page.Locator("figure.chart").Filter(new() { Has = visit.Page.GetByRole(AriaRole.Heading, new() { Name = title, Exact = true }) });

    /// <summary>The values that the bars of each series stand for: their heights, in the units of the axis beside them.</summary>
    private static async Task<double[][]> BarsAsync(Visit visit, string title)
    {
        var chart = Chart(visit, title);
        await Expect(chart.Locator(".recharts-bar-rectangle path").First).ToBeVisibleAsync();
        return await chart.EvaluateAsync<double[][]>("""
            chart => {
              const values = [...chart.querySelectorAll('.recharts-yAxis .recharts-cartesian-axis-tick text, .recharts-yAxis-tick-labels text')].map(text => Number(text.textContent.replace(/[^0-9.]/g, '')))
              const lines = [...chart.querySelectorAll('.recharts-cartesian-grid-horizontal line')].map(line => Number(line.getAttribute('y1')))
              const unit = (Math.max(...values) - Math.min(...values)) / (Math.max(...lines) - Math.min(...lines))
              return [...chart.querySelectorAll('.recharts-bar')].map(bar => [...bar.querySelectorAll('.recharts-bar-rectangle path')].map(path => Math.round(path.getBBox().height * unit * 100) / 100))
            }
            """);
    }

    /// <summary>The chart says the values of its last day to somebody who walks it with the keyboard.</summary>
    private static async Task SaysAsync(Visit visit, string title, params string[] values)
    {
        var chart = Chart(visit, title);
        await chart.Locator(".recharts-surface").First.FocusAsync();
        for (var day = 0; day < 30; day++) await visit.Page.Keyboard.PressAsync("ArrowRight");
        foreach (var value in values) await Expect(chart.Locator(".recharts-tooltip-wrapper")).ToContainTextAsync(value);
    }
}
