using System.Text.Json;
using Microsoft.Playwright;
using Turnpike.Hosts.Tests.Server;
using Turnpike.Tests.Architecture;

namespace Turnpike.Hosts.Tests.Page;

/// <summary>Somebody at the page. What goes wrong in the browser is gathered: an error in its console, a fault of a script, a request to another host.</summary>
internal sealed class Visit : IAsyncDisposable
{
    private readonly IBrowserContext _context;
    private readonly List<string> _faults = [];
    private readonly string _ours;

    public Visit(IBrowserContext context, IPage page, Uri server)
    {
        (_context, Page, _ours) = (context, page, server.GetLeftPart(UriPartial.Authority));
        page.SetDefaultTimeout(30_000);
        Assertions.SetDefaultExpectTimeout(30_000); // other tests run at the same time
        Watch(page);
    }

    public IPage Page { get; }

    /// <summary>The server, when it ends with the visit.</summary>
    public RunningServer? Owned { get; set; }

    /// <summary>The box in which a turn is written.</summary>
    public ILocator Box => Page.GetByRole(AriaRole.Textbox, new() { Name = "Write a message" });

    /// <summary>Faults that this test provokes itself.</summary>
    public Func<string, bool> Expects { get; set; } = _ => false;

    /// <summary>A second tab of the same person.</summary>
    public async Task<IPage> SecondTabAsync(string path)
    {
        var page = await _context.NewPageAsync();
        Watch(page);
        await page.GotoAsync(path);
        return page;
    }

    /// <summary>Types into the box as hands do, and waits until the editor is there to take it.</summary>
    public async Task TypeAsync(string text)
    {
        await Page.Locator(".trigger-editor .cm-content").ClickAsync();
        await Page.Keyboard.TypeAsync(text);
    }

    /// <summary>Writes a message and sends it.</summary>
    public async Task SayAsync(string text)
    {
        await TypeAsync(text);
        await Page.Keyboard.PressAsync("Escape");
        await Page.Keyboard.PressAsync("Enter");
    }

    /// <summary>The page reads what the server knows anew, as it does when the server was gone.</summary>
    public async Task ReadAnewAsync()
    {
        await _context.SetOfflineAsync(true);
        await SeesAsync("The server cannot be reached");
        await _context.SetOfflineAsync(false);
        await Assertions.Expect(Page.GetByText("The server cannot be reached")).ToHaveCountAsync(0);
    }

    public ILocator Button(string name, bool exact = false) => Page.GetByRole(AriaRole.Button, new() { Name = name, Exact = exact });

    public Task SeesAsync(string text) => Assertions.Expect(Page.GetByText(text).First).ToBeVisibleAsync();

    /// <summary>Nothing went wrong in the browser so far.</summary>
    public void IsClean()
    {
        lock (_faults) Assert.True(_faults.All(fault => Expects(fault)), string.Join('\n', _faults));
    }

    /// <summary>The rules of accessibility that the page breaks, of those that are serious.</summary>
    public async Task IsAccessibleAsync()
    {
        await Page.EvaluateAsync(await File.ReadAllTextAsync(Path.Combine(Repository.Root, "web", "node_modules", "axe-core", "axe.min.js")));
        var found = await Page.EvaluateAsync<JsonElement>("""
            async () => (await axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'] })).violations
              .filter(rule => rule.impact === 'serious' || rule.impact === 'critical')
              .map(rule => rule.id + ': ' + rule.nodes.map(node => node.target.join(' ') + ' ' + (node.any[0]?.message ?? '')).slice(0, 4).join(' | '))
            """);
        Assert.True(found.GetArrayLength() == 0, $"{Page.Url}\n{string.Join('\n', found.EnumerateArray())}");
    }

    /// <summary>Puts a picture of the page where it can be looked at: <c>web/shots</c>.</summary>
    public async Task ShowAsync(string name)
    {
        await Page.EvaluateAsync("() => document.fonts.ready");
        await Page.ScreenshotAsync(new() { Path = Path.Combine(Repository.Root, "web", "shots", name + ".png"), Animations = ScreenshotAnimations.Disabled });
    }

    public async ValueTask DisposeAsync()
    {
        await _context.DisposeAsync();
        if (Owned is not null) await Owned.DisposeAsync();
    }

    private void Watch(IPage page)
    {
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning") Add($"{page.Url} console {message.Type}: {message.Text} {message.Location}");
        };
        page.PageError += (_, error) => Add($"{page.Url} fault: {error}");
        page.Request += (_, request) =>
        {
            if (!request.Url.StartsWith(_ours, StringComparison.Ordinal) && !request.Url.StartsWith("data:", StringComparison.Ordinal) && !request.Url.StartsWith("blob:", StringComparison.Ordinal)) Add($"{page.Url} asks {request.Url}");
        };
    }

    private void Add(string fault)
    {
        lock (_faults) _faults.Add(fault);
    }
}
