using System.Text.Json;
using Turnpike.Turns.Settings;
using Turnpike.Turns.Stores;

namespace Turnpike.Hosts.Tests.Server;

public sealed class KeepingConversations
{
    private const string Guide = """{"prompt":{"messages":[{"role":"system","content":"Guide to {{city}} for {{days}} days."}],"variables":[{"name":"city","type":"string","required":true},{"name":"days","type":"integer","default":3}]}}""";

    [Fact]
    public async Task A_variable_is_explained_by_its_layers_and_null_unsets_it()
    {
        await using var server = new RunningServer();
        var id = (await server.JsonAsync(await server.CurlAsync("/api/conversations", Guide))).GetProperty("id").GetString();
        var before = await server.GetJsonAsync($"/api/conversations/{id}/variables");
        Assert.Equal(("default", 3), (before.GetProperty("days").GetProperty("layer").GetString(), before.GetProperty("days").GetProperty("value").GetInt32()));
        Assert.False(before.GetProperty("city").TryGetProperty("value", out _));

        var set = await server.JsonAsync(await server.SendAsync(HttpMethod.Patch, $"/api/conversations/{id}/variables", """{"days":"5","city":"Oslo"}"""));
        Assert.Equal(("conversation", 5), (set.GetProperty("days").GetProperty("layer").GetString(), set.GetProperty("days").GetProperty("value").GetInt32()));
        var unset = await server.JsonAsync(await server.SendAsync(HttpMethod.Patch, $"/api/conversations/{id}/variables", """{"days":null}"""));
        Assert.Equal(("default", "Oslo"), (unset.GetProperty("days").GetProperty("layer").GetString(), unset.GetProperty("city").GetProperty("value").GetString()));
    }

    [Fact]
    public async Task A_value_that_does_not_fit_is_refused_and_nothing_is_kept()
    {
        await using var server = new RunningServer();
        var id = (await server.JsonAsync(await server.CurlAsync("/api/conversations", Guide))).GetProperty("id").GetString();
        var refused = await server.RefusedAsync(server.SendAsync(HttpMethod.Patch, $"/api/conversations/{id}/variables", """{"city":"Oslo","days":"many"}"""));
        Assert.Equal((422, "variable_invalid", "days"), (refused.Status, refused.Code, refused.Body.GetProperty("variables")[0].GetProperty("name").GetString()));
        Assert.False((await server.GetJsonAsync($"/api/conversations/{id}/variables")).GetProperty("city").TryGetProperty("value", out _));
    }

