using System.Text.Json;
using Turnpike.Prompts;
using Turnpike.Prompts.Files;
using Turnpike.Prompts.Tools;
using Turnpike.Tests.Scripted;
using Turnpike.Turns;

namespace Turnpike.Tests.Prompts.Files;

/// <summary>Lists that a file declares, by the values that they take.</summary>
public sealed class ListsOfAFile
{
    private const string People = "---\ninput:\n  schema:\n    people(array): { name: string, age?: integer }\n---\n{{#each people}}{{name}}.{{/each}}";

    private static Prompt Parsed(string file) => PromptFile.Parse(file, "people") with { Key = "people" };

    private static TurnRequest Asking(Prompt prompt, string name, string value) => new() { Prompt = prompt, Variables = new Dictionary<string, JsonElement> { [name] = JsonElement.Parse(value) } };

    [Fact]
    public async Task A_list_of_objects_takes_objects_that_fit_and_no_others()
    {
        await using var road = new Road();
        foreach (var prompt in (Prompt[])[Parsed(People), Parsed(PromptFile.Write(Parsed(People) with { File = null }))])
        {
            await road.RunAsync(Asking(prompt, "people", """[{"name":"Ada"},{"name":"Bo","age":7}]"""));
            Assert.Equal(["user: Ada.Bo."], road.Model.Last.Transcript);
            var refused = await road.RefusedAsync(Asking(prompt, "people", """[{"name":"Ada"},{"name":"Bo","age":"old"}]"""));
            Assert.Equal(TurnErrorCode.VariableInvalid, refused.Code);
            Assert.Contains("item 2", refused.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_list_of_objects_may_have_a_default()
    {
        await using var road = new Road();
        var saved = await road.Get<PromptKeeper>().SaveAsync(Parsed(People.Replace("---\n{{", "  default:\n    people: [{ name: Cy }]\n---\n{{", StringComparison.Ordinal)), null, TestContext.Current.CancellationToken);
        await road.RunAsync(new TurnRequest { Prompt = saved.Key });
        Assert.Equal(["user: Cy."], road.Model.Last.Transcript);
    }

    [Fact]
    public void A_prompt_as_a_tool_describes_the_items_of_its_list()
    {
        var schema = PromptToolSchema.Of(Parsed(People).Variables[0]);
        Assert.Equal(("array", "object", "string"), ((string?)schema["type"], (string?)schema["items"]!["type"], (string?)schema["items"]!["properties"]!["name"]!["type"]));
    }

    [Fact]
    public async Task A_list_of_options_takes_those_and_a_list_of_lists_takes_lists()
    {
        await using var road = new Road();
        const string Colors = "---\ninput:\n  schema:\n    type: object\n    properties:\n      x: { type: array, items: ITEMS }\n---\n{{json x}}";
        var colors = Parsed(Colors.Replace("ITEMS", "{ enum: [red, blue] }", StringComparison.Ordinal));
        await road.RunAsync(Asking(colors, "x", """["red","blue"]"""));
        Assert.Equal(["user: [\"red\",\"blue\"]"], road.Model.Last.Transcript);
        Assert.Equal(TurnErrorCode.VariableInvalid, (await road.RefusedAsync(Asking(colors, "x", """["green"]"""))).Code);
        var rows = Parsed(Colors.Replace("ITEMS", "{ type: array, items: { type: integer } }", StringComparison.Ordinal));
        await road.RunAsync(Asking(rows, "x", "[[1,2],[3]]"));
        Assert.Equal(["user: [[1,2],[3]]"], road.Model.Last.Transcript);
        Assert.Equal(TurnErrorCode.VariableInvalid, (await road.RefusedAsync(Asking(rows, "x", """[["a"]]"""))).Code);
    }
}
