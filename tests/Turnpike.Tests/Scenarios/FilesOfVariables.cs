using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Prompts;
using Turnpike.Tests.Scripted;
using Turnpike.Turns;
using Turnpike.Turns.Catalogs;
using Turnpike.Turns.Stores;

namespace Turnpike.Tests.Scenarios;

/// <summary>Files and images that variables ask for and no template places go along with the turn that gives them.</summary>
public sealed class FilesOfVariables
{
    private const string Dot = "data:image/png;base64,iVBORw0KGgo=";
    private static readonly string Notes = "data:text/plain;base64," + Convert.ToBase64String(Encoding.UTF8.GetBytes("Bring an umbrella."));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static readonly Prompt Guide = new()
    {
        Messages = [new() { Role = "system", Content = [new() { Type = "text", Text = "Guide." }] }, new() { Role = "user", Content = [new() { Type = "text", Text = "Look." }] }],
        Variables = [new() { Name = "photo", Type = VariableType.Image }, new() { Name = "notes", Type = VariableType.File }],
    };

    private static Dictionary<string, JsonElement> Values(params (string Name, string Value)[] values) => values.ToDictionary(pair => pair.Name, pair => JsonSerializer.SerializeToElement(pair.Value));

    private static string Block(string id) => $"<resources>\n<resource kind=\"file\" id=\"{id}\" title=\"notes\">\nBring an umbrella.\n</resource>\n</resources>";

