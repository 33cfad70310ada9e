using System.Text.Json;
using Turnpike.Hosts.Tests.Server;
using Turnpike.Prompts;

namespace Turnpike.Hosts.Tests.Compatible;

public sealed class OtherFaces
{
    [Fact]
    public async Task Items_are_given_and_a_response_goes_on_from_them()
    {
        await using var server = new RunningServer();
        var made = await server.AnswerAsync("/v1/conversations", """{"items":[{"role":"user","content":"I live in Oslo."}],"metadata":{"a":"b"}}""");
        Assert.Equal(("conversation", "b"), (made.Text("object"), made.GetProperty("metadata").Text("a")));
        var id = made.Text("id");
        var response = await server.AnswerAsync("/v1/responses", $$"""{"conversation":"{{id}}","model":"test/model","input":"Where do I live?"}""");
        Assert.Equal(["user: I live in Oslo.", "user: Where do I live?"], server.Model.Last.Transcript);
        Assert.Equal(id, response.GetProperty("conversation").Text("id"));
        var items = (await server.GetJsonAsync($"/v1/conversations/{id}/items?order=asc")).GetProperty("data");
        Assert.Equal(["I live in Oslo.", "Where do I live?", "ok"], items.EnumerateArray().Select(item => item.GetProperty("content")[0].Text("text")));
        var first = items[0].Text("id");
        Assert.Equal(first, (await server.GetJsonAsync($"/v1/conversations/{id}/items/{first}")).Text("id"));
        var added = await server.AnswerAsync($"/v1/conversations/{id}/items", """{"items":[{"role":"user","content":"And now?"},{"role":"assistant","content":"Still."}]}""");
        Assert.Equal(2, added.GetProperty("data").GetArrayLength());
        await server.AnswerAsync("/v1/responses", $$"""{"conversation":{"id":"{{id}}"},"model":"test/model","input":"Sure?"}""");
        Assert.Equal(["user: I live in Oslo.", "user: Where do I live?", "assistant: ok", "user: And now?", "assistant: Still.", "user: Sure?"], server.Model.Last.Transcript);
    }

    [Fact]
    public async Task A_deleted_item_is_shown_no_more_and_sent_to_no_model()
    {
        await using var server = new RunningServer();
        var id = (await server.AnswerAsync("/v1/conversations", """{"items":[{"role":"user","content":"I live in Oslo."},{"role":"assistant","content":"Nice."}]}""")).Text("id");
        server.Model.Says("You said it.");
        await server.AnswerAsync("/v1/responses", $$"""{"conversation":"{{id}}","model":"test/model","input":"Where?"}""");
        var items = (await server.GetJsonAsync($"/v1/conversations/{id}/items?order=asc")).GetProperty("data").EnumerateArray().Select(item => item.Text("id")!).ToArray();
        Assert.Equal(4, items.Length);
        foreach (var item in (string[])[items[0], items[3]])
        {
            using var deleted = await server.SendAsync(HttpMethod.Delete, $"/v1/conversations/{id}/items/{item}");
            Assert.Equal((id, "conversation"), await server.JsonAsync(deleted) is var shown ? (shown.Text("id"), shown.Text("object")) : default);
        }
        Assert.Equal([items[1], items[2]], (await server.GetJsonAsync($"/v1/conversations/{id}/items?order=asc")).GetProperty("data").EnumerateArray().Select(item => item.Text("id")!));
        using var gone = await server.SendAsync(HttpMethod.Get, $"/v1/conversations/{id}/items/{items[0]}");
        Assert.Equal(404, (int)gone.StatusCode);
        await server.AnswerAsync("/v1/responses", $$"""{"conversation":"{{id}}","model":"test/model","input":"And?"}""");
        Assert.DoesNotContain(server.Model.Last.Transcript, line => line.Contains("Oslo", StringComparison.Ordinal) || line.Contains("You said it", StringComparison.Ordinal));
        Assert.Contains("assistant: Nice.", server.Model.Last.Transcript);
    }

