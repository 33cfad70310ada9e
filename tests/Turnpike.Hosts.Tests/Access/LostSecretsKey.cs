using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Turnpike.Hosts.Tests.Server;
using Turnpike.Hosts.Tests.Storage;

namespace Turnpike.Hosts.Tests.Access;

/// <summary>A copy of the data without the key of its secrets: it opens, and what was sealed counts as not set until it is set again.</summary>
public sealed class LostSecretsKey : IDisposable
{
    private readonly string _folder = TestFolder.New();
    private string _conversation = "";

    private string Key => Path.Combine(_folder, "secrets.key");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private RunningServer Server(KeptLog? log = null) => new(services => { if (log is not null) services.AddSingleton<ILoggerProvider>(log); }, ("TURNPIKE_DATA", _folder));

    /// <summary>Seals something of each kind, and takes the key away.</summary>
    private async Task SealAsync()
    {
        await using (var server = Server())
        {
            await OkAsync(server, HttpMethod.Patch, "/api/variables/global", """{"token":"s3cr3t"}""");
            await OkAsync(server, HttpMethod.Post, "/api/projects", """{"id":"docs","name":"Docs","variables":{"city":"Rome"}}""");
            await OkAsync(server, HttpMethod.Post, "/api/tools/servers", """{"name":"Far","url":"https://tools.example.org/mcp","headers":{"Authorization":"Bearer x"}}""");
            _conversation = (await server.TurnAsync(new { content = "One", project = "docs" })).GetProperty("conversation").GetString()!;
            await OkAsync(server, HttpMethod.Patch, $"/api/conversations/{_conversation}/variables", """{"tone":"kind"}""");
        }
        File.Move(Key, Key + ".old");
    }

