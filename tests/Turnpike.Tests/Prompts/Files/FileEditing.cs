using Turnpike.Prompts;
using Turnpike.Prompts.Files;
using Turnpike.Turns;
using Turnpike.Turns.Calls;

namespace Turnpike.Tests.Prompts.Files;

public sealed class FileEditing
{
    private const string File = """
        # licence

        ---
        # what it runs on
        model:   openai/gpt-5   # the large one
        acme.flags: { beta: yes }
        config:
            temperature: 0.2
        input: { schema: { city: "string, where" } }
        turnpike.title: Guide
        turnpike.tools: { maxSteps: 4, approval: { "booking.*": ask } }
        description: 'Guides'
        # behind
        ---

        {{role "system"}}You guide people in {{city}}.
        {{role "user"}}{{input}}


        """;

    private static readonly Prompt Guide = PromptFile.Parse(File, "guide");

    [Theory]
    [InlineData(File)]
    [InlineData("Hello {{name}} \r\n")]
    [InlineData("---\r\nmodel: x\r\n---\r\n\r\nHello\r\n")]
    [InlineData("\uFEFF---\n{ model: x, turnpike.title: 'T' }\n---\nHello")]
    [InlineData("---\n---\nHello")]
    [InlineData("---\nmodel: x\n---\n")]
    public void An_unchanged_prompt_gives_its_file_back_byte_for_byte(string file) => Assert.Equal(file, PromptFile.Write(PromptFile.Parse(file, "k")));

    [Fact]
    public void Key_version_labels_and_dates_do_not_change_the_file() =>
        Assert.Equal(File, PromptFile.Write(Guide with { Key = "other", Version = 7, Id = "pmpt_1", Labels = ["production"], CreatedAt = DateTimeOffset.UnixEpoch, Author = "ada", Hash = "x" }));

    [Fact]
    public void A_changed_key_is_written_in_its_place_and_all_else_stays()
    {
        var written = PromptFile.Write(Guide with { Model = "test/one" });
        Assert.Equal(File.Replace("model:   openai/gpt-5   # the large one", "model: test/one", StringComparison.Ordinal), written);
        Same(Guide with { Model = "test/one" }, written);
    }

    [Fact]
    public void A_new_key_goes_to_the_end_and_a_removed_one_goes()
    {
        var prompt = Guide with { Tools = ["forecast"], Description = null };
        var written = PromptFile.Write(prompt);
        Assert.Equal(File.Replace("description: 'Guides'\n# behind\n", "tools: [forecast]\n# behind\n", StringComparison.Ordinal), written);
        Same(prompt, written);
    }

    [Fact]
    public void A_dotted_key_of_ours_changes_in_its_place_and_new_ones_are_nested()
    {
        var prompt = Guide with { Title = "Guide of towns", Tags = ["travel"] };
        var written = PromptFile.Write(prompt);
        Assert.Equal(File.Replace("turnpike.title: Guide\n", "turnpike.title: Guide of towns\n", StringComparison.Ordinal).Replace("# behind\n", "turnpike:\n  tags: [travel]\n# behind\n", StringComparison.Ordinal), written);
        Same(prompt, written);
    }

    [Fact]
    public void Inside_a_block_only_the_lines_that_changed_are_written()
    {
        const string Blocks = """
            ---
            config: # how

              max_tokens: 500 # enough
              temperature: 0.2

            # what goes in
            input:
              schema:
                city: string, where   # the town
                days?: integer
              default:
                days: 3
            turnpike:
              title: 'Guide'
              # who may
              variables:
                city: { input: text }
                days:
                  max: 9   # no longer
                  min: 1
            ---
            {{city}} {{days}}
            """;
        var before = PromptFile.Parse(Blocks, "k");
        var prompt = before with
        {
            Title = "Towns",
            Parameters = before.Parameters! with { MaxOutputTokens = 600 },
            Variables = [before.Variables[0] with { Description = "which town" }, before.Variables[1] with { Max = System.Text.Json.JsonElement.Parse("7") }],
        };
        var written = PromptFile.Write(prompt);
        Same(prompt, written);
        Assert.Equal(["  max_tokens: 600", "    city: string, which town", "  title: Towns", "      max: 7"], written.Split('\n').Except(Blocks.Split('\n')));
        Assert.Equal(Blocks.Split('\n').Length, written.Split('\n').Length);
    }

    [Fact]
    public void A_changed_key_whose_anchor_others_use_leaves_no_alias_behind()
    {
        var before = PromptFile.Parse("---\nmodel: &m test/one\nmetadata: { was: *m }\n---\nb", "k");
        var written = PromptFile.Write(before with { Model = "test/two" });
        Same(before with { Model = "test/two" }, written);
        Assert.Equal("test/one", PromptFile.Parse(written, "k").Metadata!["was"]!.ToString());
    }

    [Fact]
    public void A_changed_text_keeps_the_white_space_marks_and_comments_around_it()
    {
        const string Body = "---\nmodel: m/x\n---\n\n{{! ours }}\n{{role \"developer\"~}}\n Be brief. \n{{~history}}\n{{role \"user\"}}\nOne {{x}}\n{{role \"model\"}}\nTwo\n\n\n";
        var before = PromptFile.Parse(Body, "k");
        var at = before.Messages.ToList().FindIndex(message => message.Role == "user");
        var prompt = before with { Messages = [.. before.Messages.Select((message, i) => i == at ? message with { Content = [message.Content[0] with { Text = message.Content[0].Text!.Replace("One", "1", StringComparison.Ordinal) }] } : message)] };
        Assert.Equal(Body.Replace("One", "1", StringComparison.Ordinal), PromptFile.Write(prompt));
    }

