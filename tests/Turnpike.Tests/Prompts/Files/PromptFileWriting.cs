using System.Text.Json;
using Turnpike.Prompts;
using Turnpike.Prompts.Files;
using Turnpike.Tests.Scripted;
using Turnpike.Turns;

namespace Turnpike.Tests.Prompts.Files;

public sealed class PromptFileWriting
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

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
            ClientTools = [new() { Name = "open", Description = "Opens it.", Schema = Json("""{"type":"object","properties":{}}"""), Strict = true }],
            Resources =
            [
                new() { Kind = "note", Title = "House style", Text = "Short.", Policy = ResourcePolicy.Sticky },
                new() { Kind = "file", Title = "plan", File = "file_1", MediaType = "application/pdf" },
                new() { Kind = "image", Url = "https://example.org/map.png", Detail = "low" },
                new() { Kind = "table", Path = "prices.csv", Format = "csv", Policy = ResourcePolicy.Refresh },
                new() { Kind = "conversation", Ref = "conv_1" },
                new() { Kind = "note", Id = "res_1" },
            ],
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
    public async Task A_prompt_of_a_file_takes_an_attached_file_and_is_saved_and_written_again_with_its_comments()
    {
        await using var road = new Road();
        var keeper = road.Get<PromptKeeper>();
        var first = await keeper.SaveAsync(PromptFile.Parse("---\n# ours\nmodel: test/one\n---\nHelp with {{topic}}.", "helper"), null, Cancellation);
        var second = await keeper.SaveAsync(first with { File = null, Resources = [new() { Kind = "file", Title = "plan", File = "file_1" }] }, null, Cancellation);
        Assert.StartsWith("---\n# ours\nmodel: test/one\n", PromptFile.Write(second), StringComparison.Ordinal);
        Assert.Equal(PromptHash.Of(second with { File = null }), PromptHash.Of(PromptFile.Parse(PromptFile.Write(second), "helper") with { File = null }));
        var third = await keeper.SaveAsync(second with { File = null, Model = "test/two" }, null, Cancellation);
        Assert.Contains("# ours\nmodel: test/two", PromptFile.Write(third), StringComparison.Ordinal);
        Assert.Equal("file_1", PromptFile.Parse(PromptFile.Write(third), "helper").Resources.Single().File);
    }

    [Fact]
    public async Task A_prompt_whose_kept_file_cannot_be_read_is_written_anew()
    {
        await using var road = new Road();
        var broken = PromptFile.Parse("Hi {{topic}}", "old") with { File = "---\nturnpike:\n  resources:\n    - kind: file\n---\nHi {{topic}}", Resources = [new() { Kind = "file", File = "file_1" }] };
        var written = PromptFile.Write(broken);
        Assert.Equal("file_1", PromptFile.Parse(written, "old").Resources.Single().File);
        Assert.Equal("test/two", PromptFile.Parse(PromptFile.Write(await road.Get<PromptKeeper>().SaveAsync(broken with { Model = "test/two" }, null, Cancellation)), "old").Model);
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