    private static async Task<string> OkAsync(RunningServer server, HttpMethod method, string path, string? body = null)
    {
        using var answer = await server.SendAsync(method, path, body);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode, $"{method} {path}: {text}");
        return text;
    }

    [Fact]
    public async Task Stops_no_turn_no_list_and_no_export_and_the_start_tells_of_it()
    {
        await SealAsync();
        using var log = new KeptLog();
        await using var server = Server(log);
        foreach (var kind in (string[])["variables of global", "project-variables", "tool-server", "conversation-variables"])
            Assert.Contains("secrets.key", await log.LineAsync(line => line.StartsWith($"Stored secrets ({kind}) cannot be opened", StringComparison.Ordinal)).WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken), StringComparison.Ordinal);

        var plain = await server.TurnAsync(new { content = "Hi" });
        Assert.Equal("user: Hi", Assert.Single(server.Model.Last.Transcript));
        Assert.Equal(("secret_unreadable", "The variables of global were sealed with a key that is not here; they count as not set. Put the key back, or set them again."), Warned(plain));
        var goesOn = await server.TurnAsync(new { content = "Two", conversation = _conversation });
        Assert.Equal(["user: One", "assistant: ok", "user: Two"], server.Model.Last.Transcript);
        Assert.StartsWith("The variables of conversation, project:docs, global were sealed", Warned(goesOn).Message, StringComparison.Ordinal);

        Assert.Equal("{}", await OkAsync(server, HttpMethod.Get, "/api/variables/global"));
        foreach (var path in (string[])["/api/projects", "/api/projects/docs", "/api/projects/docs/effective", "/api/conversations", $"/api/conversations/{_conversation}", $"/api/conversations/{_conversation}/variables", $"/api/conversations/{_conversation}/export"]) await OkAsync(server, HttpMethod.Get, path);
        var far = Assert.Single((await server.GetJsonAsync("/api/tools/servers")).GetProperty("data").EnumerateArray());
        Assert.Equal(("far", "failed"), (far.GetProperty("name").GetString(), far.GetProperty("status").GetString()));
        Assert.Contains("the key that sealed it is not here", far.GetProperty("health").GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    private static (string? Code, string? Message) Warned(JsonElement turn) =>
        turn.GetProperty("warnings").EnumerateArray().Select(warning => (warning.GetProperty("code").GetString(), warning.GetProperty("message").GetString())).Single(warning => warning.Item1 == "secret_unreadable");

    [Theory]
    [InlineData("""[{"name":"token","required":true}]""", "variable_missing")]
    [InlineData("[]", "variable_undefined")]
    public async Task Refuses_the_turn_that_needs_a_lost_value_by_its_name(string variables, string code)
    {
        await SealAsync();
        await using var server = Server();
        var refused = await server.RefusedAsync(server.CurlAsync("/api/turns", $$$"""{"content":"Hi","prompt":{"messages":[{"role":"system","content":"Use {{token}}."}],"variables":{{{variables}}}}}"""));
        Assert.Equal((422, code), (refused.Status, refused.Code));
        Assert.StartsWith("\"token\" ", refused.Detail, StringComparison.Ordinal);
        Assert.Contains("What global has cannot be opened", refused.Detail, StringComparison.Ordinal);
        Assert.Empty(server.Model.Requests);
    }

    [Fact]
    public async Task Says_why_a_turn_that_never_left_its_queue_cannot_be_made_again()
    {
        string queued;
        await using (var server = new RunningServer(null, ("TURNPIKE_DATA", _folder), ("Turnpike:Runner:Drain", "00:00:00")))
        {
            _conversation = (await server.TurnAsync(new { content = "One" })).GetProperty("conversation").GetString()!;
            server.Model.Answers((_, stop) => NeverAsync(stop));
            await server.SubmitAsync($$"""{"conversation":"{{_conversation}}","content":"Two"}""");
            queued = await server.SubmitAsync($$"""{"conversation":"{{_conversation}}","content":"Three","queue":true}""");
        }
        File.Move(Key, Key + ".old");
        await using var next = Server();
        var refused = await next.RefusedAsync(next.SendAsync(HttpMethod.Post, $"/api/turns/{queued}/retry"));
        Assert.Equal((400, $"What turn \"{queued}\" was submitted with is lost: it never left its queue, where all of it lies sealed, and the key is not here, so the turn cannot be made again. Put the key back, or submit it as a new turn."), (refused.Status, refused.Detail));
        var listed = Assert.Single((await next.GetJsonAsync($"/api/conversations/{_conversation}/turns")).GetProperty("unbegun").EnumerateArray());
        Assert.Equal((queued, "interrupted", "•••"), (listed.GetProperty("id").GetString(), listed.GetProperty("status").GetString(), listed.GetProperty("content").GetString()));
    }

    private static async IAsyncEnumerable<ChatResponseUpdate> NeverAsync([EnumeratorCancellation] CancellationToken stop)
    {
        await Task.Delay(Timeout.Infinite, stop);
        yield break;
    }

    [Fact]
    public async Task Keeps_nobody_from_setting_it_all_again()
    {
        await SealAsync();
        await using (var server = Server())
        {
            Assert.Equal("""{"other":"new"}""", await OkAsync(server, HttpMethod.Patch, "/api/variables/global", """{"other":"new"}"""));
            await OkAsync(server, HttpMethod.Put, "/api/projects/docs", """{"name":"Docs","variables":{"city":"Oslo"}}""");
            await OkAsync(server, HttpMethod.Post, "/api/tools/servers", """{"name":"Far","url":"https://tools.example.org/mcp","headers":{"Authorization":"Bearer y"}}""");
            await OkAsync(server, HttpMethod.Patch, $"/api/conversations/{_conversation}/variables", """{"tone":"brief"}""");
        }
        await using var next = Server();
        var turn = await next.TurnAsync(new { conversation = _conversation, content = "Hi", prompt = new { messages = new[] { new { role = "system", content = "{{other}} {{city}} {{tone}}" } } } });
        Assert.Equal("system: new Oslo brief", next.Model.Last.Transcript[0]);
        Assert.Empty(turn.GetProperty("warnings").EnumerateArray());
        Assert.Equal("https://tools.example.org/mcp", Assert.Single((await next.GetJsonAsync("/api/tools/servers")).GetProperty("data").EnumerateArray()).GetProperty("url").GetString());
    }

    [Fact]
    public async Task Keeps_nobody_from_taking_it_all_away()
    {
        await SealAsync();
        await using (var server = Server())
        {
            await OkAsync(server, HttpMethod.Patch, "/api/variables/global", """{"token":null}""");
            await OkAsync(server, HttpMethod.Patch, $"/api/conversations/{_conversation}/variables", """{"tone":null}""");
            await OkAsync(server, HttpMethod.Delete, "/api/projects/docs");
            await OkAsync(server, HttpMethod.Delete, "/api/tools/servers/Far");
        }
        using var log = new KeptLog();
        await using var next = Server(log);
        var turn = await next.TurnAsync(new { conversation = _conversation, content = "Two" });
        Assert.DoesNotContain(turn.GetProperty("warnings").EnumerateArray(), warning => warning.GetProperty("code").GetString() == "secret_unreadable");
        Assert.Empty((await next.GetJsonAsync("/api/tools/servers")).GetProperty("data").EnumerateArray());
        Assert.DoesNotContain(log.Lines, line => line.Contains("cannot be opened", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Loses_nothing_that_was_not_set_meanwhile_when_the_key_is_back()
    {
        await SealAsync();
        await using (var server = Server())
        {
            await server.TurnAsync(new { conversation = _conversation, content = "Two" });
            await OkAsync(server, HttpMethod.Patch, $"/api/conversations/{_conversation}", """{"title":"Trip"}""");
        }
        await File.AppendAllTextAsync(Key, await File.ReadAllTextAsync(Key + ".old", TestContext.Current.CancellationToken), TestContext.Current.CancellationToken);
        await using var next = Server();
        await next.TurnAsync(new { conversation = _conversation, content = "Hi", prompt = new { messages = new[] { new { role = "system", content = "{{token}} {{city}} {{tone}}" } } } });
        Assert.Equal("system: s3cr3t Rome kind", next.Model.Last.Transcript[0]);
        Assert.Equal("https://tools.example.org/mcp", Assert.Single((await next.GetJsonAsync("/api/tools/servers")).GetProperty("data").EnumerateArray()).GetProperty("url").GetString());
    }

    [Fact]
    public async Task Loses_nothing_to_a_change_that_names_no_variable()
    {
        await SealAsync();
        await using (var server = Server())
        {
            await OkAsync(server, HttpMethod.Patch, "/api/variables/global", "{}");
            await OkAsync(server, HttpMethod.Patch, $"/api/conversations/{_conversation}/variables", "{}");
        }
        File.Move(Key + ".old", Key, overwrite: true);
        await using var next = Server();
        await next.TurnAsync(new { conversation = _conversation, content = "Hi", prompt = new { messages = new[] { new { role = "system", content = "{{token}} {{tone}}" } } } });
        Assert.Equal("system: s3cr3t kind", next.Model.Last.Transcript[0]);
    }

    [Theory]
    [InlineData("retry", null)]
    [InlineData("regenerate", null)]
    [InlineData("edit", """{"content":"Other"}""")]
    public async Task Is_told_to_who_makes_a_turn_again_that_was_sealed(string how, string? body)
    {
        string turn;
        await using (var server = Server())
        {
            server.Model.Fails(new Turnpike.Turns.TurnException(Turnpike.Turns.TurnErrorCode.ProviderRefused, "No."));
            turn = await server.SubmitAsync("""{"content":"Hi","prompt":{"messages":[{"role":"system","content":"In {{city}}."}]},"variables":{"city":"Rome"}}""");
            await server.Get<Turnpike.Pipeline.TurnRunner>().WaitAsync(turn, TestContext.Current.CancellationToken);
        }
        File.Move(Key, Key + ".old");
        await using var next = Server();
        var refused = await next.RefusedAsync(next.SendAsync(HttpMethod.Post, $"/api/turns/{turn}/{how}", body));
        Assert.Equal((400, "request_invalid", "id"), (refused.Status, refused.Code, refused.Body.GetProperty("field").GetString()));
        Assert.Contains("was sealed with a key that is not here", refused.Detail, StringComparison.Ordinal);
        Assert.Empty(next.Model.Requests);
    }

    [Fact]
    public async Task Is_not_taken_for_a_file_of_keys_that_cannot_be_read()
    {
        await SealAsync();
        await File.WriteAllTextAsync(Key, "no key\n", TestContext.Current.CancellationToken);
        using var log = new KeptLog();
        await using var server = Server(log);
        var refused = await server.RefusedAsync(server.SendAsync(HttpMethod.Get, "/api/variables/global"));
        Assert.Equal((503, "storage_unavailable"), (refused.Status, refused.Code));
        Assert.DoesNotContain(_folder, refused.Body.GetRawText(), StringComparison.Ordinal);
        Assert.Contains(log.Lines, line => line.Contains("/api/variables/global was refused: The keys that secrets are sealed with cannot be read from \"" + Key, StringComparison.Ordinal));

        File.Move(Key + ".old", Key, overwrite: true); // nobody starts the server anew
        Assert.Equal("""{"token":"s3cr3t"}""", await OkAsync(server, HttpMethod.Get, "/api/variables/global"));
    }
}
