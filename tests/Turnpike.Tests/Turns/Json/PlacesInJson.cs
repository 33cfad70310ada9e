using System.Diagnostics;
using System.Text.Json.Nodes;
using Turnpike.Prompts.Files;
using Turnpike.Prompts.Imports;
using Turnpike.Turns;
using Turnpike.Turns.Json;

namespace Turnpike.Tests.Turns.Json;

/// <summary>Where a value stands is told, and costs nothing where nobody asks for it.</summary>
public sealed class PlacesInJson
{
    [Fact]
    public void It_is_said_with_dots_and_brackets()
    {
        Assert.Equal("config.list[0][12].key", JsonPlace.Of("config").Member("list").Item(0).Item(12).Member("key").ToString());
        Assert.Equal("[1].a", JsonPlace.Of("").Item(1).Member("a").ToString());
        Assert.Equal("variables[1].default", Assert.Throws<TurnException>(() => FrontMatter.NoEnvironment(JsonNode.Parse("""{"variables":[{},{"default":"${env.KEY}"}]}"""), "")).Field);
    }

    [Fact]
    public void A_long_list_under_a_long_name_is_walked_as_fast_as_it_is_long()
    {
        var wide = new JsonObject { [new string('x', 200_000)] = new JsonArray([.. Enumerable.Range(0, 50_000).Select(number => (JsonNode)number)]) };
        var began = Stopwatch.GetTimestamp();
        var told = new List<string>();
        FrontMatter.NoEnvironment(wide, "");
        Assert.Empty(ImportSecrets.In(wide, ""));
        Assert.NotNull(ImportSecrets.Without(wide, "", told.Add));
        Assert.True(Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(10), "It took 10 GB of paths before.");
        Assert.Empty(told);
    }
}
