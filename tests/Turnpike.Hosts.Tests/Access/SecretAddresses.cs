using System.Text.Json;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Hosts.Tests.Server;
using Turnpike.Hosts.Tests.Storage;
using Turnpike.Tools;
using Turnpike.Turns.Calls;
using Turnpike.Turns.Stores;

namespace Turnpike.Hosts.Tests.Access;

/// <summary>The address of an image that a secret variable holds, such as a signed one, is sent exactly, and kept and shown as a mask.</summary>
public sealed class SecretAddresses
{
    private static readonly string[] Offered = ["book"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static RunningServer Server(string folder) => new(services =>
    {
        services.AddSingleton<AIFunction>(AIFunctionFactory.Create(() => "Booked", "book"));
        services.Configure<ToolOptions>(options => options.Approval["book"] = ToolDecision.Ask);
    }, ("TURNPIKE_DATA", folder));

    private static string[] Addresses(RunningServer server) => [.. server.Model.Last.Messages.SelectMany(message => message.Contents).OfType<UriContent>().Select(part => part.Uri.OriginalString)];

    private static async Task SaveAsync(RunningServer server, string type, object content)
    {
        using var saved = await server.PostAsync("/api/prompts", new { key = "vault", messages = new[] { new { role = "user", content } }, variables = new[] { new { name = "k", type, secret = true } } });
        Assert.Equal(201, (int)saved.StatusCode);
    }

    private static async Task<string> ShownAsync(RunningServer server, JsonElement turn)
    {
        var (id, conversation) = (turn.GetProperty("id").GetString(), turn.GetProperty("conversation").GetString());
        var shown = turn.GetRawText();
        string[] paths = [$"/api/turns/{id}", $"/api/turns/{id}/request", $"/api/turns/{id}/trace", $"/api/conversations/{conversation}/turns", $"/api/conversations/{conversation}/export"];
        foreach (var path in turn.GetProperty("status").GetString() == "waiting" ? paths : [.. paths, $"/api/turns/{id}/events?after=0"])
            shown += "\n" + await server.Client.GetStringAsync(path, Cancellation);
        var kept = (await server.Get<ITurnStore>().FindAsync(id!, Cancellation))!;
        return shown + "\n" + string.Concat(kept.Messages.SelectMany(message => message.Contents).OfType<UriContent>().Select(part => part.Uri.OriginalString));
    }

    public static TheoryData<string, string, string, string, string> Places => new()
    {
        { "text", "\"https://pics.example/a b/cat.png?sig=TOPSECRET\"", "\"{{media url=k}} What?\"", "https://pics.example/a b/cat.png?sig=TOPSECRET", "TOPSECRET" },
        { "image", "\"https://pics.example/TOPSECRET.png\"", "\"{{k}} What?\"", "https://pics.example/TOPSECRET.png", "TOPSECRET" },
        { "text", "\"TOPSECRET\"", """[{"type":"media","url":"https://pics.example/cat.png?sig={{k}}"},{"type":"text","text":"What?"}]""", "https://pics.example/cat.png?sig=TOPSECRET", "TOPSECRET" },
        { "text", "\"topsecret\"", """[{"type":"media","url":"https://{{k}}.example/cat.png"},{"type":"text","text":"What?"}]""", "https://topsecret.example/cat.png", "topsecret" },
        { "number", "48443", """[{"type":"media","url":"https://pics.example:{{k}}/cat.png"},{"type":"text","text":"What?"}]""", "https://pics.example:48443/cat.png", "48443" },
    };

    [Theory]
    [MemberData(nameof(Places))]
    public async Task Reach_the_model_now_later_after_a_wait_and_a_restart_and_when_tried_again_and_nobody_else(string type, string value, string content, string sent, string hidden)
    {
        var folder = TestFolder.New();
        JsonElement waiting;
        var request = $$$"""{"prompt":"vault","tools":["book"],"variables":{"k":{{{value}}}}}""";
        await using (var server = Server(folder))
        {
            await SaveAsync(server, type, JsonElement.Parse(content));
            using var preview = await server.CurlAsync("/api/turns/preview", request);
            var shown = (await server.JsonAsync(preview)).GetRawText();
            Assert.True(!shown.Contains(hidden, StringComparison.Ordinal) && shown.Contains("•••", StringComparison.Ordinal), shown);
            server.Model.Calls("book");
            using var response = await server.CurlAsync("/api/turns", request);
            waiting = await server.JsonAsync(response);
            Assert.Equal("waiting", waiting.GetProperty("status").GetString());
            Assert.Equal([sent], Addresses(server));
            Assert.DoesNotContain(hidden, await ShownAsync(server, waiting), StringComparison.Ordinal);
        }
        await using (var server = Server(folder))
        {
            var id = waiting.GetProperty("id").GetString()!;
            using var approved = await server.PostAsync($"/api/turns/{id}/approvals/call_1", new { approved = true });
            Assert.Equal(202, (int)approved.StatusCode);
            await server.Get<Turnpike.Pipeline.TurnRunner>().WaitAsync(id, Cancellation);
            Assert.Equal([sent], Addresses(server));

            server.Model.Fails(new Turnpike.Turns.TurnException(Turnpike.Turns.TurnErrorCode.ProviderRefused, $"Cannot fetch {sent}"));
            using var failed = await server.PostAsync("/api/turns", new { conversation = waiting.GetProperty("conversation").GetString(), content = "On", tools = Offered });
            Assert.Equal([sent], Addresses(server));
            var lost = await server.GetJsonAsync($"/api/turns/{failed.Headers.GetValues("Turnpike-Turn").Single()}");
            Assert.Equal("failed", lost.GetProperty("status").GetString());
            Assert.DoesNotContain(hidden, await ShownAsync(server, lost), StringComparison.Ordinal);
            using var again = await server.PostAsync($"/api/turns/{lost.GetProperty("id").GetString()}/retry", new { });
            Assert.Equal(200, (int)again.StatusCode);
            Assert.Equal([sent], Addresses(server));
            Assert.DoesNotContain(hidden, await ShownAsync(server, await server.JsonAsync(again)), StringComparison.Ordinal);
        }
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData("https://pics.example/TOPSECRET.png", """[{"type":"media","url":"{{k}}"},{"type":"text","text":"What?"}]""", "•••")]
    [InlineData("topsecret", """[{"type":"media","url":"https://{{k}}.example/a"},{"type":"text","text":"What?"}]""", "https://•••.example/a")]
    public async Task Are_words_where_the_conversation_is_imported_for_a_mask_leads_nowhere(string secret, string content, string words)
    {
        await using var server = new RunningServer();
        await SaveAsync(server, "text", JsonElement.Parse(content));
        var turn = await server.TurnAsync(new { prompt = "vault", variables = new { k = secret } });
        var export = await server.Client.GetStringAsync($"/api/conversations/{turn.GetProperty("conversation").GetString()}/export", Cancellation);
        await using var elsewhere = new RunningServer();
        using (var imported = await elsewhere.CurlAsync("/api/conversations/import", export)) Assert.Equal(200, (int)imported.StatusCode);
        await elsewhere.TurnAsync(new { conversation = turn.GetProperty("conversation").GetString(), content = "On" });
        Assert.Empty(Addresses(elsewhere));
        Assert.Contains($"[image/*: {words}]", string.Join('\n', elsewhere.Model.Last.Transcript), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ftp://x/TOPSECRET", "text")]
    [InlineData("ftp://x/TOPSECRET?LONG", "text")]
    [InlineData("data:image/png;base64,TOPSECRET!", "text")]
    [InlineData("file_TOPSECRET", "text")]
    [InlineData("https://me:TOPSECRET@pics.example/?LONG", "file")]
    public async Task Stand_in_no_fault(string value, string type)
    {
        await using var server = new RunningServer();
        await SaveAsync(server, type, "{{media url=k}}");
        foreach (var path in (string[])["/api/turns", "/api/turns/preview"])
        {
            using var refused = await server.PostAsync(path, new { prompt = "vault", variables = new { k = value.Replace("LONG", new string('s', 300), StringComparison.Ordinal) } });
            var said = await refused.Content.ReadAsStringAsync(Cancellation);
            Assert.True((int)refused.StatusCode is >= 400 and < 500, said);
            Assert.DoesNotContain("TOPSECRET", said, StringComparison.Ordinal);
        }
    }
}
