using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Turnpike.Prompts;
using Turnpike.Prompts.Files;
using Turnpike.Tests.Architecture;
using Turnpike.Turns;

namespace Turnpike.Tests.Generators;

public sealed class PromptRecords
{
    private const string Guide = """
        ---
        description: Guides people <b>safely</b> through a city.
        input:
          schema:
            city: string, where the user is
            tone?(enum, how to speak): [warm, very-brief]
            days?: integer
            budget?: number
            tags?(array, what matters): string
            photo?: string
            extra?: any
            on?: boolean
          default: { tone: warm }
        turnpike.variables: { photo: { type: image } }
        turnpike.variables.budget.required: true
        turnpike:
          variables:
            days: { label: Days, min: 1 }
        ---
        {{role "system"}}You guide people in {{city}}.
        """;

    [Fact]
    public void A_missing_required_variable_does_not_compile()
    {
        var made = new Generated("class Use { object Make() => new App.Prompts.GuidePrompt { Budget = 3 }; }", ("prompts/guide.prompt", Guide));
        Assert.Equal("CS9035: Required member 'GuidePrompt.City' must be set in the object initializer or attribute constructor.", Assert.Single(made.Faults));
    }

    [Fact]
    public void A_value_of_another_type_does_not_compile()
    {
        var made = new Generated("class Use { object Make() => new App.Prompts.GuidePrompt { City = 3, Budget = 3 }; }", ("prompts/guide.prompt", Guide));
        Assert.Contains(made.Faults, fault => fault.Contains("'int' to 'string'", StringComparison.Ordinal));
    }

    [Fact]
    public void Values_reach_the_request_by_the_variables_names()
    {
        const string code = """
            internal static class Use
            {
                public static Turnpike.Turns.TurnRequest Make() => new App.Prompts.GuidePrompt
                {
                    City = "Oslo", Tone = App.Prompts.GuidePrompt.ToneOption.VeryBrief, Days = 2, Budget = 9.5, Tags = ["sea"], Photo = "https://example.org/a.png", On = false,
                }.ToRequest("Hi");
            }
            """;
        var request = (TurnRequest)new Generated(code, ("prompts/guide.prompt", Guide)).Load().GetType("Use")!.GetMethod("Make")!.Invoke(null, null)!;
        Assert.Equal("""{"city":"Oslo","tone":"very-brief","days":2,"budget":9.5,"tags":["sea"],"photo":"https://example.org/a.png","on":false}""", JsonSerializer.Serialize(request.Variables));
        Assert.Equal("Hi", request.Content);
        Assert.Equal(PromptHash.Of(PromptFile.Parse(Guide, "guide")), PromptHash.Of(request.Prompt!.Inline!));
    }

