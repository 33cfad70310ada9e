using Turnpike.Hosts.Tests.Chaos;
using Turnpike.Hosts.Tests.Server;
using Turnpike.Hosts.Tests.Storage;
using static Microsoft.Playwright.Assertions;

namespace Turnpike.Hosts.Tests.Page;

/// <summary>The server goes away while somebody is at the page, and comes back.</summary>
[Collection(InChromium.Name)]
public sealed class LosingTheServer(Chromium chromium)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_server_that_is_killed_in_mid_stream_and_started_again_shows_what_was_said_once_and_the_turn_is_tried_again()
    {
        var folder = TestFolder.New();
        try
        {
            await using var model = await PacedModel.StartAsync();
            await using var server = new ServerProcess("page", folder, model.BaseUrl);
            await server.StartAsync(Cancellation);
            await using var visit = await chromium.VisitAsync(new Uri(server.Address));
            visit.Expects = IsOfALostServer;
            await visit.SayAsync("@.model.use openai/words-400; Count");
            await visit.SeesAsync("w0 w1 w2 w3");
            await server.KillAsync();
            await visit.SeesAsync("The server cannot be reached");
            await server.StartAsync(Cancellation);
            await visit.SeesAsync("The server stopped while this ran; what had been said is kept.");
            await Expect(visit.Page.GetByText("The server cannot be reached")).ToHaveCountAsync(0);
            await Expect(visit.Page.GetByText("w0 w1 w2 w3")).ToHaveCountAsync(1);
            var said = (await visit.Page.Locator(".answer").InnerTextAsync()).Trim();
            Assert.StartsWith(said, PacedModel.Words(400), StringComparison.Ordinal);

            await visit.TypeAsync("and more");
            await Expect(visit.Page.Locator(".trigger-editor .cm-content")).ToHaveTextAsync("and more");
            await visit.Button("Try again").ClickAsync();
            await visit.SeesAsync("w399");
            visit.IsClean();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task What_is_sent_while_offline_stays_in_the_box_and_goes_when_the_network_is_back()
    {
        await using var server = new RunningServer();
        server.Model.Says("First.").Says("Second.");
        await using var visit = await chromium.VisitAsync(server);
        visit.Expects = IsOfALostServer;
        await visit.SayAsync("One");
        await visit.SeesAsync("First.");
        await visit.Page.Context.SetOfflineAsync(true);
        await visit.SeesAsync("The server cannot be reached");
        await visit.SayAsync("Two");
        await Expect(visit.Page.Locator(".trigger-editor .cm-content")).ToHaveTextAsync("Two");
        await visit.Page.Context.SetOfflineAsync(false);
        await Expect(visit.Page.GetByText("The server cannot be reached")).ToHaveCountAsync(0);
        await visit.Button("Send", exact: true).ClickAsync();
        await visit.SeesAsync("Second.");
        Assert.Equal("Two", server.Model.Last.Messages[^1].Text);
        Assert.Equal(2, server.Model.Requests.Count);
        visit.IsClean();
    }

    private static bool IsOfALostServer(string fault) => fault.Contains("net::ERR_", StringComparison.Ordinal);
}
