using System.Text.Json;
using Turnpike.Prompts;
using Turnpike.Prompts.Files;

namespace Turnpike.Tests.Prompts.Files;

public sealed class PromptFileWriting
{
    public static TheoryData<string> Shipped => [.. BuiltInPrompts.All.Select(prompt => prompt.Key)];

    [Theory]
    [MemberData(nameof(Shipped))]
    public void What_was_read_and_written_reads_back_the_same(string key)
    {
        var prompt = BuiltInPrompts.All.Single(one => one.Key == key);
        Assert.Equal(prompt.File, PromptFile.Write(prompt with { Tags = [.. prompt.Tags.Except(["built-in"])] }));
        var bare = prompt with { File = null };
        Assert.Equal(PromptHash.Of(bare), PromptHash.Of(PromptFile.Parse(PromptFile.Write(bare), key) with { File = null }));
    }

    [Fact]
    public void Every_setting_of_a_prompt_reads_back_the_same()
    {
        static JsonElement Json(string json) => JsonDocument.Parse(json).RootElement;
        var prompt = new Prompt
        {
            Key = "all",
            Title = "All: of it",
            Description = "Says \"yes\",\nthen no # really",
            Tags = ["a", "b c", "true"],
            Body = "{{#if city}}{{role \"system\"}}Be brief.\n{{history}}{{/if}}{{role \"user\"}}{{city}} {{input}}",
            Model = "test/one",
            Fallback = ["test/two"],
            Parameters = new() { Temperature = 0.2, Stop = ["END", "\n\n"], MaxOutputTokens = 800, ReasoningEffort = "low" },
            Tools = ["search.*"],
            Rules = ["tag:house"],
            System = "replace",
            ExpandUserText = true,
            Triggers = "off",
            Output = new(Json("""{"type":"object","properties":{"a":{"type":"string"}}}"""), "json"),
            Variables =
            [
                new() { Name = "city", Type = VariableType.String, Required = true, Description = "where, or (nearly) where: the place", Locked = "conversation" },
                new() { Name = "note", Type = VariableType.Text, Input = "textarea", MaxLength = 500 },
                new() { Name = "days", Type = VariableType.Integer, Default = Json("3"), Min = Json("1"), Max = Json("14") },
                new() { Name = "loud", Type = VariableType.Boolean, Default = Json("false") },
                new() { Name = "tone", Type = VariableType.Enum, Options = [Json("\"warm\""), Json("\"null\"")], AllowOther = true },
                new() { Name = "stops", Type = VariableType.List, ItemType = VariableType.String, Description = "on the way" },
                new() { Name = "when", Type = VariableType.Date, Required = true },
                new() { Name = "photo", Type = VariableType.Image },
                new() { Name = "key", Type = VariableType.String, Secret = true },
                new() { Name = "thing", Type = VariableType.Any },
            ],
        };
        var back = PromptFile.Parse(PromptFile.Write(prompt), "all");
        Assert.Equal(JsonSerializer.Serialize(prompt, Turnpike.Turns.Json.TurnpikeJson.Relaxed.Prompt), JsonSerializer.Serialize(back with { File = null }, Turnpike.Turns.Json.TurnpikeJson.Relaxed.Prompt));
    }

    [Fact]
    public void Messages_become_a_body_with_roles_and_the_place_of_history()
    {
        var prompt = new Prompt
        {
            Key = "m",
            InferVariables = true,
            Messages =
            [
                new() { Role = "system", Content = [new() { Type = "text", Text = "Be brief." }] },
                new() { Role = "history" },
                new() { Role = "assistant", Content = [new() { Type = "text", Text = "Yes?\n" }] },
                new() { Role = "user", Content = [new() { Type = "text", Text = "Look: " }, new() { Type = "media", Url = "{{photo}}", MediaType = "image/png" }] },
            ],
        };
        Assert.Equal("{{role \"system\"~}}\nBe brief.\n{{~history}}\n{{role \"model\"~}}\nYes?\n{{role \"user\"~}}\nLook: {{media url=photo contentType=\"image/png\"}}", PromptFile.Write(prompt));
    }
}
