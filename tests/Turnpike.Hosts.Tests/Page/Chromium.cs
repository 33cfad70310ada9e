using Microsoft.Playwright;

namespace Turnpike.Hosts.Tests.Page;

/// <summary>One browser for all tests of the page; each visit is a fresh profile.</summary>
public sealed class Chromium : IAsyncDisposable
{
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    internal async Task<Visit> VisitAsync(Server.RunningServer server, string path = "/", VisitOptions? options = null)
    {
        var visit = await VisitAsync(server.Client.BaseAddress!, path, options);
        if (options?.OwnsServer == true) visit.Owned = server;
        return visit;
    }

    internal async Task<Visit> VisitAsync(Uri server, string path = "/", VisitOptions? options = null)
    {
        PageParts.Needed();
        if (_browser is null)
        {
            var program = Browser.Path();
            _playwright = await Playwright.CreateAsync();
            _browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = program, Args = ["--no-sandbox", "--disable-dev-shm-usage"] });
        }
        options ??= new();
        var context = await _browser.NewContextAsync(new()
        {
            BaseURL = server.ToString(),
            ViewportSize = new() { Width = options.Width, Height = options.Height },
            ColorScheme = options.IsDark ? ColorScheme.Dark : ColorScheme.Light,
            ReducedMotion = ReducedMotion.Reduce,
            Locale = "en-GB",
            AcceptDownloads = true,
        });
        var visit = new Visit(context, await context.NewPageAsync(), server);
        await visit.Page.GotoAsync(path);
        return visit;
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null) await _browser.DisposeAsync();
        _playwright?.Dispose();
    }
}

/// <summary>How a page is looked at.</summary>
internal sealed record VisitOptions(int Width = 1280, int Height = 800, bool IsDark = false, bool OwnsServer = false);

/// <summary>All tests in the browser, one after another: they share it.</summary>
[CollectionDefinition(Name)]
public sealed class InChromium : ICollectionFixture<Chromium>
{
    public const string Name = "In Chromium";
}
