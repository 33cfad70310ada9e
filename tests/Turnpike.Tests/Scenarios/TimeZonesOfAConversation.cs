using System.Text.Json;
using Turnpike.Prompts;
using Turnpike.Tests.Scripted;
using Turnpike.Turns;
using Turnpike.Turns.Stores;

namespace Turnpike.Tests.Scenarios;

/// <summary>Where the user is need not be said with every turn.</summary>
public sealed class TimeZonesOfAConversation
{
    private static readonly Prompt Clock = new()
    {
        Messages = [new() { Role = "system", Content = [new() { Type = "text", Text = "{{timezone}} {{current_datetime}}" }] }],
    };

    private static async Task<string> SystemAsync(Road road, TurnRequest request)
    {
        await road.RunAsync(request);
        return road.Model.Last.Transcript[0];
    }

    private static string At(Road road, string zone) => $"system: {zone} {TimeZoneInfo.ConvertTime(road.Clock.GetUtcNow(), TimeZoneInfo.FindSystemTimeZoneById(zone)):yyyy-MM-dd'T'HH:mm:sszzz}";

    [Fact]
    public async Task The_zone_that_a_turn_named_last_holds_for_those_that_name_none()
    {
        await using var road = new Road();
        Assert.Equal(At(road, "Pacific/Kiritimati"), await SystemAsync(road, new() { Prompt = Clock, Content = "Hi", TimeZone = "Pacific/Kiritimati" }));
        var conversation = (await road.Get<IConversationStore>().ListAsync(new(), TestContext.Current.CancellationToken)).Data[0].Id;
        Assert.Equal(At(road, "Pacific/Kiritimati"), await SystemAsync(road, new() { Conversation = conversation, Content = "And?" }));
        Assert.Equal(At(road, "Asia/Tokyo"), await SystemAsync(road, new() { Conversation = conversation, Content = "And?", TimeZone = "Asia/Tokyo" }));
        Assert.Equal(At(road, "Asia/Tokyo"), await SystemAsync(road, new() { Conversation = conversation, Content = "And?" }));
        Assert.Equal("Asia/Tokyo", (await road.ConversationAsync(conversation)).TimeZone);
    }

    [Fact]
    public async Task A_variable_that_says_the_zone_counts_where_the_request_does_not()
    {
        await using var road = new Road();
        await road.Get<IConversationStore>().AddAsync(new Conversation { Id = "conv_1", Prompt = Clock, TimeZone = "Asia/Tokyo", Variables = new Dictionary<string, JsonElement> { ["timezone"] = JsonSerializer.SerializeToElement("Pacific/Kiritimati") } }, TestContext.Current.CancellationToken);
        Assert.Equal(At(road, "Pacific/Kiritimati"), await SystemAsync(road, new() { Conversation = "conv_1", Content = "Hi" }));
    }
}
