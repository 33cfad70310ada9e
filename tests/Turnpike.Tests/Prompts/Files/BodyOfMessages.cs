using Turnpike.Prompts;
using Turnpike.Prompts.Files;
using Turnpike.Prompts.Templates;
using Turnpike.Tests.Prompts.Templates;
using Turnpike.Turns;

namespace Turnpike.Tests.Prompts.Files;

public sealed class BodyOfMessages
{
    [Theory]
    [InlineData("Hello {{name}}", "user=Hello {{name}}")]
    [InlineData("{{role \"system\"}}a{{role \"user\"}}b", "system=a|user=b")]
    [InlineData("{{role \"system\"~}}\n a \n{{~role \"user\"~}}\n{{input}}", "system=a|user={{input}}")]
    [InlineData("{{role \"system\"}}a{{history}}b", "system=a|history=|assistant=b")]
    [InlineData("{{! licence }}\n{{role \"system\"}}a", "system=a")]
    [InlineData("{{role \"user\"}}\n{{role \"model\"}}a", "assistant=a")]
    [InlineData("{{role \"user\"}}\n{{#if a}}\nx\n{{/if}}\n{{role \"model\"}}a", "user=\n{{#if a}}\nx\n{{/if}}\n|assistant=a")]
    public void A_body_with_plain_structure_is_seen_as_messages(string body, string expected)
    {
        var prompt = PromptFile.Parse(body, "k");
        Assert.Null(prompt.Body);
        Assert.Equal(expected, string.Join('|', prompt.Messages.Select(message => $"{message.Role}={string.Concat(message.Content.Select(part => part.Text))}")));
    }

    [Theory]
    [InlineData("{{#if a}}{{role \"system\"}}x{{/if}}{{role \"user\"}}y")]
    [InlineData("{{#each xs}}{{history}}{{/each}}")]
    [InlineData("{{role \"user\"}}  {{#if a}}\nx\n{{/if}}")]
    [InlineData("")]
    public void Any_other_body_stays_whole(string body)
    {
        var prompt = PromptFile.Parse(body, "k");
        Assert.Empty(prompt.Messages);
        Assert.Equal(body, prompt.Body);
    }

    [Theory]
    [InlineData("{{role \"system\"}}a {{x}}\n\n{{role \"user\"}}\n{{#if x}}\nb\n{{else}}\nc\n{{/if}}\n{{history}}\n{{role \"user\"}}\n{{#each xs}}\n- {{this}}\n{{/each}}{{input}}")]
    [InlineData("  {{! c }}\n{{role \"system\"~}}\n {{x}} \n{{~role \"user\"~}} {{#if x}}y{{/if}}  ")]
    [InlineData("{{#if x}}\ny\n{{/if}}\n{{role \"user\"}}\n{{! c }}\nz")]
    public void Messages_render_as_the_whole_body_does(string body)
    {
        var context = Rendered.Context("""{"x":"X","xs":["1","2"]}""") with { Input = "typed" };
        var prompt = PromptFile.Parse(body, "k");
        Assert.NotEmpty(prompt.Messages);
        Assert.Equal(Shown(PromptTemplate.Parse(body).Render(context)), Shown(new CompiledPrompt(prompt).Render(context)));
    }

    [Theory]
    [InlineData("system", "a", "user", "b")]
    [InlineData("system", "a\n", "user", "b\n\nc")]
    [InlineData("system", "{{#if x}}\na\n{{/if}}", "user", "{{#if x}}\nb\n{{/if}}")]
    [InlineData("user", "\n a", "assistant", " b")]
    [InlineData("assistant", "a  ", "user", "{{! c }}\nb")]
    [InlineData("user", "Hello", "user", "again")]
    public void Messages_written_as_a_body_read_back_as_they_were(params string[] pairs)
    {
        var messages = pairs.Chunk(2).Select(pair => new PromptMessage { Role = pair[0], Content = [new() { Type = "text", Text = pair[1] }] }).ToArray();
        foreach (var all in (PromptMessage[][])[messages, [new() { Role = "history" }, .. messages]])
        {
            var prompt = new Prompt { Key = "k", Model = "m/x", InferVariables = true, Messages = all };
            var back = PromptFile.Parse(PromptFile.Write(prompt), "k");
            Assert.Equal(PromptHash.Of(prompt), PromptHash.Of(back with { File = null }));
        }
    }

    [Fact]
    public void Media_becomes_a_helper_and_a_mixed_address_is_refused()
    {
        static Prompt With(string url) => new() { Key = "k", InferVariables = true, Messages = [new() { Role = "user", Content = [new() { Type = "text", Text = "See " }, new() { Type = "media", Url = url, MediaType = "image/png" }] }] };
        Assert.Equal("See {{media url=photo contentType=\"image/png\"}}", PromptFile.Write(With("{{photo}}")));
        Assert.Equal("See {{media url=\"https://x/y\" contentType=\"image/png\"}}", PromptFile.Write(With("https://x/y")));
        Assert.Equal("See {{media url=\"https://x/y%5C%5C\" contentType=\"image/png\"}}", PromptFile.Write(With("https://x/y\\\\"))); // before its quote a backslash would take that along
        Assert.Contains("partly a placeholder", Assert.Throws<TurnException>(() => PromptFile.Write(With("https://x/{{id}}"))).Message, StringComparison.Ordinal);
    }

    private static string Shown(IReadOnlyList<TemplatePiece> pieces)
    {
        var rendered = RenderedMessages.Of(pieces);
        return $"{rendered.HistoryMark}|" + string.Join('|', rendered.Messages.Select(message => $"{message.Role}={string.Concat(message.Pieces.Select(piece => piece.Kind == PieceKind.Input ? "[input]" : piece.Text))}"));
    }
}
