using System.Text.Json;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

namespace Turnpike.Hosts.Tests.Server;

/// <summary>Addresses, names and types that no request may bring.</summary>
public sealed class OddPlaces
{
    private const string Private = "http://169.254.169.254/latest/meta-data.png";

    public static TheoryData<string, string> Pictures => new()
    {
        { "/v1/chat/completions", """{"model":"test/model","messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"URL"}}]}]}""" },
        { "/v1/chat/completions", """{"model":"test/model","messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"URL"}}]},{"role":"assistant","content":"k"},{"role":"user","content":"x"}]}""" },
        { "/v1/responses", """{"model":"test/model","input":[{"role":"user","content":[{"type":"input_image","image_url":"URL"}]},{"role":"assistant","content":"k"},{"role":"user","content":"x"}]}""" },
        { "/api/turns", """{"content":"x","model":"test/model","prompt":{"messages":[{"role":"user","content":[{"type":"media","url":"URL","mediaType":"image/png"}]}]}}""" },
        { "/api/turns", """{"content":"x","model":"test/model","prompt":{"messages":[{"role":"user","content":"{{media url=u}} {{input}}"}],"variables":[{"name":"u","type":"string"}]},"variables":{"u":"URL"}}""" },
        { "/api/turns", """{"content":"x","model":"test/model","prompt":{"messages":[{"role":"user","content":"{{input}} {{u}}"}],"variables":[{"name":"u","type":"image"}]},"variables":{"u":"URL"}}""" },
    };

