using System.Net;
using System.Net.Http.Json;

namespace Turnpike.Hosts.Tests.Server;

public sealed class KeepingThings
{
    private static object Guide(string text) => new { key = "guides/city", messages = new[] { new { role = "system", content = text } }, variables = new[] { new { name = "city", type = "string", required = true } } };

    [Fact]
    public async Task A_prompt_is_created_read_saved_again_and_its_versions_stay()
    {
        await using var server = new RunningServer();
        var created = await server.PostAsync("/api/prompts", Guide("Guide to {{city}}."));
        Assert.Equal((HttpStatusCode.Created, "\"1\""), (created.StatusCode, created.Headers.ETag?.Tag));
        using var save = new HttpRequestMessage(HttpMethod.Put, "/api/prompts/guides/city") { Content = JsonContent.Create(Guide("Better guide to {{city}}.")) };
        save.Headers.TryAddWithoutValidation("If-Match", "\"1\"");
        Assert.Equal(HttpStatusCode.OK, (await server.Client.SendAsync(save, TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal("Better guide to {{city}}.", (await server.GetJsonAsync("/api/prompts/guides/city")).GetProperty("messages")[0].GetProperty("content").GetString());
        Assert.Equal("Guide to {{city}}.", (await server.GetJsonAsync("/api/prompts/guides%2Fcity?version=1")).GetProperty("messages")[0].GetProperty("content").GetString());
    }

    [Fact]
    public async Task A_lost_update_is_refused()
    {
        await using var server = new RunningServer();
        await server.PostAsync("/api/prompts", Guide("One {{city}}."));
        await server.Client.PutAsJsonAsync("/api/prompts/guides/city", Guide("Two {{city}}."), TestContext.Current.CancellationToken);
        using var save = new HttpRequestMessage(HttpMethod.Put, "/api/prompts/guides/city") { Content = JsonContent.Create(Guide("Three {{city}}.")) };
        save.Headers.TryAddWithoutValidation("If-Match", "\"1\"");
        var refused = await server.RefusedAsync(server.Client.SendAsync(save, TestContext.Current.CancellationToken));
        Assert.Equal((412, "version_conflict"), (refused.Status, refused.Code));
    }

    [Fact]
    public async Task Built_in_prompts_are_listed_and_can_be_taken_the_place_of()
    {
        await using var server = new RunningServer();
        var keys = (await server.GetJsonAsync("/api/prompts")).GetProperty("data").EnumerateArray().Select(prompt => prompt.GetProperty("key").GetString());
        Assert.Equal(["commit-message", "explain-code", "extract-json", "summarize", "translate"], keys.Order());
        await server.PostAsync("/api/prompts", new { key = "summarize", messages = new[] { new { role = "system", content = "Mine." } } });
        await server.TurnAsync(new { prompt = "summarize", content = "x" });
        Assert.Equal(["system: Mine.", "user: x"], server.Model.Last.Transcript);
    }

    [Fact]
    public async Task A_prompt_with_a_broken_template_is_not_saved()
    {
        await using var server = new RunningServer();
        var refused = await server.RefusedAsync(server.PostAsync("/api/prompts", Guide("{{#if city}}never closed")));
        Assert.Equal((422, "template_invalid"), (refused.Status, refused.Code));
        Assert.Equal(HttpStatusCode.NotFound, (await server.Client.GetAsync("/api/prompts/guides/city", TestContext.Current.CancellationToken)).StatusCode);
    }

    [Fact]
    public async Task A_conversation_is_started_with_variables_that_its_turns_use()
    {
        await using var server = new RunningServer();
        await server.PostAsync("/api/prompts", Guide("Guide to {{city}}."));
        var started = await server.JsonAsync(await server.PostAsync("/api/conversations", new { prompt = "guides/city", title = "Trip", variables = new { city = "Oslo" } }));
        var id = started.GetProperty("id").GetString();
        Assert.Empty(server.Model.Requests);
        await server.TurnAsync(new { conversation = id, content = "Hi" });
        Assert.Equal("system: Guide to Oslo.", server.Model.Last.Transcript[0]);

        using var patch = await server.Client.PatchAsJsonAsync($"/api/conversations/{id}/variables", new { city = "Rome" }, TestContext.Current.CancellationToken);
        var city = (await server.JsonAsync(patch)).GetProperty("city");
        Assert.Equal(("Rome", "conversation"), (city.GetProperty("value").GetString(), city.GetProperty("layer").GetString()));
        await server.TurnAsync(new { conversation = id, content = "And now?" });
        Assert.Equal(["system: Guide to Rome.", "user: Hi", "assistant: ok", "user: And now?"], server.Model.Last.Transcript);

        var turns = (await server.GetJsonAsync($"/api/conversations/{id}/turns")).GetProperty("data");
        Assert.Equal(["Hi", "And now?"], turns.EnumerateArray().Select(turn => turn.GetProperty("content").GetString()));
        Assert.Contains((await server.GetJsonAsync("/api/conversations?query=Trip")).GetProperty("data").EnumerateArray(), conversation => conversation.GetProperty("id").GetString() == id);
        Assert.Equal(HttpStatusCode.NoContent, (await server.Client.DeleteAsync("/api/conversations/" + id, TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await server.Client.GetAsync("/api/conversations/" + id, TestContext.Current.CancellationToken)).StatusCode);
    }

    [Fact]
    public async Task Catalogs_and_completion_answer()
    {
        await using var server = new RunningServer();
        Assert.Contains((await server.GetJsonAsync("/api/models")).GetProperty("data").EnumerateArray(), model => model.GetProperty("id").GetString() == "builtin/echo");
        Assert.Contains((await server.GetJsonAsync("/api/tools")).GetProperty("data").EnumerateArray(), tool => tool.GetProperty("name").GetString() == "current_time");
        Assert.Contains((await server.GetJsonAsync("/api/triggers")).EnumerateArray(), trigger => trigger.GetProperty("namespace").GetString() == "params" && trigger.GetProperty("method").GetString() == "temp");
        var items = (await server.JsonAsync(await server.PostAsync("/api/triggers/complete", new { text = "@.par", caret = 5 }))).GetProperty("items");
        Assert.Equal("params", items[0].GetProperty("label").GetString()?.TrimEnd('.'));
        Assert.Equal("live", (await server.GetJsonAsync("/health/live")).GetProperty("status").GetString());
        Assert.Equal("ready", (await server.GetJsonAsync("/health/ready")).GetProperty("status").GetString());
    }
}
