using Turnpike.Prompts;
using Turnpike.Prompts.Files;
using Turnpike.Turns;

namespace Turnpike.Tests.Prompts.Files;

/// <summary>What each key of a front matter becomes.</summary>
public sealed class FileRules
{
    private static Prompt Read(string yaml, string body = "b", string? key = "k") => PromptFile.Read($"---\n{yaml}\n---\n{body}", new() { Key = key, ReadFile = _ => "read"u8.ToArray() }).Prompt;

    [Fact]
    public void The_files_name_wins_over_the_name_in_it()
    {
        Assert.Equal("mail/answer", Read("name: other\nvariant: x", key: "mail/answer").Key);
        Assert.Equal("other.x", Read("name: other\nvariant: x", key: null).Key);
        Assert.Equal("", Read("variant: x", key: null).Key);
    }

    [Theory]
    [InlineData("string", "String")]
    [InlineData("number", "Number")]
    [InlineData("integer", "Integer")]
    [InlineData("boolean", "Boolean")]
    [InlineData("any", "Any")]
    [InlineData("\"null\"", "Any")]
    public void A_scalar_of_Picoschema_is_a_type_of_variables(string scalar, string type) => Assert.Equal(type, Read($"input: {{ schema: {{ a: {scalar} }} }}", "{{a}}").Variables[0].Type.ToString());

    [Theory]
    [InlineData("a(array): string", "List:String")]
    [InlineData("a(array): { b: string }", "List:Object")]
    [InlineData("a(object): { b: string }", "Object:")]
    [InlineData("a: { b: string }", "Object:")]
    [InlineData("a(enum): [x, y]", "Enum:")]
    public void A_shape_of_Picoschema_is_a_type_of_variables(string field, string type)
    {
        var variable = Read($"input:\n  schema:\n    {field}", "{{json a}}").Variables[0];
        Assert.Equal(type, $"{variable.Type}:{variable.ItemType}");
    }

    [Fact]
    public void A_field_without_a_question_mark_is_required() =>
        Assert.Equal(["a:True", "b:False"], Read("input: { schema: { a: string, b?: string } }", "{{a}}{{b}}").Variables.Select(one => $"{one.Name}:{one.Required}"));

    [Theory]
    [InlineData("type: date", "Date")]
    [InlineData("type: image", "Image")]
    [InlineData("type: file", "File")]
    [InlineData("type: messages", "Messages")]
    [InlineData("input: textarea", "Text")]
    public void What_Picoschema_has_no_word_for_is_said_beside_it(string refinement, string type)
    {
        var prompt = Read($"input: {{ schema: {{ a: any }} }}\nturnpike.variables: {{ a: {{ {refinement} }} }}".Replace("any", type is "Messages" ? "any" : "string", StringComparison.Ordinal), "{{a}}");
        Assert.Equal(type, prompt.Variables[0].Type.ToString());
        var back = PromptFile.Parse(PromptFile.Write(prompt with { File = null }), "k");
        Assert.Equal(type, back.Variables[0].Type.ToString());
    }

