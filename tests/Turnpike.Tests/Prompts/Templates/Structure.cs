using System.Text.Json;
using Turnpike.Prompts.Templates;
using Turnpike.Turns;

namespace Turnpike.Tests.Prompts.Templates;

public sealed class Structure
{
    private static string[] Messages(string template, string values = """{"name":"Ada","url":"https://x/y.png","list":["a","b"],"type":"image/png"}""") => Rendered.Messages(template, Rendered.Context(values));

    [Theory]
    [InlineData("Hello", "user: Hello")]
    [InlineData("{{role \"system\"}}Be brief.{{role \"user\"}}Hi {{name}}", "system: Be brief.|user: Hi Ada")]
    [InlineData("{{role \"model\"}}a{{role \"assistant\"}}b{{role \"developer\"}}c", "assistant: a|assistant: b|system: c")]
    [InlineData("  \n{{role \"system\"}}a", "system: a")]
    [InlineData("{{role \"system\"}}{{role \"user\"}}a", "user: a")]
    [InlineData("a{{role \"user\"}}b", "user: a|user: b")]
    [InlineData("{{role \"system\"}}  a \n\n{{role \"user\"}}\n b\n", "system:   a \n\n|user: \n b\n")]
    [InlineData("{{#if name}}{{role \"system\"}}{{name}}{{/if}}{{role \"user\"}}x", "system: Ada|user: x")]
    [InlineData("{{#each list}}{{role \"user\"}}{{this}}{{role \"model\"}}ok{{/each}}", "user: a|assistant: ok|user: b|assistant: ok")]
    [InlineData("{{missing}}", "")]
    public void Roles_cut_messages(string template, string expected) => Assert.Equal(expected, string.Join('|', Messages(template)));

    [Theory]
    [InlineData("{{role \"system\"}}a{{history}}{{role \"user\"}}b", "system: a|…|user: b", 1)]
    [InlineData("{{role \"system\"}}a{{history}}b", "system: a|…|assistant: b", 1)]
    [InlineData("{{history}}{{role \"user\"}}b", "…|user: b", 0)]
    [InlineData("a{{history}}", "user: a|…", 1)]
    [InlineData("{{role \"system\"}}a{{role \"user\"}}b", "system: a|user: b", 1)]
    [InlineData("{{role \"user\"}}a{{role \"model\"}}b", "user: a|assistant: b", 2)]
    [InlineData("", "", 0)]
    public void The_history_has_its_place_and_without_one_it_goes_before_the_last_user_message(string template, string expected, int place)
    {
        Assert.Equal(expected, string.Join('|', Messages(template)));
        Assert.Equal(place, RenderedMessages.Of(Rendered.Pieces(template, Rendered.Context())).HistoryPlace);
    }

    [Theory]
    [InlineData("{{media url=url}}", "user: [https://x/y.png]")]
    [InlineData("See {{media url=url contentType=type}} there", "user: See [https://x/y.png image/png] there")]
    [InlineData("  {{media url=\"file_1\"}}  ", "user: [file_1]")]
    [InlineData("a{{media url=missing}}b", "user: ab")]
    [InlineData("a {{section \"rules\"}} b", "user: a [section rules] b")]
    [InlineData("{{role \"system\"}}{{section \"output\"}}{{role \"user\"}}x", "system: [section output]|user: x")]
    public void Media_and_sections_cut_parts(string template, string expected) => Assert.Equal([expected], [string.Join('|', Messages(template))]);

    [Fact]
    public void An_image_variable_is_a_media_part_wherever_it_stands()
    {
        var photo = new MediaValue("data:image/png;base64,AA==", "image/png");
        var context = new TemplateContext { Values = new Dictionary<string, object?> { ["photo"] = photo, ["photos"] = new List<object?> { photo, photo } } };
        Assert.Equal(["user: See [data:image/png;base64,AA== image/png]"], Rendered.Messages("See {{photo}}", context));
        Assert.Equal(["user: [data:image/png;base64,AA== image/png]"], Rendered.Messages("{{media url=photo}}", context));
        Assert.Equal(2, Rendered.Pieces("{{#each photos}}{{this}}{{/each}}", context).Count(piece => piece.Kind == PieceKind.Media));
        Assert.Equal("\"data:image/png;base64,AA==\"", PromptTemplate.Parse("{{json photo}}").RenderText(context));
    }

