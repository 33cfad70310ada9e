using System.Text;
using Turnpike.Prompts;
using Turnpike.Prompts.Files;
using Turnpike.Turns;
using Turnpike.Turns.Calls;

namespace Turnpike.Tests.Prompts.Files;

public sealed class FileReading
{
    private const string Guide = """
        # made by hand

        ---
        model: openai/gpt-5
        config: { temperature: 0.2, top_k: 40, safety: high }
        input:
          schema:
            city: string, where the user is
            tone?(enum, how to speak): [warm, brief]
          default: { tone: warm }
        turnpike.variables: { city: { label: City, input: text, locked: conversation } }
        turnpike.tools: { maxSteps: 4, approval: { "booking.*": ask } }
        turnpike.resources: [ { kind: text, title: House rules, file: rules.md } ]
        tools: [forecast]
        ---
        {{role "system"}}You guide people in {{city}}{{#ifEquals tone "brief"}}, in one sentence{{/ifEquals}}. {{section "rules"}}
        {{history}}{{role "user"}}{{input}}

        """;

    private static PromptFileContent Read(string text) => PromptFile.Read(text, new() { Key = "guide", ReadFile = path => path == "rules.md" ? "Be kind."u8.ToArray() : null });

    private static TurnException Refused(string text)
    {
        var error = Assert.Throws<TurnException>(() => Read(text));
        Assert.Contains(error.Code, new[] { TurnErrorCode.RequestInvalid, TurnErrorCode.TemplateInvalid, TurnErrorCode.ParameterInvalid });
        return error;
    }

    [Fact]
    public void Every_part_of_a_file_finds_its_place_in_the_prompt()
    {
        var content = Read(Guide);
        var prompt = content.Prompt;
        Assert.Equal(("guide", "openai/gpt-5", 0.2, 40, 4), (prompt.Key, prompt.Model, prompt.Parameters!.Temperature, prompt.Parameters.TopK, prompt.Parameters.MaxSteps));
        Assert.Equal("""{"safety":"high"}""", prompt.Parameters.ProviderOptions!.ToJsonString());
        Assert.Equal(["system", "history", "user"], prompt.Messages.Select(message => message.Role));
        Assert.Equal("{{input}}", Assert.Single(prompt.Messages[2].Content).Text);
        Assert.Equal(["city:String:True:City:conversation:where the user is", "tone:Enum:False:::how to speak"], prompt.Variables.Select(one => $"{one.Name}:{one.Type}:{one.Required}:{one.Label}:{one.Locked}:{one.Description}"));
        Assert.Equal("warm", prompt.Variables[1].Default!.Value.GetString());
        Assert.Equal(["warm", "brief"], prompt.Variables[1].Options!.Select(option => option.GetString()));
        Assert.Equal(["forecast"], prompt.Tools);
        Assert.Equal(("House rules", "Be kind."), (prompt.Resources[0].Title, prompt.Resources[0].Text));
        Assert.Equal(ToolDecision.Ask, prompt.Approval!["booking.*"]);
        Assert.Equal(Guide, prompt.File);
        Assert.False(prompt.InferVariables);
    }

    [Theory]
    [InlineData("Hello {{name}}\n", "Hello {{name}}\n")]
    [InlineData("---\nmodel: x\n---\n\n  Hello  \n\n", "Hello")]
    [InlineData("---\r\nmodel: x\r\n---\r\nHello\r\nyou\r\n", "Hello\r\nyou")]
    [InlineData("\uFEFF---\nmodel: x\n---\nHello", "Hello")]
    [InlineData("# a\n\n#b\n---  \nmodel: x\n--- \t\nHello", "Hello")]
    [InlineData("---\n---\nHello", "Hello")]
    [InlineData("---\nmodel: x\ndescription: |\n  a\n  --- b\n---\nx\n---\ny", "x\n---\ny")]
    [InlineData("a\n---\nmodel: x\n---\nb", "a\n---\nmodel: x\n---\nb")]
    public void The_front_matter_ends_at_its_fence_and_the_body_behind_it_is_trimmed(string file, string body)
    {
        var prompt = Read(file).Prompt;
        Assert.Equal(body, Assert.Single(Assert.Single(prompt.Messages).Content).Text);
    }