    [Fact]
    public async Task A_deleted_item_is_told_to_no_model_in_a_summary_a_resource_or_a_search()
    {
        await using var server = new RunningServer();
        var id = (await server.AnswerAsync("/v1/conversations", "{}")).Text("id");
        server.Model.Says("It is Bluebird.").Says("Fine.");
        var first = "turn_" + (await server.AnswerAsync("/v1/responses", $$"""{"conversation":"{{id}}","model":"test/model","input":"The password Bluebird?"}""")).Text("id")!.Split('_')[1];
        await server.AnswerAsync("/v1/responses", $$"""{"conversation":"{{id}}","model":"test/model","input":"And the weather?"}""");
        var items = (await server.GetJsonAsync($"/v1/conversations/{id}/items?order=asc")).GetProperty("data").EnumerateArray().Select(item => item.Text("id")!).ToArray();
        foreach (var item in items[..2]) Assert.Equal(200, (int)(await server.SendAsync(HttpMethod.Delete, $"/v1/conversations/{id}/items/{item}")).StatusCode);
        var before = server.Model.Requests.Count;

        server.Model.Says("They spoke of the weather.");
        Assert.Equal(201, (int)(await server.PostAsync($"/api/conversations/{id}/compact", new { keep = 0 })).StatusCode);
        Assert.Equal("user: user: And the weather?\n\nassistant: Fine.\n\n", server.Model.Last.Transcript[1]);
        foreach (var resource in (object[])[new { kind = "conversation", @ref = id }, new { kind = "turn", @ref = first }]) await server.TurnAsync(new { content = "Read", resources = new[] { resource } });
        server.Model.Calls("search_conversations", new() { ["query"] = "bluebird" });
        await server.TurnAsync(new { content = "Find", tools = new[] { "search_conversations" } });
        Assert.Equal(5, server.Model.Requests.Count - before);
        Assert.DoesNotContain(server.Model.Requests.Skip(before).SelectMany(request => request.Transcript), line => line.Contains("Bluebird", StringComparison.Ordinal));
        Assert.Contains(server.Model.Requests[before + 1].Transcript, line => line.Contains("user: And the weather?", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_prompt_of_the_simple_shape_is_archived()
    {
        await using var server = new RunningServer();
        await server.AnswerAsync("/v1/prompts", """{"prompt":"Hello.","name":"trips/hello"}""");
        Assert.Equal("trips/hello", (await server.GetJsonAsync("/v1/prompts/trips%2Fhello")).Text("name"));
        using var archived = await server.SendAsync(HttpMethod.Delete, "/v1/prompts/trips%2Fhello");
        Assert.Equal(204, (int)archived.StatusCode);
        using var gone = await server.SendAsync(HttpMethod.Get, "/v1/prompts/trips%2Fhello");
        Assert.Equal(404, (int)gone.StatusCode);
    }

    [Fact]
    public async Task A_deleted_conversation_is_gone_and_its_responses_stay()
    {
        await using var server = new RunningServer();
        var id = (await server.AnswerAsync("/v1/conversations", "{}")).Text("id");
        var response = await server.AnswerAsync("/v1/responses", $$"""{"conversation":"{{id}}","model":"test/model","input":"Hi"}""");
        using var deleted = await server.SendAsync(HttpMethod.Delete, "/v1/conversations/" + id);
        Assert.Equal("conversation.deleted", (await server.JsonAsync(deleted)).Text("object"));
        using var gone = await server.SendAsync(HttpMethod.Get, "/v1/conversations/" + id);
        Assert.Equal((404, "conversation_not_found"), await FaceCalls.ErrorAsync(gone) is var error ? (error.Status, error.Code) : default);
        Assert.Equal("completed", (await server.GetJsonAsync("/v1/responses/" + response.Text("id"))).Text("status"));
    }

    [Theory]
    [InlineData("/v1/conversations", """{"metadata":{"k":7}}""", "metadata.k")]
    [InlineData("/v1/conversations", """{"items":[{"type":"computer_call"}]}""", "items[0].type")]
    [InlineData("/v1/conversations", """{"items":7}""", "items")]
    [InlineData("/v1/prompts", """{}""", "prompt")]
    public async Task What_is_not_taken_is_refused_with_the_field(string path, string body, string param)
    {
        await using var server = new RunningServer();
        var error = await server.ErrorAsync(path, body);
        Assert.Equal((400, param), (error.Status, error.Param));
    }

    [Fact]
    public async Task A_prompt_of_the_simple_shape_is_made_read_changed_and_run()
    {
        await using var server = new RunningServer();
        var made = await server.AnswerAsync("/v1/prompts", """{"prompt":"Answer as a guide to {{city}}.","variables":["city"],"name":"guide"}""");
        Assert.Matches("^pmpt_[0-9a-f]{48}$", made.Text("prompt_id")!);
        Assert.Equal((1, true, "guide"), (made.GetProperty("version").GetInt32(), made.GetProperty("is_default").GetBoolean(), made.Text("name")));
        Assert.Equal("production", Assert.Single(made.GetProperty("labels").EnumerateArray()).GetString());
        await server.AnswerAsync("/v1/responses", $$$"""{"prompt":{"id":"{{{made.Text("prompt_id")}}}","variables":{"city":"Rome"}},"model":"test/model","input":"Hi"}""");
        Assert.Equal("system: Answer as a guide to Rome.", server.Model.Last.Transcript[0]);
        using var changed = await server.SendAsync(HttpMethod.Put, "/v1/prompts/guide", """{"prompt":"Guide {{city}}!","variables":["city"],"version":1}""");
        Assert.Equal(2, (await server.JsonAsync(changed)).GetProperty("version").GetInt32());
        using var stale = await server.SendAsync(HttpMethod.Put, "/v1/prompts/guide", """{"prompt":"x","version":1}""");
        Assert.Equal((409, "version_conflict"), await FaceCalls.ErrorAsync(stale) is var conflict ? (conflict.Status, conflict.Code) : default);
        using var moved = await server.SendAsync(HttpMethod.Put, "/v1/prompts/guide/set-default-version", """{"version":1}""");
        Assert.Equal((true, "production"), await server.JsonAsync(moved) is var standard ? (standard.GetProperty("is_default").GetBoolean(), Assert.Single(standard.GetProperty("labels").EnumerateArray()).GetString()) : default);
        Assert.Equal(1, (await server.GetJsonAsync("/v1/prompts/guide")).GetProperty("version").GetInt32());
        using var staged = await server.SendAsync(HttpMethod.Put, "/api/prompts/guide/labels/staging", """{"version":2}""");
        Assert.Equal(["prompt/guide", "prompt/guide@production", "prompt/guide@staging"], (await server.GetJsonAsync("/v1/models")).GetProperty("data").EnumerateArray().Select(model => model.Text("id")!).Where(id => id.Contains("guide", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        var read = Assert.Single((await server.GetJsonAsync("/api/public/v2/prompts?label=staging")).GetProperty("data").EnumerateArray());
        Assert.Equal(("[1,2]", "latest production staging"), (read.GetProperty("versions").GetRawText(), string.Join(' ', read.GetProperty("labels").EnumerateArray().Select(label => label.GetString()).Order(StringComparer.Ordinal))));
        Assert.Equal([2, 1], (await server.GetJsonAsync("/v1/prompts/guide/versions")).GetProperty("data").EnumerateArray().Select(prompt => prompt.GetProperty("version").GetInt32()));
        var undefined = await server.ErrorAsync("/v1/prompts", """{"prompt":"{{a}} {{b}}","variables":["a"]}""");
        Assert.Equal((400, "variable_undefined"), (undefined.Status, undefined.Code));
    }

    [Fact]
    public async Task Langfuse_clients_read_plain_prompts_only()
    {
        await using var server = new RunningServer();
        await server.Get<IPromptStore>().SaveAsync(ChatCompletions.Guide with { Key = "trips/guide", Model = "test/model", Tags = ["t"] }, null, TestContext.Current.CancellationToken);
        await server.Get<IPromptStore>().SaveAsync(ChatCompletions.Guide with { Key = "clever", Messages = [ChatCompletions.Line("system", "{{#if city}}x{{/if}}")] }, null, TestContext.Current.CancellationToken);
        var prompt = await server.GetJsonAsync("/api/public/v2/prompts/trips%2Fguide");
        Assert.Equal(("trips/guide", "chat", "Answer as a guide to {{city}}."), (prompt.Text("name"), prompt.Text("type"), prompt.GetProperty("prompt")[0].Text("content")));
        Assert.Contains("latest", prompt.GetProperty("labels").EnumerateArray().Select(label => label.GetString()));
        await server.Get<IPromptStore>().SaveAsync(ChatCompletions.Guide with { Key = "_tone", Messages = [ChatCompletions.Line("system", "Be {{city}}'s friend.")] }, null, TestContext.Current.CancellationToken);
        await server.PostAsync("/api/prompts", new { key = "parted", messages = new[] { new { role = "system", content = "Guide. {{> tone}}" } }, variables = new[] { new { name = "city", type = "string" } } });
        Assert.Equal("Guide. Be {{city}}'s friend.", (await server.GetJsonAsync("/api/public/v2/prompts/parted")).GetProperty("prompt")[0].Text("content"));
        using var clever = await server.SendAsync(HttpMethod.Get, "/api/public/v2/prompts/clever");
        Assert.Equal((400, "unsupported_template"), ((int)clever.StatusCode, (await server.JsonAsync(clever)).Text("error")));
        using var missing = await server.SendAsync(HttpMethod.Get, "/api/public/v2/prompts/none");
        Assert.Equal(404, (int)missing.StatusCode);
        using var writing = await server.SendAsync(HttpMethod.Post, "/api/public/v2/prompts", "{}");
        Assert.Equal(405, (int)writing.StatusCode);
        var list = await server.GetJsonAsync("/api/public/v2/prompts?tag=t&limit=1");
        Assert.Equal((1, "trips/guide"), (list.GetProperty("meta").GetProperty("totalItems").GetInt32(), list.GetProperty("data")[0].Text("name")));
    }

    [Fact]
    public async Task Partials_that_double_each_other_are_not_served_as_text()
    {
        await using var server = new RunningServer();
        await server.PostAsync("/api/prompts", new { key = "_p30", messages = new[] { new { role = "system", content = "x" } } });
        for (var i = 29; i >= 0; i--) await server.PostAsync("/api/prompts", new { key = $"_p{i}", messages = new[] { new { role = "system", content = $"{{{{> p{i + 1}}}}}{{{{> p{i + 1}}}}}" } } });
        await server.PostAsync("/api/prompts", new { key = "bomb", messages = new[] { new { role = "system", content = "{{> p0}}" } } });
        await server.PostAsync("/api/prompts", new { key = "few", messages = new[] { new { role = "system", content = "{{> p26}}" } } });
        foreach (var path in (string[])["/api/public/v2/prompts/bomb", "/beta/litellm_prompt_management?prompt_id=bomb"])
        {
            using var bomb = await server.SendAsync(HttpMethod.Get, path);
            Assert.Equal(400, (int)bomb.StatusCode);
            Assert.Contains("{{> p", await bomb.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        }
        Assert.Equal(new string('x', 16), (await server.GetJsonAsync("/api/public/v2/prompts/few")).GetProperty("prompt")[0].Text("content"));
    }

    [Fact]
    public async Task LiteLLM_proxies_get_what_the_organization_and_the_user_say_rendered_too()
    {
        await using var server = new RunningServer();
        await server.Get<IPromptStore>().SaveAsync(ChatCompletions.Guide with { Messages = [ChatCompletions.Line("system", "{{name}} of {{company}} in {{city}}.")], Variables = [new() { Name = "company", Required = true }, new() { Name = "name", Required = true }, new() { Name = "city" }] }, null, TestContext.Current.CancellationToken);
        await server.SendAsync(HttpMethod.Patch, "/api/variables/organization:acme", """{"company":"Acme"}""");
        await server.SendAsync(HttpMethod.Patch, "/api/variables/user:ann", """{"name":"Ann"}""");
        static string Path(string variables) => "/beta/litellm_prompt_management?prompt_id=guide&variables=" + Uri.EscapeDataString(variables);
        using var rendered = await server.SendAsync(HttpMethod.Get, Path("""{"city":"Rome"}"""), null, ("Turnpike-Organization", "acme"), ("Turnpike-User", "ann"));
        Assert.Equal("Ann of Acme in Rome.", (await server.JsonAsync(rendered)).GetProperty("prompt_template")[0].Text("content"));
        foreach (var wrong in (string[])["""{"a":1,"a":2}""", """{"a":"\ud83d"}""", "[1]", "x"])
        {
            using var refused = await server.SendAsync(HttpMethod.Get, Path(wrong));
            Assert.Equal((400, "prompt.variables"), await FaceCalls.ErrorAsync(refused) is var error ? (error.Status, error.Param) : default);
        }
    }

    [Fact]
    public async Task LiteLLM_proxies_get_single_braces_or_rendered_messages()
    {
        await using var server = new RunningServer();
        await server.Get<IPromptStore>().SaveAsync(ChatCompletions.Guide with { Model = "test/model", Parameters = new() { Temperature = 0.2, Stop = ["END"] }, Messages = [ChatCompletions.Guide.Messages[0], new() { Role = "history" }, .. ChatCompletions.Guide.Messages.Skip(1)] }, null, TestContext.Current.CancellationToken);
        var plain = await server.GetJsonAsync("/beta/litellm_prompt_management?prompt_id=guide");
        Assert.Equal(("guide", "Answer as a guide to {city}.", "test/model"), (plain.Text("prompt_id"), plain.GetProperty("prompt_template")[0].Text("content"), plain.Text("prompt_template_model")));
        Assert.Equal((0.2, "END"), plain.GetProperty("prompt_template_optional_params") is var told ? (told.GetProperty("temperature").GetDouble(), told.GetProperty("stop")[0].GetString()) : default);
        Assert.DoesNotContain("history", plain.GetProperty("prompt_template").EnumerateArray().Select(message => message.Text("role")));
        var rendered = await server.GetJsonAsync("/beta/litellm_prompt_management?prompt_id=guide@1&variables=" + Uri.EscapeDataString("""{"city":"Rome"}"""));
        Assert.Equal("Answer as a guide to Rome.", rendered.GetProperty("prompt_template")[0].Text("content"));
        using var missing = await server.SendAsync(HttpMethod.Get, "/beta/litellm_prompt_management");
        Assert.Equal((400, "prompt_id"), await FaceCalls.ErrorAsync(missing) is var error ? (error.Status, error.Param) : default);
    }

    [Fact]
    public async Task Files_are_uploaded_read_and_sent_by_id()
    {
        await using var server = new RunningServer();
        using var form = new MultipartFormDataContent { { new StringContent("user_data"), "purpose" }, { new ByteArrayContent("It rained."u8.ToArray()), "file", "notes.txt" } };
        using var uploaded = await server.Client.PostAsync("/v1/files", form, TestContext.Current.CancellationToken);
        var file = await server.JsonAsync(uploaded);
        Assert.Equal(("file", "notes.txt", "user_data", 10, "processed"), (file.Text("object"), file.Text("filename"), file.Text("purpose"), file.GetProperty("bytes").GetInt32(), file.Text("status")));
        var id = file.Text("id");
        await server.AnswerAsync("/v1/responses", $$"""{"model":"test/model","input":[{"role":"user","content":[{"type":"input_text","text":"Sum up"},{"type":"input_file","file_id":"{{id}}"}]}]}""");
        Assert.Contains("It rained.", server.Model.Last.Transcript[^1], StringComparison.Ordinal);
        Assert.Equal("It rained.", await server.Client.GetStringAsync($"/v1/files/{id}/content", TestContext.Current.CancellationToken));
        Assert.Equal(id, (await server.GetJsonAsync("/v1/files?purpose=user_data")).GetProperty("data")[0].Text("id"));
        using var deleted = await server.SendAsync(HttpMethod.Delete, "/v1/files/" + id);
        Assert.True((await server.JsonAsync(deleted)).GetProperty("deleted").GetBoolean());
        using var gone = await server.SendAsync(HttpMethod.Get, "/v1/files/" + id);
        Assert.Equal((404, "file_not_found"), await FaceCalls.ErrorAsync(gone) is var error ? (error.Status, error.Code) : default);
        using var wrong = new MultipartFormDataContent { { new StringContent("nothing"), "purpose" }, { new ByteArrayContent("x"u8.ToArray()), "file", "x.txt" } };
        using var refused = await server.Client.PostAsync("/v1/files", wrong, TestContext.Current.CancellationToken);
        Assert.Equal((400, "purpose"), await FaceCalls.ErrorAsync(refused) is var bad ? (bad.Status, bad.Param) : default);
    }

    [Fact]
    public async Task One_turn_is_read_through_every_face_at_once_from_different_points_and_the_texts_are_equal()
    {
        await using var server = new RunningServer();
        var gate = new TaskCompletionSource();
        server.Model.Answers((_, stop) => Slow(gate.Task, stop));
        var id = await server.SubmitAsync();
        var suffix = id["turn_".Length..];
        var conversation = (await server.GetJsonAsync("/api/turns/" + id)).Text("conversation");
        using var native = await server.SendAsync(HttpMethod.Get, $"/api/turns/{id}/events?after=2");
        using var responses = await server.SendAsync(HttpMethod.Get, $"/v1/responses/resp_{suffix}?stream=true&starting_after=1");
        using var chat = await server.SendAsync(HttpMethod.Get, $"/api/chat/{conversation}/stream");
        gate.SetResult();
        var texts = new[]
        {
            Said(await ReadAsync(native), "text.delta", "text"),
            Said(await ReadAsync(responses), "response.output_text.delta", "delta"),
            Said(await ReadAsync(chat), "text-delta", "delta"),
            (await server.GetJsonAsync("/api/turns/" + id)).Text("answer"),
            (await server.GetJsonAsync("/v1/responses/resp_" + suffix)).GetProperty("output")[0].GetProperty("content")[0].Text("text"),
            (await server.GetJsonAsync("/v1/chat/completions/chatcmpl-" + suffix)).GetProperty("choices")[0].GetProperty("message").Text("content"),
            (await server.GetJsonAsync("/api/chat/" + conversation)).GetProperty("messages")[1].GetProperty("parts")[1].Text("text"),
        };
        Assert.All(texts, text => Assert.Equal("One two three.", text));
    }

    private static async Task<IReadOnlyList<JsonElement>> ReadAsync(HttpResponseMessage response) => FaceCalls.Chunks(FaceCalls.Lines(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)));

    private static string Said(IReadOnlyList<JsonElement> events, string type, string member) => string.Concat(events.Where(one => one.Text("type") == type).Select(one => one.Text(member)));

    private static async IAsyncEnumerable<Microsoft.Extensions.AI.ChatResponseUpdate> Slow(Task gate, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await gate.WaitAsync(cancellationToken);
        foreach (var word in (string[])["One", " two", " three."]) yield return new(Microsoft.Extensions.AI.ChatRole.Assistant, word);
    }
}
