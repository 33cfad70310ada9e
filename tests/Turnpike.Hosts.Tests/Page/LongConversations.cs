using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Playwright;
using Turnpike.Hosts.Tests.Server;
using static Microsoft.Playwright.Assertions;

namespace Turnpike.Hosts.Tests.Page;

/// <summary>What a person does with a whole conversation.</summary>
[Collection(InChromium.Name)]
public sealed class LongConversations(Chromium chromium)
{
    [Fact]
    public async Task One_is_begun_with_a_prompts_typed_variables_and_tells_where_each_value_comes_from()
    {
        await using var server = new RunningServer();
        await server.PostAsync("/api/prompts", new { key = "guide", messages = new[] { new { role = "system", content = "Guide people in {{city}} for {{days}} days, {{tone}}." } }, variables = new object[] { new { name = "city", type = "string", required = true }, new { name = "days", type = "integer", min = 1, max = 30, @default = 3 }, new { name = "tone", type = "enum", options = new[] { "briefly", "kindly" } } } });
        await using var visit = await chromium.VisitAsync(server, "/conversations?prompt=guide");
        await visit.Page.GetByRole(AriaRole.Textbox, new() { Name = "city *" }).FillAsync("Oslo");
        await visit.Page.GetByRole(AriaRole.Radio, new() { Name = "kindly" }).PressAsync("Space");
        server.Model.Says("The harbour first.");
        await visit.SayAsync("What first?");
        await visit.SeesAsync("The harbour first.");
        Assert.Equal("Guide people in Oslo for 3 days, kindly.", server.Model.Last.Messages[0].Text);

        await ChooseAsync(visit, "Variables");
        var layers = visit.Page.GetByRole(AriaRole.List, new() { Name = "Layers of city" });
        await Expect(layers).ToContainTextAsync("conversation");
        await visit.Page.GetByRole(AriaRole.Spinbutton, new() { Name = "days" }).FillAsync("5");
        await visit.Button("Keep these values").ClickAsync();
        await Expect(visit.Page.GetByRole(AriaRole.List, new() { Name = "Layers of days" })).ToContainTextAsync("conversation 5");
        visit.IsClean();
    }

    [Fact]
    public async Task One_is_compacted_and_what_it_carries_can_be_taken_away()
    {
        await using var server = new RunningServer();
        string? conversation = null;
        for (var turn = 1; turn <= 6; turn++) conversation = (await server.TurnAsync(conversation is null ? new { content = "Turn 1" } : (object)new { content = $"Turn {turn}", conversation })).GetProperty("conversation").GetString();
        await server.PostAsync($"/api/conversations/{conversation}/resources", new { kind = "note", title = "Packing list", text = "An umbrella.", policy = "sticky" });
        server.Model.Says("They counted to two.");
        await using var visit = await chromium.VisitAsync(server, "/conversations/" + conversation);
        await ChooseAsync(visit, "Compact");
        await visit.SeesAsync("A summary stands for 2 turns");
        await ChooseAsync(visit, "What it carries");
        await visit.SeesAsync("They counted to two.");
        await visit.IsAccessibleAsync();
        await visit.Button("Remove Packing list").ClickAsync();
        await Expect(visit.Page.GetByRole(AriaRole.List, new() { Name = "Attached to this conversation" })).ToHaveCountAsync(0);
        await visit.Button("Delete the summary").ClickAsync();
        await visit.SeesAsync("Nothing is carried along");
        visit.IsClean();
    }

    [Fact]
    public async Task One_is_pinned_archived_exported_and_deleted()
    {
        await using var server = new RunningServer();
        server.Model.Says("Rain all day.");
        var id = (await server.TurnAsync(new { content = "How is the weather?" })).GetProperty("conversation").GetString();
        await using var visit = await chromium.VisitAsync(server, "/conversations/" + id);
        await visit.Button("Pin", exact: true).ClickAsync();
        await Expect(visit.Page.GetByRole(AriaRole.Navigation, new() { Name = "Conversation list" }).GetByLabel("pinned")).ToBeVisibleAsync();

        var download = await visit.Page.RunAndWaitForDownloadAsync(() => ChooseAsync(visit, "Export as Markdown"));
        await using (var stream = await download.CreateReadStreamAsync())
        {
            using var reader = new StreamReader(stream);
            Assert.Contains("Rain all day.", await reader.ReadToEndAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        }
        await ChooseAsync(visit, "Archive");
        await visit.SeesAsync("No conversations yet.");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Archive", Exact = true }).ClickAsync();
        await Expect(visit.Page.GetByRole(AriaRole.Navigation, new() { Name = "Conversation list" }).GetByRole(AriaRole.Link)).ToHaveCountAsync(1);
        await ChooseAsync(visit, "Delete");
        await visit.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Delete", Exact = true }).ClickAsync();
        await visit.SeesAsync("New conversation");
        Assert.Equal(404, (int)(await server.SendAsync(HttpMethod.Get, "/api/conversations/" + id)).StatusCode);
        visit.IsClean();
    }

    [Fact]
    public async Task In_one_of_2000_turns_only_the_visible_ones_exist_and_typing_goes_on()
    {
        await using var server = new RunningServer();
        await using var visit = await chromium.VisitAsync(server, "/conversations/" + await LongOneAsync(server, 2000));
        await visit.SeesAsync("Answer 2000");
        Assert.InRange(await visit.Page.Locator("article.turn").CountAsync(), 1, 40);
        await visit.TypeAsync("Still quick");
        await Expect(visit.Page.Locator(".trigger-editor .cm-content")).ToHaveTextAsync("Still quick");
        visit.IsClean();
    }

    /// <summary>A conversation of so many turns: one is run, exported, and taken in again many times over.</summary>
    internal static async Task<string> LongOneAsync(RunningServer server, int count)
    {
        server.Model.Says("Answer 1, with **some** words.");
        var first = (await server.TurnAsync(new { content = "Question 1" })).GetProperty("conversation").GetString()!;
        var file = JsonNode.Parse(await server.Client.GetStringAsync($"/api/conversations/{first}/export?format=json", TestContext.Current.CancellationToken))!;
        var sample = file["turns"]![0]!.ToJsonString();
        var id = (string)file["turns"]![0]!["id"]!;
        var turns = new JsonArray();
        for (var n = 1; n <= count; n++)
        {
            var turn = JsonNode.Parse(sample.Replace(id, IdOf(n), StringComparison.Ordinal).Replace(first, Name, StringComparison.Ordinal).Replace("Answer 1,", $"Answer {n},", StringComparison.Ordinal).Replace("Question 1", $"Question {n}", StringComparison.Ordinal))!;
            turn["number"] = n;
            if (n > 1) turn["parent"] = IdOf(n - 1);
            turns.Add(turn);
        }
        file["turns"] = turns;
        file["conversation"]!["id"] = Name;
        file["conversation"]!["head"] = IdOf(count);
        using var taken = await server.SendAsync(HttpMethod.Post, "/api/conversations/import", file.ToJsonString());
        Assert.Equal(200, (int)taken.StatusCode);
        return Name;

        static string IdOf(int n) => string.Create(CultureInfo.InvariantCulture, $"turn_Long{n:D18}");
    }

    private const string Name = "conv_LongLongLongLongLongLo";

    private static async Task ChooseAsync(Visit visit, string choice)
    {
        await visit.Button("More", exact: true).ClickAsync();
        await visit.Page.GetByRole(AriaRole.Menuitem, new() { Name = choice }).First.ClickAsync();
    }
}
