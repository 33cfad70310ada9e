using System.Text;
using Turnpike.Hosts.Tests.Server;
using Turnpike.Tests.Architecture;
using static Microsoft.Playwright.Assertions;

namespace Turnpike.Hosts.Tests.Page;

/// <summary>Whatever a model says is drawn as text and harmless form: nothing of it runs, loads or leads astray.</summary>
[Collection(InChromium.Name)]
public sealed class HostileAnswers(Chromium chromium)
{
    [Theory]
    [InlineData("scripts")]
    [InlineData("links")]
    [InlineData("code")]
    [InlineData("breaks")]
    public async Task Are_inert(string name)
    {
        var text = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "tests", "Turnpike.Hosts.Tests", "Page", "Hostile", name + ".md"), TestContext.Current.CancellationToken);
        await using var visit = await AnsweredAsync(text);
        Assert.Null(await visit.Page.EvaluateAsync<string?>("() => window.hit ?? null"));
        Assert.Equal(0, await visit.Page.Locator(".answer").Locator("script, style, iframe, object, embed, form, link, base, meta, svg:not(.lucide), [onerror], [onload], [onclick]").CountAsync());
        foreach (var link in await visit.Page.Locator(".answer a").AllAsync()) Assert.Matches("^(https?|mailto):", await link.GetAttributeAsync("href") ?? "");
        foreach (var picture in await visit.Page.Locator(".answer img").AllAsync()) Assert.StartsWith("data:image/", await picture.GetAttributeAsync("src") ?? "", StringComparison.Ordinal);
        foreach (var shown in await visit.Page.Locator(".answer a, .answer span").AllAsync())
        {
            if (await shown.IsVisibleAsync()) await shown.DispatchEventAsync("mouseover");
        }
        Assert.Null(await visit.Page.EvaluateAsync<string?>("() => window.hit ?? null"));
        visit.IsClean();
    }

    [Fact]
    public async Task A_line_of_a_megabyte_and_a_table_of_5000_rows_are_drawn_in_part_and_shown_on_request()
    {
        var table = new StringBuilder("| a | b |\n|---|---|\n");
        for (var row = 1; row <= 5000; row++) table.Append("| row ").Append(row).Append(" | x |\n");
        await using var visit = await AnsweredAsync($"{new string('x', 1_000_000)}\n\n{table}\n\nThe end.");
        await visit.SeesAsync("The end.");
        Assert.Equal(201, await visit.Page.Locator(".answer tr").CountAsync());
        await visit.Button("Show all 5000 rows").ClickAsync();
        await Expect(visit.Page.GetByText("row 5000", new() { Exact = true })).ToHaveCountAsync(1);
        await visit.Button("more: show").First.ClickAsync();
        await visit.TypeAsync("Still here");
        await Expect(visit.Page.Locator(".trigger-editor .cm-content")).ToHaveTextAsync("Still here");
        visit.IsClean();
    }

    [Fact]
    public async Task Signs_without_end_and_quotes_without_bottom_are_shown_as_they_were_written_and_the_page_goes_on()
    {
        var begun = TimeProvider.System.GetTimestamp();
        await using var visit = await AnsweredAsync(string.Join("\n\n", new string('[', 50_000), string.Concat(Enumerable.Repeat("**_a", 4_900)), string.Concat(Enumerable.Repeat("> ", 20_000)) + "deep", string.Concat(Enumerable.Repeat("1. ", 15_000)) + "deep", "**The end.**"));
        await Expect(visit.Page.Locator(".answer strong").Last).ToHaveTextAsync("The end.");
        await visit.SeesAsync("shown as it was written");
        await visit.TypeAsync("Still here");
        await Expect(visit.Page.Locator(".trigger-editor .cm-content")).ToHaveTextAsync("Still here");
        Assert.InRange(TimeProvider.System.GetElapsedTime(begun), TimeSpan.Zero, TimeSpan.FromSeconds(60));
        visit.IsClean();
    }

    private async Task<Visit> AnsweredAsync(string text)
    {
        var server = new RunningServer();
        server.Model.Says([.. text.Chunk(997).Select(piece => new string(piece))]);
        var turn = await server.TurnAsync(new { content = "Say it" });
        var visit = await chromium.VisitAsync(server, "/conversations/" + turn.GetProperty("conversation").GetString(), new(OwnsServer: true));
        await Expect(visit.Page.Locator(".answer")).ToBeVisibleAsync();
        return visit;
    }
}