    [Theory]
    [InlineData("a b")]
    [InlineData("")]
    [InlineData("1x")]
    public async Task A_name_that_no_variable_can_have_is_refused_and_one_kept_before_is_taken_away(string name)
    {
        await using var server = new RunningServer();
        var bad = new Dictionary<string, object?> { [name] = "x" };
        var refused = await server.RefusedAsync(server.PostAsync("/api/conversations", new { variables = bad }));
        Assert.Equal((400, "request_invalid", "variables"), (refused.Status, refused.Code, refused.Body.GetProperty("field").GetString()));
        var now = DateTimeOffset.UnixEpoch;
        await server.Get<IConversationStore>().AddAsync(new() { Id = "conv_old", CreatedAt = now, UpdatedAt = now, Variables = new Dictionary<string, JsonElement> { [name] = JsonElement.Parse("1") } }, TestContext.Current.CancellationToken);
        await server.Get<ISettingsStore>().SetVariablesAsync("global", new Dictionary<string, JsonElement> { [name] = JsonElement.Parse("1") }, TestContext.Current.CancellationToken);
        foreach (var path in (string[])["/api/conversations/conv_old/variables", "/api/variables/global"])
        {
            refused = await server.RefusedAsync(server.SendAsync(HttpMethod.Patch, path, JsonSerializer.Serialize(bad)));
            Assert.Equal((400, "request_invalid", "variables"), (refused.Status, refused.Code, refused.Body.GetProperty("field").GetString()));
            using var unset = await server.SendAsync(HttpMethod.Patch, path, JsonSerializer.Serialize(new Dictionary<string, object?> { [name] = null }));
            Assert.Equal(200, (int)unset.StatusCode);
        }
        Assert.Empty((await server.Get<IConversationStore>().FindAsync("conv_old", TestContext.Current.CancellationToken))!.Variables);
        Assert.Empty(await server.Get<ISettingsStore>().VariablesAsync("global", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task All_faults_of_the_variables_are_listed_each_with_its_code()
    {
        await using var server = new RunningServer();
        var refused = await server.RefusedAsync(server.PostAsync("/api/turns", new { prompt = JsonElement.Parse(Guide).GetProperty("prompt"), content = "Hi", variables = new { days = "many", who = "Ada" } }));
        Assert.Equal((422, "variable_missing"), (refused.Status, refused.Code));
        Assert.Equal(["city variable_missing", "days variable_invalid", "who variable_undefined"], refused.Body.GetProperty("variables").EnumerateArray().Select(fault => $"{fault.GetProperty("name").GetString()} {fault.GetProperty("code").GetString()}"));
    }

    [Fact]
    public async Task Two_resources_of_one_id_are_refused()
    {
        await using var server = new RunningServer();
        var refused = await server.RefusedAsync(server.PostAsync("/api/conversations", new { resources = new[] { new { id = "a", text = "One" }, new { id = "a", text = "Two" } } }));
        Assert.Equal((400, "request_invalid", "resources[1].id"), (refused.Status, refused.Code, refused.Body.GetProperty("field").GetString()));
    }

    [Fact]
    public async Task A_model_that_no_turn_could_use_is_refused()
    {
        await using var server = new RunningServer();
        var id = (await server.JsonAsync(await server.CurlAsync("/api/conversations", "{}"))).GetProperty("id").GetString();
        foreach (var sent in (Task<HttpResponseMessage>[])[server.CurlAsync("/api/conversations", """{"model":"zork/z"}"""), server.SendAsync(HttpMethod.Patch, "/api/conversations/" + id, """{"model":"zork/z"}"""), server.CurlAsync("/api/projects", """{"name":"p","model":"zork/z"}""")])
        {
            var refused = await server.RefusedAsync(sent);
            Assert.Equal((404, "model_unknown", "model"), (refused.Status, refused.Code, refused.Body.GetProperty("field").GetString()));
        }
    }

    [Fact]
    public async Task A_title_is_changed_and_what_is_left_out_stays()
    {
        await using var server = new RunningServer();
        var id = (await server.JsonAsync(await server.CurlAsync("/api/conversations", """{"title":"Trip","model":"test/model"}"""))).GetProperty("id").GetString();
        Assert.Equal("Trip", (await server.JsonAsync(await server.SendAsync(HttpMethod.Patch, "/api/conversations/" + id, "{}"))).GetProperty("title").GetString());
        var renamed = await server.JsonAsync(await server.SendAsync(HttpMethod.Patch, "/api/conversations/" + id, """{"title":"Journey"}"""));
        Assert.Equal(("Journey", "test/model"), (renamed.GetProperty("title").GetString(), renamed.GetProperty("model").GetString()));
        await server.CurlAsync("/api/rules", """{"name":"brief","content":"Be brief."}""");
        await server.SendAsync(HttpMethod.Patch, "/api/conversations/" + id, """{"tools":["current_time"],"rules":["brief"],"parameters":{"temperature":0.5},"starred":true}""");
        var bare = await server.JsonAsync(await server.SendAsync(HttpMethod.Patch, "/api/conversations/" + id, """{"title":null,"model":null,"parameters":null,"tools":null,"rules":null,"starred":null}"""));
        Assert.False(bare.TryGetProperty("title", out _) || bare.TryGetProperty("model", out _) || bare.TryGetProperty("parameters", out _));
        Assert.Equal(("""{"add":[],"remove":[]}""", """{"add":[],"remove":[]}""", true), (bare.GetProperty("tools").GetRawText(), bare.GetProperty("rules").GetRawText(), bare.GetProperty("starred").GetBoolean()));
        var refused = await server.RefusedAsync(server.SendAsync(HttpMethod.Patch, "/api/conversations/" + id, $$"""{"title":"{{new string('x', 501)}}"}"""));
        Assert.Equal((400, "title"), (refused.Status, refused.Body.GetProperty("field").GetString()));
    }

    [Fact]
    public async Task Secret_values_are_neither_shown_nor_exported_and_still_used()
    {
        await using var server = new RunningServer();
        var id = (await server.JsonAsync(await server.CurlAsync("/api/conversations", """{"prompt":{"messages":[{"role":"system","content":"Key {{key}} of {{city}}"}],"variables":[{"name":"key","type":"string","secret":true},{"name":"city","type":"string"}]},"variables":{"key":"hush-hush","city":"Oslo"}}"""))).GetProperty("id").GetString();
        await server.TurnAsync(new { conversation = id, content = "Hi" });
        Assert.Equal("system: Key hush-hush of Oslo", server.Model.Last.Transcript[0]);
        foreach (var path in new[] { $"/api/conversations/{id}", "/api/conversations", $"/api/conversations/{id}/variables", $"/api/conversations/{id}/export" })
        {
            var shown = await server.Client.GetStringAsync(path, TestContext.Current.CancellationToken);
            Assert.Contains("Oslo", shown, StringComparison.Ordinal);
            Assert.DoesNotContain("hush", shown, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_list_is_searched_in_titles_and_texts_and_by_marks()
    {
        await using var server = new RunningServer();
        server.Model.Says("Take an umbrella.");
        var rain = (await server.TurnAsync(new { content = "Does it rain in Oslo?" })).GetProperty("conversation").GetString()!;
        var boats = (await server.TurnAsync(new { content = "Which boats sail?" })).GetProperty("conversation").GetString()!;
        await ChangeAsync(boats, """{"title":"Trip","pinned":true,"starred":true}""");
        Assert.Equal([rain], await ListAsync("?query=umbr%20oslo"));
        Assert.Equal([boats], await ListAsync("?query=trip"));
        Assert.Empty(await ListAsync("?query=umbrella%20boats"));
        Assert.Equal([boats], await ListAsync("?starred=true"));
        Assert.Equal([rain], await ListAsync("?pinned=false"));
        await ChangeAsync(rain, """{"archived":true}""");
        Assert.Equal([boats], await ListAsync(""));
        Assert.Equal([rain], await ListAsync("?archived=true"));
        Assert.Equal([rain, boats], await ListAsync("?archived=any"));
        Assert.Empty(await ListAsync("?project=shop"));
        var refused = await server.RefusedAsync(server.SendAsync(HttpMethod.Get, "/api/conversations?starred=maybe"));
        Assert.Equal((400, "starred"), (refused.Status, refused.Body.GetProperty("field").GetString()));

        async Task ChangeAsync(string id, string change) => Assert.Equal(200, (int)(await server.SendAsync(HttpMethod.Patch, "/api/conversations/" + id, change)).StatusCode);
        async Task<string[]> ListAsync(string query) => [.. (await server.GetJsonAsync("/api/conversations" + query)).GetProperty("data").EnumerateArray().Select(row => row.GetProperty("id").GetString()!)];
    }

    [Fact]
    public async Task Another_branch_is_listed_by_its_newest_turn_and_not_from_another_conversation()
    {
        await using var server = new RunningServer();
        var first = await server.TurnAsync(new { content = "Hi" });
        var (conversation, id) = (first.GetProperty("conversation").GetString(), first.GetProperty("id").GetString());
        var second = await server.TurnAsync(new { conversation, content = "More" });
        await server.TurnAsync(new { conversation, parent = id, content = "Other" });
        var branch = (await server.GetJsonAsync($"/api/conversations/{conversation}/turns?turn={second.GetProperty("id").GetString()}")).GetProperty("data");
        Assert.Equal(["Hi", "More"], branch.EnumerateArray().Select(turn => turn.GetProperty("content").GetString()));
        var other = (await server.TurnAsync(new { content = "Elsewhere" })).GetProperty("id").GetString();
        foreach (var turn in new[] { other, "turn_none" })
        {
            var refused = await server.RefusedAsync(server.SendAsync(HttpMethod.Get, $"/api/conversations/{conversation}/turns?turn={turn}"));
            Assert.Equal((404, "turn_not_found"), (refused.Status, refused.Code));
        }
    }

    [Fact]
    public async Task A_second_turn_on_a_busy_branch_is_refused_and_the_first_goes_on()
    {
        await using var server = new RunningServer();
        var go = new TaskCompletionSource();
        server.Model.Answers((_, _) => AfterAsync(go.Task));
        var first = await server.SubmitAsync();
        var conversation = (await server.GetJsonAsync("/api/turns/" + first)).GetProperty("conversation").GetString();
        var refused = await server.RefusedAsync(server.PostAsync("/api/turns", new { conversation, content = "Me too" }));
        Assert.Equal((409, "conversation_busy"), (refused.Status, refused.Code));
        go.SetResult();
        Assert.Contains("event: turn.completed", await server.Client.GetStringAsync($"/api/turns/{first}/events", TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "", null)]
    [InlineData("PATCH", "", "{}")]
    [InlineData("DELETE", "", null)]
    [InlineData("GET", "/variables", null)]
    [InlineData("PATCH", "/variables", "{}")]
    [InlineData("GET", "/turns", null)]
    public async Task A_conversation_that_there_is_not_is_named(string method, string path, string? body)
    {
        await using var server = new RunningServer();
        var refused = await server.RefusedAsync(server.SendAsync(new(method), "/api/conversations/conv_none" + path, body));
        Assert.Equal((404, "conversation_not_found"), (refused.Status, refused.Code));
        Assert.Contains("\"conv_none\"", refused.Detail, StringComparison.Ordinal);
    }

    private static async IAsyncEnumerable<Microsoft.Extensions.AI.ChatResponseUpdate> AfterAsync(Task go)
    {
        await go;
        yield return new(Microsoft.Extensions.AI.ChatRole.Assistant, "done");
    }
}