    [Fact]
    public void A_changed_text_without_front_matter_is_written_exactly()
    {
        var before = PromptFile.Parse("Hello {{name}}\n\n", "k");
        Assert.Equal("Bye {{name}}\n\n", PromptFile.Write(before with { Messages = [before.Messages[0] with { Content = [new() { Type = "text", Text = "Bye {{name}}\n\n" }] }] }));
    }

    [Fact]
    public void A_changed_parameter_leaves_no_old_value_behind_in_another_key()
    {
        var prompt = Guide with { Parameters = Guide.Parameters! with { MaxSteps = 9 } };
        var written = PromptFile.Write(prompt);
        Same(prompt, written);
        Assert.DoesNotContain("maxSteps: 4", written, StringComparison.Ordinal);
        Assert.Equal(ToolDecision.Ask, PromptFile.Parse(written).Approval!["booking.*"]);
    }

    [Fact]
    public void A_changed_message_leaves_the_front_matter_alone()
    {
        var prompt = Guide with { Messages = [Guide.Messages[0], new() { Role = "user", Content = [new() { Type = "text", Text = "Say: {{input}}" }] }] };
        var written = PromptFile.Write(prompt);
        Assert.StartsWith(File[..File.IndexOf("\n{{role", StringComparison.Ordinal)], written, StringComparison.Ordinal);
        Same(prompt, written);
    }

    [Fact]
    public void A_changed_variable_keeps_the_body_and_the_line_ends()
    {
        var windows = File.ReplaceLineEndings("\r\n");
        var prompt = PromptFile.Parse(windows, "guide") with { Variables = [Guide.Variables[0] with { Description = "which town" }] };
        var written = PromptFile.Write(prompt);
        Assert.EndsWith(windows[windows.IndexOf("\r\n\r\n{{role", StringComparison.Ordinal)..], written, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', written.Replace("\r\n", "", StringComparison.Ordinal));
        Same(prompt, written);
    }

    [Fact]
    public void Tools_described_in_the_file_survive_a_change_of_the_named_ones()
    {
        var prompt = PromptFile.Parse("---\ntools: [a, { name: t, inputSchema: { q: string } }]\n---\nb", "k") with { Tools = ["c"] };
        var content = PromptFile.Read(PromptFile.Write(prompt), new());
        Assert.Equal(["c"], content.Prompt.Tools);
        Assert.Equal("t", Assert.Single(content.Prompt.ClientTools!).Name);
    }

    [Fact]
    public void Resources_read_from_files_stay_references()
    {
        const string WithFile = "---\nturnpike.resources: [ { kind: text, file: rules.md } ]\n---\nb\n";
        var prompt = PromptFile.Read(WithFile, new() { Key = "k", ReadFile = _ => "Be kind."u8.ToArray() }).Prompt;
        Assert.Equal(WithFile, PromptFile.Write(prompt));
        Assert.Contains("file: rules.md", PromptFile.Write(prompt with { Model = "test/one" }), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("kind: image, file: dot.png", "image/png")]
    [InlineData("kind: file, file: report.pdf, title: Report", "application/pdf")]
    [InlineData("kind: file, file: dump, mediaType: application/octet-stream", "application/octet-stream")]
    [InlineData("kind: audio, file: a.bin, mediaType: audio/wav", "audio/wav")]
    public void Files_that_are_no_text_come_as_their_bytes_and_stay_references(string resource, string mediaType)
    {
        var file = $"---\nturnpike.resources: [ {{ {resource} }} ]\n---\nb\n";
        var prompt = PromptFile.Read(file, new() { Key = "k", ReadFile = _ => [0xFF, 0] }).Prompt;
        Assert.Equal((null, "/wA=", mediaType), Assert.Single(prompt.Resources) is var given ? (given.Text, given.Data, given.MediaType) : default);
        Assert.Equal(file, PromptFile.Write(prompt));
        var edited = PromptFile.Write(prompt with { Model = "test/one" });
        Assert.Contains(resource, edited, StringComparison.Ordinal);
    }

    [Fact]
    public void A_reader_of_files_that_refuses_one_is_told_with_its_place()
    {
        var error = Assert.Throws<TurnException>(() => PromptFile.Read("---\nturnpike.resources: [ { kind: text, file: a.md } ]\n---\nb\n", new() { ReadFile = _ => throw new TurnException(TurnErrorCode.ResourceTooLarge, "Too large.") }));
        Assert.Equal((TurnErrorCode.ResourceTooLarge, "Line 2, column 37 of the file: Too large.", "turnpike.resources[0].file"), (error.Code, error.Message, error.Field));
    }

    [Fact]
    public void Front_matter_on_one_line_can_be_edited()
    {
        var prompt = PromptFile.Parse("---\n{ model: x, acme.a: 1 }\n---\nHello", "k") with { Model = "m/y" };
        Assert.Equal("---\nmodel: m/y\nacme.a: 1\n---\nHello", PromptFile.Write(prompt));
    }

    [Fact]
    public void A_file_without_front_matter_gets_one_when_it_needs_it()
    {
        var prompt = PromptFile.Parse("Hello {{name}}", "k") with { Model = "m/y" };
        var written = PromptFile.Write(prompt);
        Assert.Equal("---\nmodel: m/y\n---\nHello {{name}}", written);
        Same(prompt, written);
    }

    /// <summary>A file that was written again reads back as the prompt.</summary>
    private static void Same(Prompt prompt, string written) =>
        Assert.Equal(PromptHash.Of(prompt with { File = null }), PromptHash.Of(PromptFile.Parse(written, prompt.Key) with { File = null }));
}
