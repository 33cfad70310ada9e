using System.Text.Json;
using Microsoft.Extensions.AI;
using Turnpike.Prompts;
using Turnpike.Prompts.Imports;
using Turnpike.Tests.Scripted;
using Turnpike.Turns;
using Turnpike.Turns.Imports;
using Turnpike.Turns.Stores;

namespace Turnpike.Tests.Imports;

/// <summary>What a message of another system holds comes along, or the report has its path: nothing disappears without a word.</summary>
public sealed class PartsOfImports
{
    private const string Picture = "https://example.com/a.png";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static async Task<ImportItem> ImportedAsync(Road road, string file, string? key = null) => Assert.Single((await road.Get<PromptImporter>().ImportAsync(file, new() { Key = key }, Cancellation)).Items);

    private static async Task<string[]> SentAsync(Road road, string key, object? variables = null)
    {
        await road.RunAsync(new TurnRequest { Prompt = key, Variables = JsonSerializer.SerializeToElement(variables ?? new { }).EnumerateObject().ToDictionary(value => value.Name, value => value.Value) });
        return [.. road.Model.Last.Messages.SelectMany(message => message.Contents.Select(part => $"{message.Role}: {part switch { TextContent text => text.Text, UriContent uri => uri.Uri.ToString(), _ => part.GetType().Name }}"))];
    }

    [Theory]
    [InlineData("""{"id":"m1","name":"Row","settings":{},"messages":[LIST]}""", "messages")]
    [InlineData("""{"name":"row","version":1,"type":"chat","prompt":[LIST]}""", "prompt")]
    [InlineData("""{"id":"pmpt_1","name":"Row","messages":[LIST]}""", "messages")]
    [InlineData("""{"name":"Row","input":[LIST]}""", "input")]
    public async Task Parts_of_a_message_are_sent_and_what_stays_behind_is_named(string file, string at)
    {
        await using var road = new Road();
        const string List = """{"role":"system","content":[{"type":"text","text":"Be kind."},{"type":"input_audio","input_audio":{}},"So."]},{"role":"user","content":[{"type":"text","text":"Look at {{thing}}:"},{"type":"image_url","image_url":{"url":"https://example.com/a.png","detail":"high"}}]},{"role":"assistant","content":"Hm.","tool_calls":[{"id":"c"}],"phase":"commentary"},{"role":"assistant","content":null,"tool_calls":[{"id":"c"}]},"a text",{"role":"user","content":{"type":"text","text":"Go."}}""";
        var item = await ImportedAsync(road, file.Replace("LIST", List, StringComparison.Ordinal));
        Assert.Equal(ImportOutcome.Changed, item.Outcome);
        string[] paths = [$"{at}[0].content[1]", $"{at}[1].content[1].image_url.detail", $"{at}[2].phase", $"{at}[2].tool_calls", $"{at}[3]", $"{at}[3].tool_calls", $"{at}[4]", "variable thing"];
        Assert.Equal(paths.Order(StringComparer.Ordinal), item.Details.Select(detail => detail.Split(':')[0]).Order(StringComparer.Ordinal));
        Assert.Equal(["system: Be kind.So.", "user: Look at a cat:", $"user: {Picture}", "assistant: Hm.", "user: Go."], await SentAsync(road, "row", new { thing = "a cat" }));
    }

    [Fact]
    public async Task The_parts_of_an_AI_Matrx_run_are_its_text()
    {
        await using var road = new Road();
        using var run = JsonDocument.Parse("""{"id":"r1","source_type":"prompt","messages":[{"role":"user","content":[{"type":"text","text":"Hi"},{"type":"image_url","image_url":{"url":"https://example.com/a.png"}},{"type":"odd"}]},{"role":"assistant","content":[{"type":"text","text":"Yo"}],"tool_calls":[{"id":"c"}]}]}""");
        var item = Assert.Single((await road.Get<ConversationImport>().RunAsync(run.RootElement, dryRun: false, null, Cancellation)).Items);
        Assert.Equal(["messages[0].content", "messages[0].content[2]", "messages[1].tool_calls"], item.Details.Select(detail => detail.Split(':')[0]).Order(StringComparer.Ordinal));
        var head = (await road.Get<IConversationStore>().FindAsync(item.Id!, Cancellation))!.Head!;
        var turn = (await road.Get<ITurnStore>().FindAsync(head, Cancellation))!;
        Assert.Equal(("Hi", "Yo"), (turn.Content, turn.Answer));
    }

