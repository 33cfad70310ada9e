using System.Text;
using Microsoft.Playwright;
using Turnpike.Hosts.Tests.Server;
using static Microsoft.Playwright.Assertions;

namespace Turnpike.Hosts.Tests.Page;

/// <summary>Files come by button, drop and paste; a name is only ever a text.</summary>
[Collection(InChromium.Name)]
public sealed class HostileFiles(Chromium chromium)
{
    private static readonly string[] Names = ["\"><img src=x onerror=window.hit=1>.txt", "<script>window.hit=1</script>.md", "../../etc/passwd.txt", "CON.txt", "invoice\u202Efdp.exe.txt", $"{new string('n', 180)}.txt", "=cmd|' /C calc'!A0.csv"];

    [Fact]
    public async Task Names_that_are_markup_paths_or_endless_are_shown_as_text_and_break_nothing()
    {
        await using var server = new RunningServer();
        await using var visit = await chromium.VisitAsync(server, "/files");
        await visit.Page.Locator("input[type=file]").SetInputFilesAsync(Names.Select((name, n) => new FilePayload { Name = name, MimeType = "text/plain", Buffer = Encoding.UTF8.GetBytes($"text {n}") }));
        await Expect(visit.Page.Locator("tbody tr")).ToHaveCountAsync(Names.Length);
        await visit.IsAccessibleAsync();
        Assert.Equal(0, await visit.Page.Locator("main img, main script").CountAsync());
        Assert.True(await visit.Page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth <= window.innerWidth"));

        var download = await visit.Page.RunAndWaitForDownloadAsync(() => visit.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = "passwd" }).GetByRole(AriaRole.Button, new() { Name = "Download" }).ClickAsync());
        Assert.DoesNotContain('/', download.SuggestedFilename);
        await visit.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = "passwd" }).GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
        await visit.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Delete", Exact = true }).ClickAsync();
        await Expect(visit.Page.Locator("tbody tr")).ToHaveCountAsync(Names.Length - 1);
        Assert.Null(await visit.Page.EvaluateAsync<string?>("() => window.hit ?? null"));
        visit.IsClean();
    }

    [Fact]
    public async Task A_file_that_is_pasted_goes_along_with_the_policy_that_is_chosen_for_it()
    {
        await using var server = new RunningServer();
        await using var visit = await chromium.VisitAsync(server);
        await visit.Page.Locator(".trigger-editor .cm-content").ClickAsync();
        await visit.Page.EvaluateAsync("""
            () => {
              const data = new DataTransfer()
              data.items.add(new File(['The harbour closes at nine.'], '<i>hours</i>.txt', { type: 'text/plain' }))
              document.activeElement.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }))
            }
            """);
        var files = visit.Page.GetByRole(AriaRole.List, new() { Name = "Attached files" });
        await Expect(files.GetByRole(AriaRole.Listitem)).ToHaveCountAsync(1);
        await files.GetByRole(AriaRole.Button, new() { Name = "How long" }).ClickAsync();
        await visit.Page.GetByRole(AriaRole.Option, new() { Name = "Sticky with every" }).ClickAsync();
        await visit.SayAsync("When does it close?");
        await Expect(visit.Page.Locator(".turn-foot")).ToHaveCountAsync(1);
        Assert.Contains("The harbour closes at nine.", server.Model.Last.Messages[^1].Text, StringComparison.Ordinal);
        await visit.SayAsync("And again?");
        await Expect(visit.Page.Locator(".turn-foot")).ToHaveCountAsync(2);
        Assert.Contains("The harbour closes at nine.", server.Model.Last.Messages[^1].Text, StringComparison.Ordinal);
        visit.IsClean();
    }

    [Fact]
    public async Task A_file_dropped_on_the_text_is_attached_once()
    {
        await using var server = new RunningServer();
        await using var visit = await chromium.VisitAsync(server);
        var box = visit.Page.Locator(".trigger-editor .cm-content");
        await Expect(box).ToBeVisibleAsync();
        var dropped = await visit.Page.EvaluateHandleAsync("""
            () => {
              const data = new DataTransfer()
              data.items.add(new File(['one'], 'one.txt', { type: 'text/plain' }))
              return data
            }
            """);
        await box.DispatchEventAsync("drop", new { dataTransfer = dropped });
        await visit.TypeAsync("Read it");
        await Expect(visit.Page.GetByRole(AriaRole.List, new() { Name = "Attached files" }).GetByRole(AriaRole.Listitem)).ToHaveCountAsync(1);
        await Expect(visit.Button("Send", exact: true)).ToBeEnabledAsync();
        visit.IsClean();
    }
}