    [Fact]
    public void Every_refinement_of_a_variable_is_read_and_written()
    {
        const string Yaml = """
            input: { schema: { e: string, l(array): integer, o: any, n: number, s: string } }
            turnpike:
              variables:
                e: { type: enum, options: [a, b], allowOther: true, input: radio, label: E, description: D }
                l: { itemType: number, minLength: 1, maxLength: 3 }
                o: { schema: { type: object }, locked: organization }
                n: { min: 1, max: 9, step: 2, input: slider }
                s: { pattern: "[a-z]+", minLength: 2, maxLength: 4, secret: true }
            """;
        var prompt = Read(Yaml, "{{e}}{{l}}{{json o}}{{n}}{{s}}");
        var back = PromptFile.Parse(PromptFile.Write(prompt with { File = null }), "k");
        Assert.Equal(PromptHash.Of(prompt with { File = null }), PromptHash.Of(back with { File = null }));
        var (e, l, o, n, s) = (prompt.Variables[0], prompt.Variables[1], prompt.Variables[2], prompt.Variables[3], prompt.Variables[4]);
        Assert.Equal(("a,b", true, "radio", "E", "D"), (string.Join(',', e.Options!), e.AllowOther, e.Input, e.Label, e.Description));
        Assert.Equal((VariableType.Number, 1, 3), (l.ItemType, l.MinLength, l.MaxLength));
        Assert.Equal(("""{"type":"object"}""", "organization"), (o.Schema!.Value.GetRawText(), o.Locked));
        Assert.Equal(("1", "9", 2d, "slider"), (n.Min.ToString(), n.Max.ToString(), n.Step, n.Input));
        Assert.Equal(("[a-z]+", 2, 4, true), (s.Pattern, s.MinLength, s.MaxLength, s.Secret));
    }

    [Theory]
    [InlineData("default")]
    [InlineData("computed")]
    [InlineData("global")]
    [InlineData("user")]
    [InlineData("organization")]
    [InlineData("project")]
    [InlineData("conversation")]
    [InlineData("turn")]
    public void A_variable_is_locked_to_any_layer(string layer) => Assert.Equal(layer, Read($"input: {{ schema: {{ a?: string }} }}\nturnpike.variables: {{ a: {{ locked: {layer} }} }}", "{{a}}").Variables[0].Locked);

    [Fact]
    public void Resources_come_as_text_as_a_file_beside_or_from_an_address()
    {
        var resources = Read("turnpike.resources: [ { kind: note, title: T, text: said }, { kind: text, file: a/b.md, mediaType: text/markdown }, { kind: webpage, url: \"https://x/y\", policy: refresh }, { kind: image, url: \"data:image/png;base64,AA==\", policy: sticky } ]").Resources;
        Assert.Equal(["note|T|said||", "text|a/b.md|read||text/markdown", "webpage|||https://x/y|", "image|||data:image/png;base64,AA==|"], resources.Select(one => $"{one.Kind}|{one.Title}|{one.Text}|{one.Url}|{one.MediaType}"));
        Assert.Equal([ResourcePolicy.Once, ResourcePolicy.Once, ResourcePolicy.Refresh, ResourcePolicy.Sticky], resources.Select(one => one.Policy));
    }

    [Theory]
    [InlineData("turnpike.tools: { require: true }", "required")]
    [InlineData("turnpike.tools: { choice: none }", "none")]
    [InlineData("turnpike.tools: { choice: auto, require: true }", "auto")]
    public void How_tools_are_chosen_is_a_parameter(string yaml, string choice) => Assert.Equal(choice, Read(yaml).Parameters!.ToolChoice);

    [Theory]
    [InlineData("output: { schema: { type: string } }", """{"type":"string"}""")]
    [InlineData("output: { schema: string }", """{"type":"string"}""")]
    [InlineData("output: { schema: \"string, what\" }", """{"type":"string","description":"what"}""")]
    public void The_shape_of_an_answer_may_be_a_scalar(string yaml, string schema) => Assert.Equal(schema, Read(yaml).Output!.Schema!.Value.GetRawText());

    [Theory]
    [InlineData("_name.prompt", true)]
    [InlineData("a/_name.prompt", true)]
    [InlineData("a_name.prompt", false)]
    public void A_file_that_begins_with_an_underscore_is_a_partial(string path, bool isPartial) => Assert.Equal(isPartial, PromptRules.IsPartial(PromptFile.KeyOf(path)));

    [Fact]
    public void Keys_without_a_meaning_here_are_kept_beside_the_prompt()
    {
        var content = PromptFile.Read("---\next.sub.key: 1\nmine: { a: [1] }\n---\nb", new());
        Assert.Equal("""{"ext.sub.key":1,"mine":{"a":[1]}}""", content.Others.ToJsonString());
    }
}
