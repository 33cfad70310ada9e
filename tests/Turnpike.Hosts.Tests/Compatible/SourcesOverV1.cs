using System.Text.Json;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Hosts.Tests.Server;
using Turnpike.Turns.Catalogs;

namespace Turnpike.Hosts.Tests.Compatible;

/// <summary>Tools of two sources that have a name in common: what a request says of one source's tool is of that one, on the way in and on the way out.</summary>
public sealed class SourcesOverV1
{
    private const string Path = "/v1/responses";
    private const string Alpha = """ {"type":"mcp","server_label":"alpha"} """;
    private const string Beta = """ {"type":"mcp","server_label":"beta"} """;

    private static RunningServer Two() => new(services => services
        .AddSingleton<IToolSource>(new Shelf("alpha", ("search", false)))
        .AddSingleton<IToolSource>(new Shelf("beta", ("search", true), ("wipe", false), ("look", true)))
        .AddSingleton<IToolSource>(new Shelf("gamma", isTrusted: false, ("peek", true))));

    private static string Body(string tools, string more = "") => $$"""{"model":"test/model","input":"Hi","tools":[{{tools}}]{{more}}}""";

    private static string Beta2(string more) => $$"""{"type":"mcp","server_label":"beta",{{more}}}""";

    [Theory]
    [InlineData("beta_search", true)]
    [InlineData("search", false)]
    [InlineData("wipe", false)]
    public async Task An_approval_is_asked_for_the_named_tool_of_the_labelled_source_only(string called, bool asks)
    {
        await using var server = Two();
        server.Model.Calls(called).Says("Done.");
        var response = await server.AnswerAsync(Path, Body(Alpha + "," + Beta2("""
            "require_approval":{"always":{"tool_names":["search"]}}
            """)));
        Assert.Equal(["beta_search", "look", "search", "wipe"], server.Model.Requests[0].Tools);
        Assert.Equal(asks ? "mcp_approval_request" : "mcp_call", response.GetProperty("output")[0].Text("type"));
        Assert.Equal(asks ? 1 : 2, server.Model.Requests.Count);
    }

    [Theory]
    [InlineData("""{"never":{"tool_names":["search"]}}""", "look wipe")]
    [InlineData("""{"never":{"read_only":true}}""", "wipe")]
    [InlineData("""{"always":{"read_only":false}}""", "wipe")]
    [InlineData("""{"always":{}}""", "search look wipe")]
    [InlineData("""{"always":{"tool_names":["look"]},"never":{"tool_names":["search"]}}""", "look wipe")]
    [InlineData("\"always\"", "search look wipe")]
    [InlineData("\"never\"", "")]
    public async Task What_is_not_among_those_that_never_ask_does(string approval, string asking)
    {
        foreach (var tool in (string[])["search", "look", "wipe"])
        {
            await using var server = Two();
            server.Model.Calls(tool == "search" ? "beta_search" : tool).Says("Done.");
            var response = await server.AnswerAsync(Path, Body(Beta2($"\"require_approval\":{approval}")));
            Assert.Equal((tool, asking.Split(' ').Contains(tool) ? "mcp_approval_request" : "mcp_call"), (tool, response.GetProperty("output")[0].Text("type")));
        }
    }

    [Theory]
    [InlineData("""{"read_only":true}""", "beta_search look")]
    [InlineData("""{"read_only":false}""", "wipe")]
    [InlineData("""{"read_only":true,"tool_names":["search","wipe"]}""", "beta_search")]
    [InlineData("""{"tool_names":["search"]}""", "beta_search")]
    [InlineData("""["wipe","look"]""", "look wipe")]
    [InlineData("[]", "")]
    public async Task A_filter_of_tools_offers_no_others(string allowed, string offered)
    {
        await using var server = Two();
        await server.AnswerAsync(Path, Body(Beta2($"\"allowed_tools\":{allowed}")));
        Assert.Equal(offered, string.Join(' ', server.Model.Last.Tools));
    }

    [Fact]
    public async Task What_a_source_that_is_not_trusted_says_of_its_tools_is_not_believed()
    {
        await using var server = Two();
        await server.AnswerAsync(Path, Body("""{"type":"mcp","server_label":"gamma","allowed_tools":{"read_only":true}}"""));
        Assert.Empty(server.Model.Last.Tools);
    }

