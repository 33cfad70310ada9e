using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Turnpike.Hosts.Tests.Server;
using Turnpike.Tests.Scripted;
using Turnpike.Turns.Catalogs;
using static Microsoft.Playwright.Assertions;

namespace Turnpike.Hosts.Tests.Page;

/// <summary>The model that somebody chose answers until they choose another.</summary>
[Collection(InChromium.Name)]
public sealed class ChoosingAModel(Chromium chromium)
{
    [Fact]
    public async Task The_model_of_a_new_conversation_answers_every_turn_also_after_a_reload_until_the_default_is_chosen()
    {
        var other = new ScriptedModel().Says("One.").Says("Two.").Says("Three.");
        await using var server = new RunningServer(services => services.AddSingleton(new HostModel("test/other", other)));
        server.Model.Says("Four.");
        await using var visit = await chromium.VisitAsync(server);
        await Expect(Choice(visit)).ToContainTextAsync("Default: test/model");
        await ChooseAsync(visit, "test/other");
        await visit.SayAsync("First");
        await SeesTurnsAsync(visit, 1);
        await visit.SayAsync("Second");
        await SeesTurnsAsync(visit, 2);
        await visit.Page.ReloadAsync();
        await Expect(Choice(visit)).ToContainTextAsync("test/other");
        await visit.SayAsync("Third");
        await SeesTurnsAsync(visit, 3);
        Assert.Equal(["First", "Second", "Third"], other.Requests.Select(request => request.Messages[^1].Text));
        Assert.Empty(server.Model.Requests);

        await visit.Page.RunAndWaitForResponseAsync(() => ChooseAsync(visit, "Default: test/model"), answer => answer.Request.Method == "PATCH");
        await visit.SayAsync("Fourth");
        await SeesTurnsAsync(visit, 4);
        Assert.Equal((3, "Fourth"), (other.Requests.Count, server.Model.Last.Messages[^1].Text));
        visit.IsClean();
    }

    private static ILocator Choice(Visit visit) => visit.Page.Locator(".composer-foot .select");

    private static async Task ChooseAsync(Visit visit, string model)
    {
        await Choice(visit).ClickAsync();
        await visit.Page.GetByRole(AriaRole.Option, new() { Name = model, Exact = true }).ClickAsync();
        await Expect(Choice(visit)).ToContainTextAsync(model);
    }

    private static Task SeesTurnsAsync(Visit visit, int count) => Expect(visit.Page.Locator(".turn-foot")).ToHaveCountAsync(count);
}
