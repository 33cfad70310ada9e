using System.Text;
using Microsoft.Playwright;
using Turnpike.Hosts.Tests.Server;
using static Microsoft.Playwright.Assertions;

namespace Turnpike.Hosts.Tests.Page;

/// <summary>What a turn had with it is seen, kept and taken away where its text is edited.</summary>
[Collection(InChromium.Name)]
public sealed class EditingTurns(Chromium chromium)
{
    [Fact]
    public async Task An_edit_goes_with_the_files_that_stand_over_it_and_no_others()
    {
        await using var server = new RunningServer();
        server.Model.Says("One.").Says("Two.").Says("Three.");
        await using var visit = await chromium.VisitAsync(server);
        await AttachAsync(visit, "plan.txt", "Go north.");
        await visit.SayAsync("What is this?");
        await SeesAsync(visit, "One.");

        await EditAsync(visit);
        await Expect(Files(visit)).ToContainTextAsync("plan.txt");
        await AttachAsync(visit, "map.txt", "Here be dragons.");
        var preview = await visit.Page.RunAndWaitForResponseAsync(() => visit.Button("Preview the road").ClickAsync(), answer => answer.Url.EndsWith("/edit/preview", StringComparison.Ordinal) && answer.Request.PostData!.Contains("file_", StringComparison.Ordinal));
        await visit.SeesAsync("nothing has been sent");
        foreach (var words in (string[])["Go north.", "Here be dragons."]) Assert.Contains(words, await preview.TextAsync(), StringComparison.Ordinal);
        await visit.Page.Keyboard.PressAsync("Escape");
        await visit.Button("Send", exact: true).ClickAsync();
        await SeesAsync(visit, "Two.");
        var sent = server.Model.Last.Messages[^1].Text;
        Assert.Contains("Go north.", sent, StringComparison.Ordinal);
        Assert.Contains("Here be dragons.", sent, StringComparison.Ordinal);

        await EditAsync(visit);
        await visit.Button("Remove plan.txt").ClickAsync();
        await visit.Button("Remove map.txt").ClickAsync();
        await visit.Button("Send", exact: true).ClickAsync();
        await SeesAsync(visit, "Three.");
        Assert.Equal("What is this?", server.Model.Last.Messages[^1].Text);
        visit.IsClean();
    }

    [Fact]
    public async Task A_reload_in_the_middle_of_an_edit_loses_neither_the_edit_nor_what_was_laid_aside_for_it()
    {
        await using var server = new RunningServer();
        server.Model.Says("One.").Says("Two.");
        await using var visit = await chromium.VisitAsync(server);
        await visit.SayAsync("First");
        await SeesAsync(visit, "One.");
        await visit.TypeAsync("half");
        await AttachAsync(visit, "plan.txt", "Go north.");
        await EditAsync(visit);
        await visit.Page.Keyboard.TypeAsync(", changed");

        await visit.Page.ReloadAsync();
        await visit.SeesAsync("Editing makes a branch");
        await Expect(Editor(visit)).ToHaveTextAsync("First, changed");
        await visit.Button("Send", exact: true).ClickAsync();
        await SeesAsync(visit, "Two.");
        await visit.SeesAsync("2 / 2");
        Assert.Equal(["First, changed"], server.Model.Last.Messages.Select(message => message.Text));
        await Expect(Editor(visit)).ToHaveTextAsync("half");
        await Expect(Files(visit)).ToContainTextAsync("plan.txt");
        visit.IsClean();
    }

    [Fact]
    public async Task A_list_that_was_at_its_end_stays_there_when_the_box_grows()
    {
        await using var server = new RunningServer();
        server.Model.Says(string.Join("\n\n", Enumerable.Range(1, 60).Select(n => $"Paragraph {n}.")));
        await using var visit = await chromium.VisitAsync(server);
        await visit.SayAsync("Much");
        await Expect(visit.Page.Locator(".turn-foot")).ToHaveCountAsync(1);
        await visit.TypeAsync("");
        for (var n = 0; n < 8; n++) await visit.Page.Keyboard.PressAsync("Shift+Enter");
        await Expect(visit.Page.Locator(".turn-foot")).ToBeInViewportAsync();
        await Expect(visit.Button("To the newest turn")).ToHaveCountAsync(0);
        visit.IsClean();
    }

    private static async Task AttachAsync(Visit visit, string name, string text)
    {
        await visit.Page.Locator("input[type=file]").SetInputFilesAsync(new FilePayload { Name = name, MimeType = "text/plain", Buffer = Encoding.UTF8.GetBytes(text) });
        await Expect(Files(visit)).ToContainTextAsync(name);
    }

    private static async Task EditAsync(Visit visit)
    {
        await visit.Page.Locator(".bubble").Last.HoverAsync();
        await visit.Button("Edit and send again").Last.ClickAsync();
        await Expect(visit.Page.GetByRole(AriaRole.Textbox, new() { Name = "Edit what you wrote" })).ToBeVisibleAsync();
    }

    private static async Task SeesAsync(Visit visit, string answer)
    {
        await visit.SeesAsync(answer);
        await Expect(visit.Page.Locator(".turn-foot")).ToHaveCountAsync(1);
    }

    private static ILocator Files(Visit visit) => visit.Page.GetByRole(AriaRole.List, new() { Name = "Attached files" });

    private static ILocator Editor(Visit visit) => visit.Page.Locator(".trigger-editor .cm-content");
}