    [Theory]
    [InlineData("---\nmodel: x\n", 1, "no later line")]
    [InlineData("---\nmodel: x\n---", 3, "line end behind it")]
    [InlineData("# c\n---\nmodel: [x\n---\nb", 4, "")]
    [InlineData("---\nmodel: x\n  y: z\n---\nb", 3, "")]
    [InlineData("---\ntools: [calculate\nmodel: x\n---\nb", 2, "")]
    [InlineData("---\nmodel: \"x\ntools: [a]\n---\nb", 2, "")]
    [InlineData("---\nconfig: {temperature: 0.2\nmodel: x\n---\nb", 2, "")]
    [InlineData("---\nmodel: x\nmodel: y\n---\nb", 3, "given twice")]
    [InlineData("---\n- a\n---\nb", 2, "mapping")]
    [InlineData("---\nmodel: !!js/function 'x'\n---\nb", 2, "tags")]
    [InlineData("---\nmodel: 5\n---\nb", 2, "must be a text")]
    [InlineData("---\n\nturnpike:\n  titles: x\n---\nb", 4, "Did you mean \"title\"?")]
    [InlineData("---\nturnpike.unknown.key: x\n---\nb", 2, "turnpike.unknown")]
    [InlineData("---\nturnpike.system: over\n---\nb", 2, "append or replace")]
    [InlineData("---\nturnpike.mcp: { prompts: true }\n---\nb", 2, "\"prompt\"")]
    [InlineData("---\nturnpike.store: maybe\n---\nb", 2, "true or false")]
    [InlineData("---\nturnpike.onDisconnect: stop\n---\nb", 2, "continue or cancel")]
    [InlineData("---\nturnpike.tools: { approval: { a: sometimes } }\n---\nb", 2, "allow, ask or deny")]
    [InlineData("---\nturnpike.tools: { steps: 4 }\n---\nb", 2, "turnpike.tools.steps")]
    [InlineData("---\nturnpike.title: a\nturnpike: { title: b }\n---\nb", 2, "given twice")]
    [InlineData("---\nconfig:\n  temperature: 9\n---\nb", 3, "temperature")]
    [InlineData("---\nturnpike.parameters: { warmth: 1 }\n---\nb", 2, "no parameter")]
    [InlineData("---\ninput:\n  schema: string\n---\nb", 3, "object with fields")]
    [InlineData("---\ninput:\n  schema:\n    a: strin\n---\nb", 4, "Did you mean \"string\"?")]
    [InlineData("---\ninput:\n  schema:\n    a(list): string\n---\nb", 4, "(array), (object) and (enum)")]
    [InlineData("---\ninput:\n  schema:\n    a(enum): string\n---\nb", 4, "list of values")]
    [InlineData("---\ninput:\n  schema:\n    a-b: string\n---\nb", 4, "letters, digits and _")]
    [InlineData("---\ninput:\n  schema: { a: string }\n  default: { b: 1 }\n---\nb", 4, "does not declare")]
    [InlineData("---\ninput:\n  schema: { a: string }\nturnpike.variables: { a: { minimum: 1 } }\n---\nb", 4, "minimum")]
    [InlineData("---\ninput:\n  schema: { a: string }\nturnpike.variables: { a: { type: text1 } }\n---\nb", 4, "does not fit")]
    [InlineData("---\ninput:\n  schema: { a: string }\n  default: { a: s3cret }\nturnpike.variables: { a: { secret: true } }\n---\nb", 4, "secret")]
    [InlineData("---\nconfig:\n  apiKey: \"${env:KEY}\"\n---\nb", 3, "environment")]
    [InlineData("---\noutput: { format: xml }\n---\nb", 2, "json or text")]
    [InlineData("---\ntools: [ { description: x } ]\n---\nb", 2, "without a \"name\"")]
    [InlineData("---\nturnpike.resources: [ { kind: text } ]\n---\nb", 2, "one of")]
    [InlineData("---\nturnpike.resources: [ { kind: text, file: ../../etc/passwd } ]\n---\nb", 2, "beside the prompt file")]
    [InlineData("---\nturnpike.resources: [ { kind: text, file: /etc/passwd } ]\n---\nb", 2, "beside the prompt file")]
    [InlineData("---\nmodel: x\n---\n\na\n  {{#if}}", 6, "one argument")]
    [InlineData("---\nmodel: x\n---\n{{shout y}}", 4, "no helper \"shout\"")]
    public void A_mistake_is_shown_with_its_line_in_the_file(string file, int line, string part)
    {
        var error = Refused(file);
        Assert.StartsWith($"Line {line}, column ", error.Message, StringComparison.Ordinal);
        Assert.Contains(part, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_not_there_is_named()
    {
        var error = Assert.Throws<TurnException>(() => Read("---\nturnpike.resources: [ { kind: text, file: a/b.md } ]\n---\nb"));
        Assert.Equal(TurnErrorCode.ResourceFailed, error.Code);
        Assert.Contains("a/b.md", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Dotted_and_nested_keys_of_ours_are_equal()
    {
        const string Dotted = "---\nturnpike.title: T\nturnpike.tools.approval.a.*: deny\nturnpike.tools.maxSteps: 3\nturnpike.variables.v.label: L\nturnpike.mcp.tool: true\n---\n{{v}}";
        const string Nested = "---\nturnpike:\n  title: T\n  tools: { approval: { a.*: deny }, maxSteps: 3 }\n  variables: { v: { label: L } }\n  mcp: { tool: true }\n---\n{{v}}";
        var (one, other) = (Read(Dotted), Read(Nested));
        Assert.Equal(PromptHash.Of(one.Prompt with { File = null }), PromptHash.Of(other.Prompt with { File = null }));
        Assert.Equal(("T", "L", 3, ToolDecision.Deny, true), (other.Prompt.Title, other.Prompt.Variables[0].Label, other.Prompt.Parameters!.MaxSteps, one.Prompt.Approval!["a.*"], one.Prompt.Mcp!.Tool));
    }

    [Fact]
    public void All_settings_of_ours_are_read()
    {
        var content = Read("""
            ---
            name: x
            variant: y
            version: 2
            description: D
            output: { schema: { a: integer } }
            metadata: { team: red }
            author: ada
            acme.flags.x: 1
            toolDefs: [ { name: t, description: d, inputSchema: { q: string } } ]
            turnpike:
              tags: [a, b]
              labels: production
              rules: [house, "tag:x"]
              parameters: { effort: low }
              fallback: [m/1, m/2]
              restart: true
              onDisconnect: cancel
              store: false
              system: replace
              expandUserText: true
              triggers: off
              mcp: { prompt: true, tool: false }
              tools: { require: true, parallel: false }
            ---
            b
            """);
        var prompt = content.Prompt;
        Assert.Equal(("D", "low", false, "required", "replace", true, "off"), (prompt.Description, prompt.Parameters!.ReasoningEffort, prompt.Parameters.ParallelToolCalls, prompt.Parameters.ToolChoice, prompt.System, prompt.ExpandUserText, prompt.Triggers));
        Assert.Equal(["a", "b", "house", "tag:x", "m/1", "m/2"], prompt.Tags.Concat(prompt.Rules).Concat(prompt.Fallback));
        Assert.Equal("""{"type":"object","properties":{"a":{"type":"integer"}},"required":["a"],"additionalProperties":false}""", prompt.Output!.Schema!.Value.GetRawText());
        Assert.Equal("red", prompt.Metadata!["team"]!.ToString());
        Assert.Equal(("2", true, OnDisconnect.Cancel, false, true, false), (content.Version, prompt.Restart, prompt.OnDisconnect, prompt.Store, prompt.Mcp!.Prompt, prompt.Mcp.Tool));
        Assert.Equal(["production"], content.Labels);
        Assert.Equal(("t", "d", "string"), (prompt.ClientTools![0].Name, prompt.ClientTools![0].Description, prompt.ClientTools![0].Schema!.Value.GetProperty("properties").GetProperty("q").GetProperty("type").GetString()));
        Assert.Equal(["author", "acme.flags.x"], content.Others.Select(pair => pair.Key));
        Assert.Equal("x.y", PromptFile.Parse(prompt.File!).Key);
    }

    [Fact]
    public void Without_a_schema_names_are_declared_by_use()
    {
        var prompt = Read("---\ninput: { default: { tone: warm } }\n---\n{{tone}} {{city}}").Prompt;
        Assert.True(prompt.InferVariables);
        Assert.Equal(("tone", VariableType.Any, "warm"), (prompt.Variables[0].Name, prompt.Variables[0].Type, prompt.Variables[0].Default!.Value.GetString()));
    }

    [Theory]
    [InlineData("a: no\nb: on", "no,on")]
    [InlineData("a: 0x1F\nb: 0o17", "31,15")]
    [InlineData("a: 1.50\nb: 1e3", "1.5,1000")]
    [InlineData("a: '5'\nb: \"true\"", "\"5\",\"true\"")]
    [InlineData("a: ~\nb: TRUE", "null,true")]
    [InlineData("a: 2020-01-02\nb: !!str 7", "\"2020-01-02\",\"7\"")]
    public void Unquoted_words_mean_what_yaml_1_2_says(string yaml, string expected)
    {
        var metadata = Read($"---\nmetadata:\n  {yaml.Replace("\n", "\n  ", StringComparison.Ordinal)}\n---\nb").Prompt.Metadata!;
        Assert.Equal(expected.Replace("no,on", "\"no\",\"on\"", StringComparison.Ordinal), $"{metadata["a"]?.ToJsonString() ?? "null"},{metadata["b"]!.ToJsonString()}");
    }

    [Fact]
    public void Aliases_are_taken_as_long_as_they_stay_small() =>
        Assert.Equal("""{"a":{"x":1},"b":{"x":1}}""", Read("---\nmetadata:\n  a: &a { x: 1 }\n  b: *a\n---\nb").Prompt.Metadata!.ToJsonString());

    public static TheoryData<string> Bombs => ["laughs", "itself", "depth", "flow", "text", "length", "keys", "unknown"];

    [Theory]
    [MemberData(nameof(Bombs))]
    public void A_yaml_bomb_is_refused_before_it_costs_anything(string kind)
    {
        var yaml = kind switch
        {
            "laughs" => "metadata:\n  a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + string.Concat(Enumerable.Range(1, 20).Select(i => $"  a{i}: &a{i} [{string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 10))}]\n")),
            "itself" => "metadata: &m\n  a: *m\n",
            "depth" => "metadata:\n" + string.Concat(Enumerable.Range(1, 200).Select(i => new string(' ', i) + "a:\n")),
            "flow" => "metadata: " + new string('[', 100_000) + "\n",
            "text" => $"metadata:\n  a: &a {new string('x', 100_000)}\n  b: [{string.Join(", ", Enumerable.Repeat("*a", 50))}]\n",
            "length" => "metadata: " + new string('x', 1_000_000) + "\n",
            "keys" => "metadata:\n  ? [a, b]\n  : c\n",
            _ => "metadata: *nobody\n",
        };
        Assert.StartsWith("Line ", Refused($"---\n{yaml}---\nb").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Bytes_that_are_no_utf_8_are_refused()
    {
        Assert.Equal("é", PromptFile.Read(Encoding.UTF8.GetBytes("---\ndescription: é\n---\nb"), new()).Prompt.Description);
        Assert.Contains("UTF-8", Assert.Throws<TurnException>(() => PromptFile.Read([0x61, 0xff], new())).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a/b/summarize.prompt", "a/b/summarize")]
    [InlineData("./_greeting.prompt", "_greeting")]
    [InlineData("trip.draft.prompt", "trip.draft")]
    [InlineData("x\\y.PROMPT", "x/y")]
    [InlineData("/a/b.prompt", "a/b")]
    [InlineData("../../a.prompt", "a")]
    [InlineData("x/.answer.prompt", "x/.answer")]
    [InlineData(".//.answer.prompt", ".answer")]
    [InlineData("...a.prompt", "...a")]
    public void The_name_of_a_file_gives_the_key(string path, string key) => Assert.Equal(key, PromptFile.KeyOf(path));
}
