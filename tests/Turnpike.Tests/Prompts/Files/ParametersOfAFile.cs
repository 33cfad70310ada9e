using System.Text.Json.Nodes;
using Turnpike.Prompts;
using Turnpike.Prompts.Files;
using Turnpike.Turns;

namespace Turnpike.Tests.Prompts.Files;

/// <summary>Parameters stay where a file has them, under the names that it and other readers of the format know.</summary>
public sealed class ParametersOfAFile
{
    private const string File = """
        ---
        config:
          temperature: 0.2 # calm
          stopSequences: [END]
          version: gpt-5-2025
          safety: { level: high }
        turnpike.tools:
          maxSteps: 4 # enough
          parallel: false
        turnpike.parameters:
          seed: 7
          top_k: 40
        ---
        Hi
        """;

    private static readonly Prompt Guide = PromptFile.Parse(File, "k");

    [Theory]
    [InlineData("temperature", "0.7", "  temperature: 0.7")]
    [InlineData("stop", "[\"END\",\"STOP\"]", "  stopSequences: [END, STOP]")]
    [InlineData("maxSteps", "9", "  maxSteps: 9")]
    [InlineData("parallelToolCalls", "true", "  parallel: true")]
    [InlineData("seed", "8", "  seed: 8")]
    [InlineData("topK", "20", "  top_k: 20")]
    [InlineData("providerOptions", """{"version":"gpt-6","safety":{"level":"high"}}""", "  version: gpt-6")]
    public void One_that_changed_is_one_line(string name, string value, string line)
    {
        var parameter = ParameterTable.Get(name);
        var prompt = Guide with { Parameters = parameter.With(Guide.Parameters!, parameter.Parse(System.Text.Json.JsonElement.Parse(value))) };
        var written = PromptFile.Write(prompt);
        Assert.Equal([line], written.Split('\n').Except(File.Split('\n')));
        Assert.Equal(File.Split('\n').Length, written.Split('\n').Length);
        Assert.Equal(PromptHash.Of(prompt with { File = null }), PromptHash.Of(PromptFile.Parse(written, "k") with { File = null }));
    }

    [Fact]
    public void One_that_is_taken_out_is_a_line_less_and_a_new_one_goes_into_config()
    {
        Assert.Equal(File.Replace("  seed: 7\n", "", StringComparison.Ordinal), PromptFile.Write(Guide with { Parameters = Guide.Parameters! with { Seed = null } }));
        Assert.Equal(File.Replace("{ level: high }\n", "{ level: high }\n  topP: 0.5\n", StringComparison.Ordinal), PromptFile.Write(Guide with { Parameters = Guide.Parameters! with { TopP = 0.5 } }));
    }

    [Fact]
    public void One_that_stands_in_two_places_changes_where_it_counts()
    {
        const string Twice = "---\nconfig:\n  maxSteps: 2\nturnpike.tools.maxSteps: 4\n---\nHi";
        var before = PromptFile.Parse(Twice, "k");
        Assert.Equal(Twice.Replace("4", "5", StringComparison.Ordinal), PromptFile.Write(before with { Parameters = before.Parameters! with { MaxSteps = 5 } }));
        Assert.Equal("---\n---\nHi", PromptFile.Write(before with { Parameters = null }));
    }

    [Fact]
    public void What_a_prompt_takes_away_of_the_tools_below_stands_beside_how_they_are_called()
    {
        const string File = "---\ntools:\n  - book\nturnpike.tools:\n  maxSteps: 4\n  only: []\n  remove:\n    - search.*\n---\nHi";
        var before = PromptFile.Parse(File, "k");
        Assert.Equal("only() +book -search.*", before.ToolSelection.ToString());
        Assert.Equal(File, PromptFile.Write(before));
        Assert.Equal("only() +book -search.*", PromptFile.Parse(PromptFile.Write(before with { File = null }), "k").ToolSelection.ToString());
        var edited = PromptFile.Write(before with { ToolSelection = new() { Only = ["a"], Add = ["book"] } });
        Assert.Equal("only(a) +book", PromptFile.Parse(edited, "k").ToolSelection.ToString());
        Assert.Contains("maxSteps: 4", edited, StringComparison.Ordinal);
    }

    [Fact]
    public void A_tool_that_must_be_called_gives_way_to_another_choice()
    {
        var before = PromptFile.Parse("---\nturnpike.tools:\n  require: true\n  maxSteps: 4\n---\nHi", "k");
        var written = PromptFile.Write(before with { Parameters = before.Parameters! with { ToolChoice = "none" } });
        Assert.Equal("---\nturnpike.tools:\n  maxSteps: 4\nconfig:\n  toolChoice: none\n---\nHi", written);
        Assert.Contains("require: true", PromptFile.Write(before with { Parameters = before.Parameters! with { MaxSteps = 5 } }), StringComparison.Ordinal);
    }

    [Fact]
    public void They_are_written_as_the_format_calls_them()
    {
        var prompt = new Prompt { Key = "k", InferVariables = true, Messages = [new() { Role = "user", Content = [new() { Type = "text", Text = "Hi" }] }], Parameters = TurnParameters.None with { Stop = ["END"], ProviderOptions = new JsonObject { ["version"] = "v1", ["top_k"] = 3 } } };
        var written = PromptFile.Write(prompt);
        Assert.Equal("---\nconfig:\n  stopSequences: [END]\n  version: v1\n  providerOptions:\n    top_k: 3\n---\nHi\n", written);
        var refused = Assert.Throws<TurnException>(() => PromptFile.Parse(written)); // kept before it was refused
        Assert.Contains("set the parameter \"topK\"", refused.Message, StringComparison.Ordinal);
        Assert.Equal("""{"version":"v1"}""", PromptFile.Parse(written.Replace("  providerOptions:\n    top_k: 3\n", "", StringComparison.Ordinal)).Parameters!.ProviderOptions!.ToJsonString());
    }
}