    [Fact]
    public async Task A_Prompty_file_keeps_its_images_and_loses_its_comments()
    {
        await using var road = new Road();
        var item = await ImportedAsync(road, "---\nname: Pics\nmodel: test/model\n---\nsystem:\nBe kind. {# a note\nto us #}\nuser:\nLook:\n![pic]({{image}})\n![pic](./local.png)\nThen {{#if image}}say{{/if}} so. {# open\n");
        Assert.Equal(["template", "line \"![pic](./local.png)\"", "variable image"], item.Details.Select(detail => detail.Split(": ")[0]));
        Assert.Equal(["system: Be kind.", "user: Look:", $"user: {Picture}", "user: ![pic](./local.png)\nThen say so. {# open"], await SentAsync(road, "pics", new { image = Picture }));
    }

    [Fact]
    public async Task A_Prompty_line_of_a_role_that_is_not_imported_is_told_of()
    {
        await using var road = new Road();
        Assert.Equal("line \"tool:\": stays text, messages of this role are not imported", Assert.Single((await ImportedAsync(road, "---\nname: tooled\nmodel: test/model\n---\nuser:\nGo.\ntool:\n{}\n")).Details));
    }

    [Fact]
    public async Task A_second_Prompty_file_of_a_name_has_the_key_that_was_asked_for_or_says_what_it_becomes()
    {
        await using var road = new Road();
        static string File(string text) => $"---\nname: Same\nmodel: test/model\n---\nuser:\n{text}\n";
        Assert.Equal("same", (await ImportedAsync(road, File("One."))).Id);
        var asked = await ImportedAsync(road, File("Two."), "other");
        Assert.Equal(("other", 1, 0), (asked.Id, asked.Version, asked.Details.Count));
        Assert.Equal((ImportOutcome.Skipped, "other"), (await ImportedAsync(road, File("Two."), "other") is var again ? again.Outcome : default, again.Id));
        Assert.Equal(("other", 2), (await ImportedAsync(road, File("Four."), "other") is var newer ? newer.Id : null, newer.Version));
        var third = await ImportedAsync(road, File("Three."));
        Assert.Equal(("same", 2), (third.Id, third.Version));
        Assert.StartsWith("it becomes a new version of same", Assert.Single(third.Details), StringComparison.Ordinal);
        Assert.Equal(["user: Four."], await SentAsync(road, "other"));
    }

    [Fact]
    public async Task A_stored_prompt_that_is_here_gets_the_other_key_that_is_asked_for_and_its_id_finds_what_it_found()
    {
        await using var road = new Road();
        const string File = """{"id":"pmpt_1","name":"A","model":"test/model","messages":[{"role":"user","content":"Go."}]}""";
        await ImportedAsync(road, File);
        var item = await ImportedAsync(road, File, "b");
        Assert.Equal(("b", 1, "pmpt_1 goes on finding a, which it was imported as before"), (item.Id, item.Version, Assert.Single(item.Details)));
        Assert.Equal("a", (await road.Get<IPromptStore>().FindAsync("pmpt_1", null, Cancellation))!.Key);
    }

    [Fact]
    public async Task A_text_without_front_matter_and_a_row_of_no_form_are_told_of()
    {
        await using var road = new Road();
        Assert.Equal("it has no front matter: all of it became the text of the prompt", Assert.Single((await ImportedAsync(road, "name: Kernel\ntemplate: Say {{$input}}.\n".Replace("{{$input}}", "it", StringComparison.Ordinal), "kernel")).Details));
        foreach (var (row, why) in ((string, string)[])[("""{"name":"x","versions":[1,2],"labels":["production"]}""", "It has no text: it is a row of Langfuse's list"), ("""{"prompts":["Say {{x}}"],"providers":["openai"]}""", "nothing in its list"), ("""{"template":"Go.","name":"k"}""", "It is of no form that is read here")])
        {
            if (why.StartsWith("nothing", StringComparison.Ordinal)) Assert.Contains(why, (await Assert.ThrowsAsync<TurnException>(() => ImportedAsync(road, row))).Message, StringComparison.Ordinal);
            else Assert.StartsWith(why, (await ImportedAsync(road, row)).Details[0], StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_rule_that_is_on_for_everybody_is_told_of()
    {
        await using var road = new Road();
        using var file = JsonDocument.Parse("""{"version":1,"rules":[{"id":"r1","name":"House","content":"No jargon.","type":"system","alwaysOn":true},{"id":"r2","name":"Other","content":"Short.","type":"system"}]}""");
        var items = (await road.Get<ConversationImport>().RunAsync(file.RootElement, dryRun: true, null, Cancellation)).Items;
        Assert.StartsWith("it is always on: it counts in every turn", Assert.Single(items[0].Details), StringComparison.Ordinal);
        Assert.Empty(items[1].Details);
    }
}
