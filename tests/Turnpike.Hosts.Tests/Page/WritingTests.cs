using Microsoft.Playwright;
using Turnpike.Hosts.Tests.Server;
using static Microsoft.Playwright.Assertions;

namespace Turnpike.Hosts.Tests.Page;

/// <summary>Tests of a prompt on the page: they are written, run with what is written now, and hold a label.</summary>
[Collection(InChromium.Name)]
public sealed class WritingTests(Chromium chromium)
{
    [Fact]
    public async Task A_case_is_written_run_and_holds_a_label()
    {
        await using var server = new RunningServer();
        using (await server.CurlAsync("/api/prompts", """{"key":"greeter","messages":[{"role":"system","content":"Greet in {{language}}."}],"variables":[{"name":"language","type":"string","default":"English"},{"name":"token","type":"string","secret":true}]}""")) { }
        await using var visit = await chromium.VisitAsync(server, "/prompts/greeter");
        await visit.Page.GetByRole(AriaRole.Tab, new() { Name = "Tests" }).ClickAsync();
        await visit.Button("Case", exact: true).ClickAsync();
        await visit.Page.GetByLabel("Name of the case").FillAsync("greets");
        await visit.Page.GetByLabel("What is typed in it").FillAsync("hi");
        var open = visit.Page.GetByRole(AriaRole.List, new() { Name = "Cases" });
        await open.GetByLabel("language").FillAsync("Dutch");
        await Expect(open.GetByLabel("token", new() { Exact = true })).ToHaveCountAsync(0);
        await visit.Page.GetByLabel("What expectation 1 wants").FillAsync("Hallo");
        await visit.Button("Expectation", exact: true).ClickAsync();
        await open.GetByRole(AriaRole.Button, new() { Name = "Expectation 2" }).First.ClickAsync();
        await visit.Page.GetByRole(AriaRole.Option, new() { Name = "What is sent has", Exact = false }).First.ClickAsync();
        await visit.Page.GetByLabel("What expectation 2 wants").FillAsync("Greet in Dutch.");
        await visit.Page.GetByLabel("Held labels").FillAsync("production");
        await visit.Button("Save tests").ClickAsync();
        await Expect(visit.Page.GetByText("The tests are saved.")).ToBeVisibleAsync();
        var kept = await server.GetJsonAsync("/api/prompts/greeter/tests");
        Assert.Equal("""[{"name":"greets","content":"hi","variables":{"language":"Dutch"},"resources":[],"expect":[{"contains":"Hallo"},{"sends":"Greet in Dutch."}]}]""", kept.GetProperty("cases").GetRawText());
        Assert.Equal("""["production"]""", kept.GetProperty("labels").GetRawText());

        server.Model.Says("Go away.").Says("Hallo!");
        await visit.Button("Run with the newest version").ClickAsync();
        await Expect(visit.Page.GetByText("The answer lacks \"Hallo\".")).ToBeVisibleAsync();
        await Expect(visit.Page.GetByText("0 of 1 passed")).ToBeVisibleAsync();
        await visit.Button("greets", exact: false).First.ClickAsync();
        await visit.IsAccessibleAsync();
        Assert.Equal(["system: Greet in Dutch.", "user: hi"], server.Model.Last.Transcript);

        await visit.Page.GetByRole(AriaRole.Tab, new() { Name = "Versions" }).ClickAsync();
        await visit.Button("Labels and more of version 1").ClickAsync();
        await visit.Page.GetByRole(AriaRole.Menuitem, new() { Name = "Move “production” here" }).ClickAsync();
        await Expect(visit.Page.GetByText("“production” now names version 1.")).ToBeVisibleAsync();
        Assert.Equal(2, server.Model.Requests.Count);
        visit.IsClean();
    }

    [Fact]
    public async Task What_is_written_and_not_saved_outlives_other_tabs_other_pages_and_what_others_save()
    {
        await using var server = new RunningServer();
        using (await server.CurlAsync("/api/prompts", """{"key":"greeter","messages":[{"role":"system","content":"Greet."}]}""")) { }
        await SaveAsync("theirs");
        await using var visit = await chromium.VisitAsync(server, "/prompts");
        visit.Expects = fault => fault.Contains("412", StringComparison.Ordinal) || fault.Contains("net::ERR_", StringComparison.Ordinal);
        var typed = visit.Page.GetByLabel("What is typed in it");
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "greeter" }).ClickAsync();
        await OpenAsync();
        await typed.FillAsync("mine");
        await visit.Page.GetByRole(AriaRole.Tab, new() { Name = "Versions" }).ClickAsync();
        await OpenAsync();
        await Expect(typed).ToHaveValueAsync("mine");
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "All prompts" }).ClickAsync();
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "greeter" }).ClickAsync();
        await OpenAsync();
        await Expect(typed).ToHaveValueAsync("mine");

        await SaveAsync("theirs, once more");
        await visit.ReadAnewAsync();
        await visit.SeesAsync("Somebody saved the tests meanwhile.");
        await Expect(typed).ToHaveValueAsync("mine");
        await visit.IsAccessibleAsync();
        await visit.Button("Keep mine").ClickAsync();
        await visit.Button("Save tests").ClickAsync();
        await visit.SeesAsync("The tests are saved.");
        Assert.Equal("mine", await KeptAsync());

        await typed.FillAsync("mine again");
        await SaveAsync("theirs at last");
        await visit.Button("Save tests").ClickAsync();
        await visit.SeesAsync("Somebody saved the tests meanwhile.");
        Assert.Equal("theirs at last", await KeptAsync());
        var asked = new TaskCompletionSource<string>();
        visit.Page.Dialog += (_, dialog) =>
        {
            asked.TrySetResult(dialog.Type);
            _ = dialog.AcceptAsync();
        };
        await visit.Page.ReloadAsync();
        Assert.Equal("beforeunload", await asked.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
        await OpenAsync();
        await Expect(typed).ToHaveValueAsync("mine again");
        await visit.Button("Take theirs").ClickAsync();
        await Expect(typed).ToHaveValueAsync("theirs at last");
        visit.IsClean();

        async Task OpenAsync()
        {
            await visit.Page.GetByRole(AriaRole.Tab, new() { Name = "Tests" }).ClickAsync();
            await visit.Page.Locator(".variable-row .fold-head", new() { HasText = "greets" }).ClickAsync();
        }

        async Task SaveAsync(string content)
        {
            using var saved = await server.SendAsync(HttpMethod.Put, "/api/prompts/greeter/tests", $$"""{"cases":[{"name":"greets","content":"{{content}}","expect":[{"contains":"Hallo"}]}]}""");
            Assert.Equal(200, (int)saved.StatusCode);
        }

        async Task<string?> KeptAsync() => (await server.GetJsonAsync("/api/prompts/greeter/tests")).GetProperty("cases")[0].GetProperty("content").GetString();
    }
}
