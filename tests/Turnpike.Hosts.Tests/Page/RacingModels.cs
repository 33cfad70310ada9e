using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Turnpike.Hosts.Tests.Server;
using Turnpike.Tests.Scripted;
using Turnpike.Turns.Catalogs;
using static Microsoft.Playwright.Assertions;

namespace Turnpike.Hosts.Tests.Page;

/// <summary>A race of models on the page: turns at one place, of which one is shown.</summary>
[Collection(InChromium.Name)]
public sealed class RacingModels(Chromium chromium)
{
    [Fact]
    public async Task Show_one_turn_for_a_place_while_the_first_model_is_slower_and_after()
    {
        var (held, slow, told) = (new HeldAnswer("Slowly begun", ", slowly ended."), new ScriptedModel(), new TaskCompletionSource());
        slow.Answers(held.Stream);
        await using var server = new RunningServer(services => services.AddSingleton(new HostModel("test/slow", slow)));
        server.Model.Says("One.").Says("Quickly done.");
        await using var visit = await chromium.VisitAsync(server);
        await visit.SayAsync("First");
        await Expect(visit.Page.Locator(".turn-foot")).ToHaveCountAsync(1);
        visit.Page.Response += (_, response) => _ = ReadAsync(response);
        await visit.SayAsync("@.race.models test/slow test/model; Second");
        await visit.SeesAsync("Slowly begun");
        await told.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken); // the page knows of the other turn
        await Expect(visit.Page.Locator("article.turn")).ToHaveCountAsync(2);
        await visit.SeesAsync("Slowly begun");
        await Expect(visit.Page.GetByText("Quickly done.")).ToHaveCountAsync(0);

        held.LetGo();
        await visit.SeesAsync("Quickly done.");
        await visit.SeesAsync("2 / 2");
        await Expect(visit.Page.Locator("article.turn")).ToHaveCountAsync(2);
        await Expect(visit.Page.GetByRole(AriaRole.Article, new() { Name = "Running turn" })).ToHaveCountAsync(0);
        await Expect(visit.Page.GetByText("Slowly begun")).ToHaveCountAsync(0);
        await visit.SayAsync("Third");
        await Expect(visit.Page.Locator(".turn-foot")).ToHaveCountAsync(3);
        Assert.Contains("assistant: Quickly done.", server.Model.Last.Transcript);
        visit.IsClean();

        async Task ReadAsync(IResponse response)
        {
            if (response.Url.Contains("/turns?branches", StringComparison.Ordinal) && (await response.TextAsync()).Contains("Quickly done.", StringComparison.Ordinal)) told.TrySetResult();
        }
    }
}