    [Fact]
    public void Descriptions_are_doc_comments_and_their_marks_are_escaped()
    {
        var source = Assert.Single(new Generated("", ("prompts/guide.prompt", Guide)).Sources);
        Assert.Contains("/// <summary>Guides people &lt;b&gt;safely&lt;/b&gt; through a city.</summary>", source, StringComparison.Ordinal);
        Assert.Contains("/// <summary>where the user is</summary>\n    public required string City { get; init; }", source, StringComparison.Ordinal);
        Assert.Contains("/// <summary>what matters</summary>", source, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_no_yaml_is_an_error_at_its_line()
    {
        var said = Assert.Single(new Generated("", ("bad.prompt", "---\nmodel: [\n---\nHi")).Said);
        Assert.Equal("TURNPIKE001", said.Id);
        Assert.Equal("/app/bad.prompt", said.Location.GetLineSpan().Path);
    }

    public static TheoryData<string> Unreadable =>
    [
        "tools: [calculate\nmodel: x", "model: \"x\ntools: [a]", "config: {temperature: 0.2\nmodel: x", // over some of these the parser breaks
        "input: { schema: &all { inner(object): *all } }",
        "input: { schema: " + string.Concat(Enumerable.Repeat("{ a(object): ", 40)) + "x" + new string('}', 41),
        "input: { schema: " + new string('[', 100_000),
        "a0: &a0 { x: string }\n" + string.Concat(Enumerable.Range(1, 20).Select(i => $"a{i}: &a{i} {{ x(object): *a{i - 1}, y(object): *a{i - 1} }}\n")) + "input: { schema: { whole(object): *a20 } }",
    ];

    [Theory]
    [MemberData(nameof(Unreadable))]
    public void A_file_that_no_parser_takes_costs_its_own_type_and_no_other(string front)
    {
        var made = new Generated("class Use { object Make() => new App.CPrompt(); }", ("bad.prompt", $"---\n{front}\n---\nHi"), ("c.prompt", Typed("it")));
        var said = Assert.Single(made.Said);
        Assert.Equal(("TURNPIKE001", "/app/bad.prompt"), (said.Id, said.Location.GetLineSpan().Path));
        Assert.Empty(made.Faults);
    }

    [Theory]
    [InlineData("due: date", 3, "The field \"due\" has the type \"date\", and there is none; there are string, number, integer, boolean, null, any. Write \"string\" or \"any\" here and \"due: { type: date }\" under turnpike.variables.")]
    [InlineData("many(array): strng, some", 3, "The field \"many\" has the type \"strng\", and there is none; there are string, number, integer, boolean, null, any.")]
    [InlineData("whole(object):\n      part: nothing", 4, "The field \"part\" has the type \"nothing\", and there is none; there are string, number, integer, boolean, null, any.")]
    [InlineData("due-date: string", 3, "\"due-date\" is no name of a variable: a letter or underscore, then letters, digits and underscores, at most 100. Rename it, for example \"due_date\".")]
    [InlineData("type: object\n    properties: { 2nd: { type: string } }", 3, "\"2nd\" is no name of a variable: a letter or underscore, then letters, digits and underscores, at most 100. Rename it, for example \"_2nd\".")]
    public void A_variable_that_cannot_be_is_an_error_at_its_line_and_stops_nothing_at_run_time(string schema, int line, string told)
    {
        var made = new Generated("", ("bad.prompt", $"---\ninput:\n  schema:\n    {schema}\n---\nHi"));
        var said = Assert.Single(made.Said);
        Assert.Equal(("TURNPIKE004", told, line), (said.Id, said.GetMessage(System.Globalization.CultureInfo.InvariantCulture), said.Location.GetLineSpan().StartLinePosition.Line));
        Assert.Empty(made.Sources);
    }

    [Fact]
    public void What_only_the_reader_of_the_prompt_finds_is_told_as_such_at_each_use()
    {
        var type = new Generated("", ("bad.prompt", "---\ninput:\n  schema:\n    due: string\n---\n{{#if due}}")).Load().GetType("App.BadPrompt")!.GetProperty("Prompt")!;
        for (var use = 0; use < 2; use++)
            Assert.Equal(TurnErrorCode.TemplateInvalid, Assert.IsType<TurnException>(Assert.Throws<System.Reflection.TargetInvocationException>(() => type.GetValue(null)).InnerException).Code);
    }

    [Fact]
    public void Options_that_come_to_one_name_are_texts_and_it_is_said()
    {
        var made = new Generated("class Use { object Make() => new App.TonePrompt { Tone = \"a b\" }; }", ("tone.prompt", "---\ninput:\n  schema:\n    tone(enum): [a-b, a b, c]\n---\n{{tone}}"));
        Assert.Empty(made.Faults);
        var said = Assert.Single(made.Said);
        Assert.Equal(("TURNPIKE005", "tone.prompt: the options of \"tone\" are a string here and no enum, for \"a-b\" and \"a b\" come to the name AB. Rename one of them to have an enum."), (said.Id, said.GetMessage(System.Globalization.CultureInfo.InvariantCulture)));
    }

    [Fact]
    public void A_file_without_a_schema_takes_values_by_name_and_says_so()
    {
        var made = new Generated("class Use { object Make() => new App.FreePrompt().ToRequest(); }", ("free.prompt", "Hello {{name}}"));
        Assert.Empty(made.Faults);
        Assert.Equal("TURNPIKE002", Assert.Single(made.Said).Id);
    }

    private const string Open = "---\ninput:\n  schema:\n    city: string\n    variables?: integer\n    (*): any\n  default: { pace: 3 }\nturnpike:\n  variables:\n    days: { type: integer, required: true }\n---\n{{city}} {{pace}} {{days}} {{other}}";

    [Fact]
    public void A_schema_that_takes_other_names_takes_values_for_them_too()
    {
        const string code = """
            internal static class Use
            {
                public static Turnpike.Turns.TurnRequest Make() => new App.GuidePrompt
                {
                    City = "Oslo", Days = 2, VariablesValue = 7,
                    Variables = new System.Collections.Generic.Dictionary<string, System.Text.Json.JsonElement> { ["city"] = System.Text.Json.JsonSerializer.SerializeToElement("Rome"), ["other"] = System.Text.Json.JsonSerializer.SerializeToElement("more") },
                }.ToRequest();
            }
            """;
        var made = new Generated(code, ("guide.prompt", Open));
        Assert.Empty(made.Said);
        var request = (TurnRequest)made.Load().GetType("Use")!.GetMethod("Make")!.Invoke(null, null)!;
        Assert.Equal("""{"city":"Oslo","other":"more","variables":7,"days":2}""", JsonSerializer.Serialize(request.Variables));
    }

    [Fact]
    public void Partials_get_no_record() => Assert.Empty(new Generated("", ("prompts/_signature.prompt", "Yours")).Sources);

    [Theory]
    [InlineData("class", "class_: string", "Class")]
    [InlineData("key", "key: string", "KeyValue")]
    [InlineData("1st", "first: string", "First")]
    [InlineData("reader", "read: string", "ReadValue")]
    public void Names_that_csharp_or_the_record_use_get_others(string file, string field, string member)
    {
        var made = new Generated("", ($"{file}.prompt", $"---\ninput:\n  schema:\n    {field}\n---\nHi")).Load();
        Assert.NotNull(Assert.Single(made.GetTypes(), type => type.Name.EndsWith("Prompt", StringComparison.Ordinal)).GetProperty(member));
    }

    [Theory]
    [InlineData("tone(enum): [warm, brief]\n    tone_text: string", "Tone ToneText")]
    [InlineData("tone_text: string\n    tone(enum): [warm, brief]", "ToneText Tone")]
    [InlineData("toneOption: string\n    tone(enum): [warm, brief]", "ToneOption Tone")]
    [InlineData("tone(enum): [warm, brief]\n    toneOption: string", "Tone ToneOptionValue")]
    [InlineData("tone(enum): [warm, brief]\n    Tone(enum): [loud, low]", "Tone ToneValue")]
    public void An_enum_beside_variables_with_the_names_of_what_it_needs_compiles_and_its_value_is_sent(string schema, string members)
    {
        var record = Assert.Single(new Generated("", ("guide.prompt", $"---\ninput:\n  schema:\n    {schema}\n---\nHi")).Load().GetTypes(), type => type.Name == "GuidePrompt");
        Assert.Equal(members.Split(' '), record.GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly).Select(member => member.Name));
        var values = Activator.CreateInstance(record)!;
        var tone = record.GetProperty("Tone")!;
        tone.SetValue(values, Enum.Parse(tone.PropertyType, "Brief"));
        Assert.Equal("brief", ((Dictionary<string, JsonElement>)record.GetMethod("ToVariables")!.Invoke(values, null)!)["tone"].GetString());
    }

    [Fact]
    public void Two_files_that_come_to_one_type_are_an_error_at_the_second_and_the_others_keep_theirs()
    {
        var made = new Generated("class Use { object[] Make() => [new App.ABPrompt(), new App.CPrompt()]; }", ("a_b.prompt", Typed("two")), ("a-b.prompt", Typed("one")), ("c.prompt", Typed("three")));
        var said = Assert.Single(made.Said);
        Assert.Equal(("TURNPIKE003", "/app/a_b.prompt"), (said.Id, said.Location.GetLineSpan().Path));
        Assert.Contains("comes to the type App.ABPrompt, as /app/a-b.prompt does", said.GetMessage(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal);
        Assert.Empty(made.Faults);
        Assert.Contains(made.Sources, source => source.Contains("Say one", StringComparison.Ordinal));
    }

    [Fact]
    public void Types_that_differ_only_in_case_are_two()
    {
        var made = new Generated("class Use { object[] Make() => [new App.ABPrompt(), new App.AbPrompt()]; }", ("a-b.prompt", Typed("one")), ("ab.prompt", Typed("two")));
        Assert.Empty(made.Said);
        Assert.Empty(made.Faults);
    }

    [Theory]
    [InlineData("my-app", "my_app")]
    [InlineData("3d.new.Ok", "_3d.@new.Ok")]
    [InlineData("", "")]
    public void A_root_namespace_that_is_no_csharp_is_made_one(string root, string written)
    {
        var made = new Generated(root, $"class Use {{ object Make() => new global::{written}{(written.Length > 0 ? "." : "")}CPrompt(); }}", [("c.prompt", Typed("it"))]);
        Assert.Empty(made.Said);
        Assert.Empty(made.Faults);
    }

    private static string Typed(string text) => $"---\ninput:\n  schema:\n    name?: string\n---\nSay {text}";

    public static TheoryData<string, string> Files => [("guide", Guide), .. Directory.EnumerateFiles(Repository.PathOf("src", "Turnpike", "Prompts", "BuiltIn"), "*.prompt").Select(path => (Path.GetFileNameWithoutExtension(path), File.ReadAllText(path))),
        ("schema", "---\ninput:\n  schema:\n    type: object\n    properties:\n      when: { type: string, format: date }\n      size: { enum: [1, 2] }\n      many: { type: array, items: { type: integer } }\n      maybe: { type: [string, \"null\"] }\n    required: [when, many]\n  default: { many: [1] }\n---\nHi"),
        ("more", "---\ninput:\n  schema:\n    type: object\n    properties: { size: { type: integer } }\n  default: { pace: 1, size: 2 }\nturnpike.variables: { when: { type: date, required: true } }\n---\nHi"),
        ("closed", "---\ninput:\n  schema:\n    type: object\n    properties: { size: { type: integer } }\n    additionalProperties: false\n---\nHi")];

    /// <summary>The generator reads files with its own eyes, because compilers load nothing as large as the library; this holds the two together.</summary>
    [Theory]
    [MemberData(nameof(Files))]
    public void A_record_has_the_variables_that_the_library_reads(string key, string text)
    {
        var variables = PromptFile.Parse(text, key).Variables;
        Assert.NotEmpty(variables);
        var record = Assert.Single(new Generated("", ($"{key}.prompt", text)).Load().GetTypes(), type => type.Name.EndsWith("Prompt", StringComparison.Ordinal));
        var members = record.GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly);
        Assert.Equal(variables.Count, members.Length);
        foreach (var (variable, member) in variables.Zip(members))
        {
            Assert.Equal(variable.Name, member.Name, ignoreCase: true);
            Assert.Equal(variable.Required, member.IsDefined(typeof(RequiredMemberAttribute)));
            Assert.Equal(Expected(variable), (Nullable.GetUnderlyingType(member.PropertyType) ?? member.PropertyType).Name);
        }
    }

    private static string Expected(VariableDefinition variable) => variable.Type switch
    {
        VariableType.Number => "Double",
        VariableType.Integer => "Int64",
        VariableType.Boolean => "Boolean",
        VariableType.List => "IReadOnlyList`1",
        VariableType.Enum when variable.Options is { } options && !variable.AllowOther && options.All(option => option.ValueKind == JsonValueKind.String) => char.ToUpperInvariant(variable.Name[0]) + variable.Name[1..] + "Option",
        VariableType.Object or VariableType.Any or VariableType.Messages => "JsonElement",
        _ => "String",
    };
}