    [Theory]
    [InlineData("\"allowed_tools\":{\"readonly\":true}", "", "unsupported_parameter", "tools[0].allowed_tools.readonly")]
    [InlineData("\"allowed_tools\":{\"read_only\":\"yes\"}", "", "request_invalid", "tools[0].allowed_tools.read_only")]
    [InlineData("\"require_approval\":{\"always\":{\"tags\":[]}}", "", "unsupported_parameter", "tools[0].require_approval.always.tags")]
    [InlineData("\"require_approval\":{\"sometimes\":{}}", "", "unsupported_parameter", "tools[0].require_approval.sometimes")]
    [InlineData("\"require_approval\":{\"always\":{\"tool_names\":[\"serch\"]}}", "", "tool_unknown", "tools[0].require_approval.always")]
    [InlineData("\"allowed_tools\":[\"beta_search\"]", "", "tool_unknown", "tools[0].allowed_tools")]
    [InlineData("\"allowed_tools\":[\"look\"]", ""","tool_choice":{"type":"mcp","server_label":"none","name":"look"}""", "tool_unknown", "tool_choice.server_label")]
    [InlineData("\"allowed_tools\":[\"look\"]", ""","tool_choice":{"type":"mcp","server_label":"beta","name":"nope"}""", "tool_unknown", "tool_choice.name")]
    [InlineData("\"allowed_tools\":[\"look\"]", ""","tool_choice":{"type":"allowed_tools","mode":"auto","tools":[{"type":"function","name":"nope"}]}""", "tool_unknown", "tool_choice")]
    [InlineData("\"allowed_tools\":[\"look\"]", ""","tool_choice":{"type":"allowed_tools","mode":"auto","tools":[{"type":"mcp","server_label":"nope"}]}""", "tool_unknown", "tool_choice.tools[0].server_label")]
    [InlineData("\"allowed_tools\":[\"look\"]", ""","tool_choice":{"type":"allowed_tools","mode":"bogus","tools":[{"type":"function","name":"look"}]}""", "unsupported_value", "tool_choice.mode")]
    [InlineData("\"allowed_tools\":[\"look\"]", ""","tool_choice":{"type":"allowed_tools","mode":"auto"}""", "request_invalid", "tool_choice.tools")]
    [InlineData("\"allowed_tools\":[\"look\"]", ""","tool_choice":{"type":"function","name":"nope"}""", "tool_unknown", "tool_choice")]
    public async Task What_a_filter_or_a_choice_means_that_is_not_there_is_refused_with_the_field(string tool, string more, string code, string param)
    {
        await using var server = Two();
        var error = await server.ErrorAsync(Path, Body(Beta2(tool), more));
        Assert.Equal((400, code, param), (error.Status, error.Code, error.Param));
        Assert.Empty(server.Model.Requests);
    }

    [Fact]
    public async Task A_forced_tool_is_that_of_the_labelled_source()
    {
        await using var server = Two();
        await server.AnswerAsync(Path, Body(Alpha + "," + Beta, ""","tool_choice":{"type":"mcp","server_label":"beta","name":"search"}"""));
        Assert.Equal("beta_search", ((RequiredChatToolMode)server.Model.Last.Options.ToolMode!).RequiredFunctionName);
        await server.AnswerAsync(Path, Body(Alpha + "," + Beta, ""","tool_choice":{"type":"allowed_tools","mode":"required","tools":[{"type":"mcp","server_label":"beta","name":"search"}]}"""));
        Assert.Equal(["beta_search"], server.Model.Last.Tools);
        var nowhere = await server.ErrorAsync("/v1/chat/completions", """{"model":"test/model","messages":[{"role":"user","content":"Hi"}],"tools":[{"type":"function","function":{"name":"mine"}}],"tool_choice":{"type":"allowed_tools","allowed_tools":{"mode":"bogus","tools":[]}}}""");
        Assert.Equal((400, "tool_choice.allowed_tools.mode"), (nowhere.Status, nowhere.Param));
    }

    [Fact]
    public async Task A_tool_of_the_caller_stands_in_the_place_of_a_sources_tool_that_has_its_name()
    {
        await using var server = Two();
        await server.AnswerAsync(Path, Body("""{"type":"function","name":"wipe"},{"type":"mcp","server_label":"beta","allowed_tools":["wipe","look"]}"""));
        Assert.Equal(["look", "wipe"], server.Model.Last.Tools);
        server.Model.Calls("wipe");
        var called = await server.AnswerAsync(Path, Body("""{"type":"function","name":"wipe"},{"type":"mcp","server_label":"beta","allowed_tools":["wipe"]}"""));
        Assert.Equal("function_call", called.GetProperty("output")[0].Text("type"));
    }