    [Fact]
    public void A_media_url_that_is_an_object_is_an_error() => Assert.Contains("photo", Rendered.Refused("{{media url=photo}}", """{"photo":{"a":1}}""").Message, StringComparison.Ordinal);

    [Fact]
    public void The_typed_text_keeps_a_place_of_its_own()
    {
        var context = Rendered.Context("""{"a":1}""") with { Input = "typed {{a}}" };
        Assert.Equal([new(PieceKind.Text, "Say: "), new(PieceKind.Input, ""), new(PieceKind.Text, ".")], Rendered.Pieces("Say: {{input}}.", context));
        Assert.Equal("typed {{a}}", PromptTemplate.Parse("{{#if input}}{{#each list}}{{else}}{{@root.input}}{{/each}}{{/if}}").RenderText(context));
        Assert.Equal("\"typed {{a}}\" 11 n", PromptTemplate.Parse("{{json input}} {{input.length}} {{#ifEquals input 'x'}}y{{else}}n{{/ifEquals}}").RenderText(context));
        Assert.Equal(PieceKind.Input, Assert.Single(Rendered.Pieces("{{> p said=input}}", context with { Partials = _ => PromptTemplate.Parse("{{said}}") })).Kind);
        Assert.Equal(PieceKind.Input, Assert.Single(Rendered.Pieces("{{> p extra=1}}", context with { Partials = _ => PromptTemplate.Parse("{{input}}") })).Kind);
    }

    [Fact]
    public void A_variable_named_input_takes_the_place_of_the_typed_text() =>
        Assert.Equal("mine", PromptTemplate.Parse("{{input}}").RenderText(Rendered.Context("""{"input":"mine"}""") with { Input = "typed" }));

    [Fact]
    public void Every_text_says_which_variable_it_came_from()
    {
        var pieces = Rendered.Pieces("Hi {{name}} {{user.city}} {{#each trips as |t|}}{{to}}{{t.to}}{{#each days}}{{this}}{{/each}}{{/each}}{{json user}}{{#with user}}{{city}}{{@root.name}}{{/with}}", Rendered.Context("""{"name":"A","user":{"city":"B"},"trips":[{"to":"C","days":["D"]}]}"""));
        Assert.Equal([null, "name", null, "user.city", null, "trips[].to", "trips[].to", "trips[].days[]", "user", "user.city", "name"], pieces.Select(piece => piece.Detail));
    }

    [Fact]
    public void Messages_given_as_a_value_stand_whole_where_the_value_stands()
    {
        var messages = JsonDocument.Parse("""[{"role":"user","content":"hi"},{"role":"model","content":[{"text":"see"},{"media":{"url":"https://x/y","contentType":"image/png"}}]},{"role":"user","content":""}]""").RootElement;
        var context = new TemplateContext { Values = new Dictionary<string, object?> { ["examples"] = new MessagesValue(messages) } };
        Assert.Equal(["system: a", "user: hi", "assistant: see[https://x/y image/png]", "user: b"], Rendered.Messages("{{role \"system\"}}a{{examples}}{{role \"user\"}}b", context));
    }

    [Theory]
    [InlineData("""{"role":"user","content":"x"}""")]
    [InlineData("""["x"]""")]
    [InlineData("""[{"content":"x"}]""")]
    [InlineData("""[{"role":"tool","content":"x"}]""")]
    [InlineData("""[{"role":"user"}]""")]
    [InlineData("""[{"role":"user","content":[{"type":"audio"}]}]""")]
    public void Messages_of_another_form_are_refused_by_the_name_of_their_variable(string json)
    {
        var context = new TemplateContext { Values = new Dictionary<string, object?> { ["examples"] = new MessagesValue(JsonDocument.Parse(json).RootElement) } };
        var error = Assert.Throws<TurnException>(() => RenderedMessages.Of(Rendered.Pieces("{{examples}}", context)));
        Assert.Equal((TurnErrorCode.VariableInvalid, "examples"), (error.Code, Assert.Single(error.Variables).Name));
    }

    [Fact]
    public void A_text_template_refuses_structure() => Assert.Contains("role", Rendered.Refused("{{role \"user\"}}x").Message, StringComparison.Ordinal);
}