    [Theory, MemberData(nameof(Pictures))]
    public async Task A_picture_of_a_private_address_is_sent_from_nowhere(string path, string body)
    {
        await using var server = new RunningServer();
        using var refused = await server.CurlAsync(path, body.Replace("URL", Private, StringComparison.Ordinal));
        var problem = await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True((int)refused.StatusCode is >= 400 and < 500, problem);
        Assert.Contains("private network", problem, StringComparison.Ordinal);
        Assert.Empty(server.Model.Requests);

        server.Model.Says("Seen.");
        using var open = await server.CurlAsync(path, body.Replace("URL", "https://example.org/a.png", StringComparison.Ordinal));
        Assert.Equal(200, (int)open.StatusCode);
        Assert.Contains("https://example.org/a.png", string.Join('\n', server.Model.Last.Transcript), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://minio:9000/scans/1.png")]
    [InlineData("https://metadata./computeMetadata/v1/a.png")]
    public async Task A_name_without_a_dot_is_of_the_providers_own_network_and_is_not_given_to_it(string url)
    {
        await using var server = new RunningServer();
        foreach (var (path, body) in Pictures.Select(row => row.Data).Append(("/api/turns", """{"content":"x","model":"test/model","resources":[{"kind":"image","url":"URL"}]}""")))
        {
            using var refused = await server.CurlAsync(path, body.Replace("URL", url, StringComparison.Ordinal));
            var problem = await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            Assert.True((int)refused.StatusCode is >= 400 and < 500, problem);
            Assert.Contains("private network", problem, StringComparison.Ordinal);
        }
        Assert.Empty(server.Model.Requests);
    }

    [Fact]
    public async Task A_conversation_that_brings_one_along_goes_on_without_it_and_says_so()
    {
        await using var server = new RunningServer();
        server.Model.Says("Chat.").Says("Items.");
        using var chat = await server.CurlAsync("/api/chat", $$"""{"id":"c","messages":[{"id":"m1","role":"user","parts":[{"type":"text","text":"look"},{"type":"file","mediaType":"image/png","url":"{{Private}}"}]},{"id":"m2","role":"assistant","parts":[{"type":"text","text":"k"}]},{"id":"m3","role":"user","parts":[{"type":"text","text":"x"}]}]}""");
        Assert.Contains("Chat.", await chat.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Contains("address_left_out", await WarningsAsync(server, chat), StringComparison.Ordinal);

        using var made = await server.CurlAsync("/v1/conversations", $$"""{"items":[{"type":"message","role":"user","content":[{"type":"input_image","image_url":"{{Private}}"}]},{"type":"message","role":"assistant","content":"k"}]}""");
        var id = (await server.JsonAsync(made)).GetProperty("id").GetString();
        using var answered = await server.CurlAsync("/v1/responses", $$"""{"model":"test/model","conversation":"{{id}}","input":"x"}""");
        Assert.Contains("address_left_out", await WarningsAsync(server, answered), StringComparison.Ordinal);

        Assert.Equal(2, server.Model.Requests.Count);
        Assert.All(server.Model.Requests, asked => Assert.DoesNotContain("169.254", string.Join('\n', asked.Transcript), StringComparison.Ordinal));
        Assert.All(server.Model.Requests, asked => Assert.Contains("its address is private", string.Join('\n', asked.Transcript), StringComparison.Ordinal));
    }

    [Fact]
    public async Task One_that_a_tool_gives_is_left_out_of_the_next_step_and_of_the_next_turn_and_told_in_both()
    {
        AIContent[] shown = [new TextContent("Here."), new UriContent(Private, "image/png"), new UriContent("https://example.org/a.png", "image/png")];
        await using var server = new RunningServer(services => services.AddSingleton<AIFunction>(AIFunctionFactory.Create(() => shown, "show")));
        server.Model.Calls("show").Says("Seen.").Says("Again.");
        var first = await server.TurnAsync(new { content = "Show it", tools = new[] { "show" } });
        IsLeftOut(first);
        IsLeftOut(await server.TurnAsync(new { content = "And?", conversation = first.GetProperty("conversation").GetString() }));

        void IsLeftOut(JsonElement turn)
        {
            var parts = Assert.IsAssignableFrom<IEnumerable<AIContent>>(server.Model.Last.Messages.SelectMany(message => message.Contents).OfType<FunctionResultContent>().Single().Result).ToArray();
            Assert.Equal(["Here.", "[a picture or file is left out: its address is private]", "https://example.org/a.png"], parts.Select(part => part is UriContent uri ? uri.Uri.OriginalString : ((TextContent)part).Text));
            Assert.Contains("address_left_out", turn.GetProperty("warnings").GetRawText(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task One_that_a_tool_gives_once_its_call_was_approved_is_left_out_as_well()
    {
        AIContent[] shown = [new UriContent(Private, "image/png")];
        await using var server = new RunningServer(services =>
        {
            services.AddSingleton<AIFunction>(AIFunctionFactory.Create(() => shown, "show"));
            services.Configure<Turnpike.Tools.ToolOptions>(options => options.Approval["show"] = Turnpike.Turns.Calls.ToolDecision.Ask);
        });
        server.Model.Calls("show").Says("Seen.");
        using var waiting = await server.PostAsync("/api/turns", new { content = "Show it", tools = new[] { "show" } });
        var turn = (await server.JsonAsync(waiting)).GetProperty("id").GetString()!;
        using var approved = await server.PostAsync($"/api/turns/{turn}/approvals/call_1", new { approved = true });
        using var events = await server.SendAsync(HttpMethod.Get, $"/api/turns/{turn}/events");
        Assert.Contains("address_left_out", await events.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        var result = Assert.IsAssignableFrom<IEnumerable<AIContent>>(server.Model.Last.Messages[^1].Contents.OfType<FunctionResultContent>().Single().Result);
        Assert.Equal("[a picture or file is left out: its address is private]", Assert.IsType<TextContent>(Assert.Single(result)).Text);
    }

    [Fact]
    public async Task One_in_a_result_that_a_caller_gives_is_refused_as_in_a_message()
    {
        await using var server = new RunningServer();
        server.Model.Calls("mine", id: "c1").Says("Seen.");
        const string Mine = """ "tools":[{"type":"function","name":"mine"}] """;
        var output = $$"""{"type":"function_call_output","call_id":"c1","output":[{"type":"input_text","text":"Here."},{"type":"input_image","image_url":"{{Private}}"}]}""";
        using var asked = await server.CurlAsync("/v1/responses", $$"""{"model":"test/model","input":"Hi",{{Mine}}}""");
        using var answered = await server.CurlAsync("/v1/responses", $$"""{"previous_response_id":"{{(await server.JsonAsync(asked)).GetProperty("id").GetString()}}",{{Mine}},"input":[{{output}}]}""");
        Assert.True((int)answered.StatusCode is >= 400 and < 500);
        Assert.Contains("private network", await answered.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);

        using var whole = await server.CurlAsync("/v1/responses", $$"""{"model":"test/model","input":[{"role":"user","content":"Hi"},{"type":"function_call","call_id":"c1","name":"mine","arguments":"{}"},{{output}},{"role":"user","content":"x"}]}""");
        Assert.True((int)whole.StatusCode is >= 400 and < 500);
        Assert.Single(server.Model.Requests);
    }

    private static async Task<string> WarningsAsync(RunningServer server, HttpResponseMessage answer) =>
        (await server.GetJsonAsync("/api/turns/" + answer.Headers.GetValues("Turnpike-Turn").Single())).GetProperty("warnings").GetRawText();

    [Fact]
    public async Task An_operator_may_allow_one()
    {
        await using var server = new RunningServer(null, ("Turnpike:Web:Allow:0", "169.254.169.254"), ("Turnpike:Web:Allow:1", "minio"));
        server.Model.Says("Seen.").Says("Seen.");
        using var bare = await server.CurlAsync("/v1/chat/completions", Pictures.ElementAt(1).Data.Item2.Replace("URL", "http://minio:9000/1.png", StringComparison.Ordinal));
        Assert.Equal(200, (int)bare.StatusCode);
        using var sent = await server.CurlAsync("/v1/chat/completions", Pictures.ElementAt(1).Data.Item2.Replace("URL", Private, StringComparison.Ordinal));
        Assert.Equal(200, (int)sent.StatusCode);
    }

    [Theory]
    [InlineData("text/pl\u00e9in")]
    [InlineData("image/png\u0001")]
    [InlineData("nothing")]
    public async Task A_file_of_a_type_that_is_none_is_kept_by_what_it_is(string type)
    {
        await using var server = new RunningServer();
        foreach (var (path, purpose) in ((string, bool)[])[("/api/files", false), ("/v1/files", true)])
        {
            using var file = new ByteArrayContent("Plain words."u8.ToArray());
            file.Headers.TryAddWithoutValidation("Content-Type", type);
            using var form = new MultipartFormDataContent { { file, "file", "words.bin" } };
            if (purpose) form.Add(new StringContent("user_data"), "purpose");
            using var kept = await server.Client.PostAsync(path, form, TestContext.Current.CancellationToken);
            if ((int)kept.StatusCode == 400) continue; // the form itself could not be read
            var id = (await server.JsonAsync(kept)).GetProperty("id").GetString();
            using var read = await server.SendAsync(HttpMethod.Get, $"{path}/{id}/content");
            Assert.Equal((200, "text/plain"), ((int)read.StatusCode, read.Content.Headers.ContentType?.MediaType));
        }
    }

    [Theory]
    [InlineData("X-B", "c\\r\\nX-Inj: 1")]
    [InlineData("X-B", "\u00fc")]
    [InlineData("Bad Name", "x")]
    [InlineData("Content-Type", "x")]
    [InlineData("Mcp-Session-Id", "x")]
    public async Task A_header_that_cannot_be_sent_is_refused_with_its_name(string name, string value)
    {
        await using var server = new RunningServer();
        using var refused = await server.CurlAsync("/api/tools/servers", $$$"""{"name":"zz","transport":"http","url":"https://example.org/mcp","headers":{"{{{name}}}":"{{{value}}}"}}""");
        var problem = await server.JsonAsync(refused);
        Assert.Equal((400, "request_invalid", "headers." + name), ((int)refused.StatusCode, problem.GetProperty("code").GetString(), problem.GetProperty("field").GetString()));
        Assert.DoesNotContain("X-Inj", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Far_too_many_tools_are_refused_soon()
    {
        await using var server = new RunningServer();
        var tools = string.Join(',', Enumerable.Range(0, 20_000).Select(n => $$$"""{"type":"function","function":{"name":"t{{{n}}}"}}"""));
        using var soon = new CancellationTokenSource(TimeSpan.FromSeconds(15)); // it took minutes when each looked at all before
        using var refused = await server.Client.PostAsync("/v1/chat/completions", new StringContent($$"""{"model":"test/model","messages":[{"role":"user","content":"x"}],"tools":[{{tools}}]}"""), soon.Token);
        Assert.Equal(400, (int)refused.StatusCode);
        Assert.Contains("512 client tools", await refused.Content.ReadAsStringAsync(soon.Token), StringComparison.Ordinal);
    }
}
