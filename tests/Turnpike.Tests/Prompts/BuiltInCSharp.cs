using System.Text.Json;
using Turnpike.Prompts;
using Turnpike.Tests.Scripted;
using Turnpike.Turns;
using Turnpike.Turns.Calls;
using Turnpike.Turns.Json;

namespace Turnpike.Tests.Prompts;

/// <summary>A prompt put together in C# is the same as one written as JSON.</summary>
public sealed class BuiltInCSharp
{
    [Fact]
    public async Task Everything_that_is_said_reaches_the_model()
    {
        await using var road = new Road(builder => builder.AddTool(() => "noon", "clock"));
        var prompt = new PromptBuilder("guide").Title("Guide").Description("Guides").Tags("city")
            .System("You guide in {{city}}.").User("Hi").Assistant("Hello").History().User("Now: {{input}}")
            .Variable("city", required: true, description: "Where").Variable("days", VariableType.Integer, more: variable => variable with { Min = JsonSerializer.SerializeToElement(1) })
            .Parameters(new TurnParameters { Temperature = 0.5 }).Tools("clock").Approval("clock", ToolDecision.Allow).Metadata("team", "blue").Build();
        await road.RunAsync(new TurnRequest { Prompt = prompt, Content = "Go", Variables = new Dictionary<string, JsonElement> { ["city"] = JsonSerializer.SerializeToElement("Rome") } });
        Assert.Equal(["system: You guide in Rome.", "user: Hi", "assistant: Hello", "user: Now: Go"], road.Model.Last.Transcript);
        Assert.Equal((0.5f, "clock"), (road.Model.Last.Options.Temperature, Assert.Single(road.Model.Last.Tools)));

        var json = JsonSerializer.Serialize(prompt, TurnpikeJson.Relaxed.Prompt);
        Assert.Equal(PromptHash.Of(prompt), PromptHash.Of(PromptKeeper.Read(JsonElement.Parse(json))));
        Assert.Equal(("Guide", "Guides", "city", "blue"), (prompt.Title, prompt.Description, Assert.Single(prompt.Tags), (string?)prompt.Metadata!["team"]));
        Assert.Equal(1, (await road.SaveAsync(prompt)).Version);
    }

    [Fact]
    public void Building_twice_gives_prompts_of_their_own()
    {
        var builder = new PromptBuilder().User("One");
        var one = builder.Build();
        Assert.Equal((1, 2), (one.Messages.Count, builder.User("Two").Build().Messages.Count));
    }

    [Fact]
    public void What_could_not_be_saved_is_not_built()
    {
        Assert.Equal(TurnErrorCode.RequestInvalid, Assert.Throws<TurnException>(() => new PromptBuilder("/x").User("x").Build()).Code);
        Assert.Equal(TurnErrorCode.RequestInvalid, Assert.Throws<TurnException>(() => new PromptBuilder("x").Build()).Code);
        Assert.Equal(TurnErrorCode.RequestInvalid, Assert.Throws<TurnException>(() => new PromptBuilder("x").User("x").Variable("a.b").Build()).Code);
        Assert.Equal(TurnErrorCode.VariableInvalid, Assert.Throws<TurnException>(() => new PromptBuilder("x").User("x").Variable("a", VariableType.Enum).Build()).Code);
        Assert.Equal(TurnErrorCode.TemplateInvalid, Assert.Throws<TurnException>(() => new PromptBuilder("x").User("{{#if").Build()).Code);
    }
}