    [Fact]
    public async Task They_follow_the_text_as_resources_and_later_turns_see_them_in_history()
    {
        await using var road = new Road();
        var request = new TurnRequest { Prompt = Guide, Content = "Where?", Variables = Values(("photo", Dot), ("notes", Notes)) };
        var preview = await road.Runner.PreviewAsync(request, Cancellation);
        var first = await road.RunAsync(request);
        var id = preview.Resources.Single(read => read.Resource.Kind == "file").Resource.Id;
        Assert.Equal(["system: Guide.", $"user: Look.\n\nWhere? {Block(id)} [image/png]"], road.Model.Last.Transcript);
        Assert.Equal(preview.Request.Messages.Select(message => message.Text), road.Model.Last.Messages.Select(message => message.Text));

        await road.RunAsync(new TurnRequest { Conversation = first.Conversation, Content = "And now?" });
        Assert.Equal(["system: Guide.", $"user: Look.\n\nWhere? {Block(id)} [image/png]", "assistant: ok", "user: And now?"], road.Model.Last.Transcript);
        await road.RunAsync(new TurnRequest { Conversation = first.Conversation, Content = "And this?", Variables = Values(("photo", Dot)) });
        Assert.Equal("user: And this? [image/png]", road.Model.Last.Transcript[^1]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(40)]
    public async Task One_that_is_set_for_the_conversation_goes_with_the_next_turn_and_with_that_alone(int turns)
    {
        await using var road = new Road();
        var first = await road.RunAsync(new TurnRequest { Prompt = Guide, Content = "Where?", Variables = Values(("photo", Dot)) });
        for (var i = 1; i < turns; i++) await NextAsync("Go on.");
        Assert.Single(road.Model.Last.Messages.SelectMany(message => message.Contents.OfType<DataContent>()));
        await SetAsync("notes", Notes);
        await NextAsync("And this?");
        Assert.StartsWith("user: And this? <resources>", road.Model.Last.Transcript[^1], StringComparison.Ordinal);
        Assert.Contains("Bring an umbrella.", road.Model.Last.Transcript[^1], StringComparison.Ordinal);
        await NextAsync("And now?");
        Assert.Equal("user: And now?", road.Model.Last.Transcript[^1]);
        await SetAsync("notes", "data:text/plain;base64,SGk=");
        await NextAsync("@.help;");
        await NextAsync("And that?");
        Assert.EndsWith(">\nHi\n</resource>\n</resources>", road.Model.Last.Transcript[^1], StringComparison.Ordinal);
        await NextAsync("Well?");
        Assert.Equal("user: Well?", road.Model.Last.Transcript[^1]);
        Assert.Single(road.Model.Last.Messages.SelectMany(message => message.Contents.OfType<DataContent>()));

        Task<Turn> NextAsync(string content) => road.RunAsync(new TurnRequest { Conversation = first.Conversation, Content = content });
        Task SetAsync(string name, string value) => road.Get<IConversationStore>().UpdateAsync(first.Conversation, kept => kept with { Variables = new Dictionary<string, JsonElement>(kept.Variables) { [name] = JsonSerializer.SerializeToElement(value) } }, Cancellation);
    }

    [Fact]
    public async Task One_whose_turn_failed_goes_with_the_next()
    {
        await using var road = new Road();
        var first = await road.RunAsync(new TurnRequest { Prompt = Guide, Content = "Where?" });
        await road.Get<IConversationStore>().UpdateAsync(first.Conversation, kept => kept with { Variables = Values(("photo", Dot)) }, Cancellation);
        road.Model.Fails(new TurnException(TurnErrorCode.ProviderRefused, "no"));
        await road.RunAsync(new TurnRequest { Conversation = first.Conversation, Content = "This?" });
        await road.RunAsync(new TurnRequest { Conversation = first.Conversation, Content = "That?" });
        Assert.Equal("user: That? [image/png]", road.Model.Last.Transcript[^1]);
    }

    [Fact]
    public async Task What_the_template_places_stands_there_alone()
    {
        await using var road = new Road();
        var placed = Guide with { Messages = [new() { Role = "user", Content = [new() { Type = "text", Text = "See {{#if photo}}{{media url=photo}}{{/if}} and {{notes}}" }] }] };
        await road.RunAsync(new TurnRequest { Prompt = placed, Content = "Where?", Variables = Values(("photo", Dot), ("notes", Notes)) });
        Assert.Single(road.Model.Last.Messages[^1].Contents.OfType<DataContent>());
        Assert.DoesNotContain("<resource", road.Model.Last.Transcript[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_that_reads_text_only_is_refused_an_image()
    {
        await using var road = new Road(builder => builder.Services.Configure<ModelCatalogOptions>(options => options.Models["test/model"] = new() { Id = "test/model", Provider = "test", Input = ["text"] }));
        var first = await road.RunAsync(new TurnRequest { Prompt = Guide, Content = "Hi" });
        foreach (var request in (TurnRequest[])[new() { Prompt = Guide, Content = "Where?", Variables = Values(("photo", Dot)) }, new() { Conversation = first.Conversation, Content = "Where?", Variables = Values(("photo", Dot)) }])
        {
            var error = await road.RefusedAsync(request);
            Assert.Equal(TurnErrorCode.ResourceUnsupported, error.Code);
            Assert.Contains("photo", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task One_that_does_not_fit_is_told_in_the_packing_report()
    {
        await using var road = new Road(builder => builder.Services.Configure<Turnpike.Turns.Resources.ResourceOptions>(options => options.Tokens = 2).Configure<ModelCatalogOptions>(options => options.Models["test/model"] = new() { Id = "test/model", Provider = "test", ContextWindow = 100_000 }));
        var preview = await road.Runner.PreviewAsync(new() { Prompt = Guide, Content = "Where?", Variables = Values(("notes", Notes)) }, Cancellation);
        var item = Assert.Single(preview.Packing);
        Assert.Equal(("resource", "left out", "notes"), (item.Kind, item.Outcome, item.Title));
    }

    [Fact]
    public async Task A_secret_one_is_not_attached_and_the_turn_says_so()
    {
        await using var road = new Road();
        var secret = Guide with { Variables = [new() { Name = "notes", Type = VariableType.File, Secret = true }] };
        var turn = await road.RunAsync(new TurnRequest { Prompt = secret, Content = "Where?", Variables = Values(("notes", Notes)) });
        Assert.Equal("user: Look.\n\nWhere?", road.Model.Last.Transcript[^1]);
        Assert.Equal("variable_unplaced", Assert.Single(turn.Warnings).Code);
    }
}