    [Fact]
    public async Task A_call_is_shown_and_understood_under_the_name_that_its_tool_has_at_its_source()
    {
        await using var server = Two();
        server.Model.Calls("beta_search").Says("Done.");
        var conversation = (await server.AnswerAsync("/v1/conversations", "{}")).Text("id");
        var made = await server.AnswerAsync(Path, Body(Alpha + "," + Beta, $",\"conversation\":\"{conversation}\""));
        var call = made.GetProperty("output")[0];
        Assert.Equal(("mcp_call", "beta", "search", "beta search"), (call.Text("type"), call.Text("server_label"), call.Text("name"), call.Text("output")));
        Assert.Equal(made.GetRawText(), (await server.GetJsonAsync($"{Path}/{made.Text("id")}")).GetRawText());
        Assert.Contains("\"beta_search\"", (await server.GetJsonAsync($"/api/turns/turn_{made.Text("id")!["resp_".Length..]}")).GetRawText(), StringComparison.Ordinal);

        await server.AnswerAsync(Path, $$"""{"model":"test/model","tools":[{{Alpha}},{{Beta}}],"input":[{"role":"user","content":"Hi"},{{call.GetRawText()}},{"role":"user","content":"And?"}]}""");
        Assert.Equal("beta_search", server.Model.Last.Messages.SelectMany(message => message.Contents).OfType<FunctionCallContent>().Single().Name);

        using var gone = await server.SendAsync(HttpMethod.Delete, $"/v1/conversations/{conversation}/items/{call.Text("id")}");
        Assert.True(gone.IsSuccessStatusCode);
        await server.AnswerAsync(Path, $$"""{"model":"test/model","conversation":"{{conversation}}","input":"So?"}""");
        Assert.DoesNotContain(server.Model.Last.Messages, message => message.Contents.Any(part => part is FunctionCallContent or FunctionResultContent));
    }

    [Fact]
    public async Task A_request_for_approval_and_the_call_that_follows_have_the_sources_name_too()
    {
        await using var server = Two();
        server.Model.Calls("beta_search").Says("Done.");
        var tools = Alpha + "," + Beta2("\"require_approval\":\"always\"");
        var asked = (await server.AnswerAsync(Path, Body(tools))) is var response ? (Id: response.Text("id"), Item: response.GetProperty("output")[0]) : default;
        Assert.Equal(("mcp_approval_request", "beta", "search"), (asked.Item.Text("type"), asked.Item.Text("server_label"), asked.Item.Text("name")));
        var done = await server.AnswerAsync(Path, $$"""{"previous_response_id":"{{asked.Id}}","tools":[{{tools}}],"input":[{"type":"mcp_approval_response","approval_request_id":"{{asked.Item.Text("id")}}","approve":true}]}""");
        Assert.Equal(("mcp_call", "search", "beta search"), done.GetProperty("output")[0] is var call ? (call.Text("type"), call.Text("name"), call.Text("output")) : default);
    }

    [Fact]
    public async Task Keys_in_a_tool_are_neither_said_again_nor_kept()
    {
        await using var server = Two();
        using var sent = await server.PostJsonAsync(Path, Body(Beta2("""
            "authorization":"hush-1","headers":{"X-Key":"hush-2"},"server_description":"d"
            """) + """,{"type":"function","name":"mine","defer_loading":true},{"type":"web_search","search_context_size":"low","user_location":{"type":"approximate"}}"""));
        Assert.Equal((200, "tools[0].authorization, tools[0].headers, tools[1].defer_loading"), ((int)sent.StatusCode, sent.Headers.GetValues("Turnpike-Ignored").Single()));
        var text = await sent.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.DoesNotContain("hush", text, StringComparison.Ordinal);
        var response = JsonDocument.Parse(text).RootElement;
        Assert.Equal(["type server_label server_description", "type name parameters strict", "type search_context_size user_location"], response.GetProperty("tools").EnumerateArray().Select(tool => string.Join(' ', tool.EnumerateObject().Select(member => member.Name))));
        var log = await server.Get<Turnpike.Turns.Stores.ITurnLog>().ReadAsync("turn_" + response.Text("id")!["resp_".Length..], 0, 100, TestContext.Current.CancellationToken);
        Assert.DoesNotContain("hush", Assert.IsType<Turnpike.Turns.Events.TurnStarted>(log[0]).Face!.Value.GetRawText(), StringComparison.Ordinal);
        var refused = await server.ErrorAsync(Path, Body("""{"type":"web_search","filters":{"allowed_domains":["example.org"]}}"""));
        Assert.Equal((400, "unsupported_parameter", "tools[0].filters"), (refused.Status, refused.Code, refused.Param));
    }

    private sealed class Shelf(string name, bool isTrusted, params (string Name, bool ReadOnly)[] tools) : IToolSource
    {
        private readonly AIFunction[] _tools = [.. tools.Select(tool => AIFunctionFactory.Create(() => $"{name} {tool.Name}", new AIFunctionFactoryOptions { Name = tool.Name, AdditionalProperties = new Dictionary<string, object?> { ["readOnlyHint"] = tool.ReadOnly } }))];

        public Shelf(string name, params (string Name, bool ReadOnly)[] tools) : this(name, true, tools) { }

        public string Name => name;

        public bool Trusted => isTrusted;

        public ValueTask<IReadOnlyList<AIFunction>> ListAsync(CancellationToken cancellationToken) => new(_tools);
    }
}
