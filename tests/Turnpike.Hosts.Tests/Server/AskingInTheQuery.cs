using System.Net;

namespace Turnpike.Hosts.Tests.Server;

/// <summary>What a query or a header says is understood as it was meant, or refused and named.</summary>
public sealed class AskingInTheQuery(SharedServer shared) : IClassFixture<SharedServer>
{
    private RunningServer Server => shared.Server;

    [Fact]
    public async Task A_misspelt_trial_run_imports_nothing()
    {
        var refused = await Server.RefusedAsync(Server.CurlAsync("/api/prompts/import?dry_run=true&key=tried", """{"messages":[{"role":"user","content":"Hi."}]}"""));
        Assert.Equal((400, "request_invalid", "dry_run"), (refused.Status, refused.Code, refused.Body.GetProperty("field").GetString()));
        Assert.Contains("Did you mean \"dryRun\"?", refused.Detail, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await Server.SendAsync(HttpMethod.Get, "/api/prompts/tried")).StatusCode);
        Assert.Equal("x", (await Server.RefusedAsync(Server.CurlAsync("/api/conversations/import?DRYRUN=true&x=1", "{}"))).Body.GetProperty("field").GetString());
    }

    [Theory]
    [InlineData("POST", "/api/projects?parnet=x", "parnet")]
    [InlineData("PUT", "/api/tags/t?if_match=1", "if_match")]
    [InlineData("PATCH", "/api/variables/global?dryRun=true", "dryRun")]
    [InlineData("DELETE", "/api/rules/r?dryRun=true", "dryRun")]
    [InlineData("DELETE", "/api/prompts/p/labels/l?forced=true", "forced")]
    public async Task What_changes_something_takes_nothing_in_the_query_that_it_does_not_know(string method, string path, string name)
    {
        var refused = await Server.RefusedAsync(Server.SendAsync(new HttpMethod(method), path, "{}"));
        Assert.Equal((400, name), (refused.Status, refused.Body.GetProperty("field").GetString()));
    }

    [Fact]
    public async Task What_reads_and_what_other_protocols_ask_for_take_anything()
    {
        Assert.Equal(HttpStatusCode.OK, (await Server.SendAsync(HttpMethod.Get, "/api/prompts?_=1")).StatusCode);
        using var answer = await Server.SendAsync(HttpMethod.Post, "/v1/chat/completions?api-version=2024", """{"model":"test/model","messages":[{"role":"user","content":"Hi"}]}""");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        using var checkedFile = await Server.SendAsync(HttpMethod.Post, "/api/prompts/validate?key=a&bringsPartials=false", """{"messages":[]}""");
        Assert.Equal(HttpStatusCode.OK, checkedFile.StatusCode);
    }

    [Theory]
    [InlineData("prompts?limit=1%00", "limit")]
    [InlineData("prompts?limit=%2B1", "limit")]
    [InlineData("prompts?limit=-1", "limit")]
    [InlineData("usage?by=MODEL", "by")]
    [InlineData("usage?by=model,,day", "by")]
    [InlineData("usage?by=model,", "by")]
    [InlineData("conversations?archived=ANY", "archived")]
    [InlineData("keys/nope", "id")]
    public async Task A_word_that_is_none_is_refused_and_named(string path, string field)
    {
        var refused = await Server.RefusedAsync(Server.SendAsync(HttpMethod.Get, "/api/" + path));
        Assert.Equal((path == "keys/nope" ? 404 : 400, field), (refused.Status, refused.Body.GetProperty("field").GetString()));
        if (field == "archived") Assert.EndsWith("it must be any, true or false.", refused.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Usage_is_summed_by_several_words()
    {
        Assert.Equal(["day", "model"], (await Server.GetJsonAsync("/api/usage?by=day,%20model")).GetProperty("by").EnumerateArray().Select(by => by.GetString()));
        var gone = await Server.RefusedAsync(Server.SendAsync(HttpMethod.Delete, "/api/tools/servers/nope"));
        Assert.Equal((404, "name"), (gone.Status, gone.Body.GetProperty("field").GetString()));
    }

    [Theory]
    [InlineData("?format=xml", "*/*", null)]
    [InlineData("?format=MARKDOWN", "*/*", null)]
    [InlineData("", "*/*", "application/json")]
    [InlineData("", "text/markdown", "text/markdown")]
    [InlineData("", "text/markdown, */*;q=0.1", "text/markdown")]
    [InlineData("", "application/json, text/markdown;q=0.5", "application/json")]
    [InlineData("", "text/markdown;q=0", "application/json")]
    [InlineData("?format=json", "text/markdown", "application/json")]
    public async Task A_conversation_is_exported_in_the_form_that_is_wanted_most(string query, string accept, string? type)
    {
        var id = (await Server.JsonAsync(await Server.CurlAsync("/api/conversations", "{}"))).GetProperty("id").GetString();
        using var answer = await Server.SendAsync(HttpMethod.Get, $"/api/conversations/{id}/export{query}", null, ("Accept", accept));
        Assert.Equal(type is null ? HttpStatusCode.BadRequest : HttpStatusCode.OK, answer.StatusCode);
        if (type is not null) Assert.Equal(type, answer.Content.Headers.ContentType!.MediaType);
        else Assert.Contains("it must be json or markdown", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("text/x-dotprompt, application/json;q=0.5", "text/x-dotprompt")]
    [InlineData("application/json;q=0", "text/x-dotprompt")]
    [InlineData("application/json", "application/json")]
    public async Task A_prompt_is_exported_in_the_form_that_is_wanted_most(string accept, string type)
    {
        await Server.SendAsync(HttpMethod.Put, "/api/prompts/exported", """{"messages":[{"role":"user","content":"Hi."}]}""");
        using var answer = await Server.SendAsync(HttpMethod.Get, "/api/prompts/exported/export", null, ("Accept", accept));
        Assert.Equal(type, answer.Content.Headers.ContentType!.MediaType);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(6)]
    public async Task A_caret_stands_in_its_text(int caret)
    {
        var refused = await Server.RefusedAsync(Server.PostAsync("/api/triggers/complete", new { text = "@.par", caret }));
        Assert.Equal((400, "caret"), (refused.Status, refused.Body.GetProperty("field").GetString()));
    }
}
