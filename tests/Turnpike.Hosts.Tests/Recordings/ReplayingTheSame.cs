using System.Text.Json.Nodes;
using Turnpike.Hosts.Tests.Server;
using static Turnpike.Hosts.Tests.Recordings.WireProvider;

namespace Turnpike.Hosts.Tests.Recordings;

/// <summary>Turns that are run again at once: nothing was changed, so nothing differs.</summary>
public sealed class ReplayingTheSame
{
    private const string Image = """{"kind":"image","data":"iVBORw0KGgo=","mediaType":"image/png"}""";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>The resources that the conversation begins with (none: the turn begins it), and what the turn says beside its model.</summary>
    public static TheoryData<string?, string> Turns => new()
    {
        { """[{"kind":"note","text":"n1"},{"kind":"note","text":"n2","policy":"sticky"}]""", "\"content\":\"Hi\"" },
        { """[{"kind":"note","text":"n1","policy":"refresh"},{"kind":"note","text":"n2"}]""", """ "content":"Hi","resources":[{"kind":"note","text":"r1","policy":"sticky"},{"kind":"note","text":"r2"}] """ },
        { null, """ "content":"Hi","resources":[{"kind":"note","text":"r1"},{"kind":"note","text":"r2","policy":"sticky"},{"kind":"note","text":"r3"}] """ },
        { null, """ "content":"Hi","prompt":{"messages":[{"role":"system","content":"You are in {{conversation_id}}, turn {{turn_number}}."}],"inferVariables":true} """ },
        { null, """ "content":"@.system.append! \"Be brief.\"; Hi","resources":[{"kind":"note","text":"r1","policy":"sticky"}] """ },
        { """[{"kind":"note","title":"n","text":"n1","policy":"sticky"}]""", """ "content":"@.resource.drop! n; @.resource.add! FILE; @.system.append! \"Be brief.\"; Hi" """ },
        { """[{"kind":"note","title":"n","text":"n1"}]""", """ "content":"@.resource.drop n; Hi" """ },
        { """[{"kind":"note","text":"n1","policy":"sticky"}]""", """ "content":"@.prompt.use! translate language=French; Hi" """ },
    };

    private static async Task<(RunningServer Server, string Turn)> RunAsync(WireProvider wire, string? resources, string said, params (string, string)[] settings)
    {
        var server = new RunningServer(null, [.. wire.Settings(), .. settings]);
        using (var saved = await server.PostAsync("/api/prompts", new { key = "translate", variables = new[] { new { name = "language" } }, messages = new[] { new { role = "system", content = "You translate." }, new { role = "user", content = "To {{language}}:" } } })) Assert.Equal(201, (int)saved.StatusCode);
        using var form = new MultipartFormDataContent { { new StringContent("Page A."), "file", "a.txt" } };
        using var uploaded = await server.Client.PostAsync("/api/files", form, Cancellation);
        var file = (await server.JsonAsync(uploaded)).GetProperty("id").GetString()!;
        var body = JsonNode.Parse($"{{{said.Replace("FILE", file, StringComparison.Ordinal)}}}")!.AsObject();
        if (body["prompt"] is null or JsonObject) body["model"] ??= "wire/m";
        if (resources is not null)
        {
            using var created = await server.Client.PostAsync("/api/conversations", new StringContent($$"""{"resources":{{resources}}}"""), Cancellation);
            body["conversation"] = (await server.JsonAsync(created)).GetProperty("id").GetString();
        }
        using var answered = await server.Client.PostAsync("/api/turns", new StringContent(body.ToJsonString()), Cancellation);
        var turn = await server.JsonAsync(answered);
        Assert.Equal("completed", turn.GetProperty("status").GetString());
        return (server, turn.GetProperty("id").GetString()!);
    }

    private static async Task<string[]> DifferencesAsync(RunningServer server, string turn)
    {
        using var response = await server.SendAsync(HttpMethod.Post, $"/api/turns/{turn}/replay");
        Assert.Equal(200, (int)response.StatusCode);
        return [.. (await server.JsonAsync(response)).GetProperty("differences").EnumerateArray().Select(difference => difference.GetRawText())];
    }

    [Theory]
    [MemberData(nameof(Turns))]
    public async Task A_turn_is_the_same_when_nothing_changed(string? resources, string said)
    {
        await using var wire = new WireProvider(Answers(Said("Hi."), Used, Done));
        var (server, turn) = await RunAsync(wire, resources, said);
        await using var _ = server;
        Assert.Empty(await DifferencesAsync(server, turn));
        Assert.Empty(await DifferencesAsync(server, turn));
        using var again = await server.Client.PostAsync($"/api/turns/{turn}/regenerate", new StringContent("{}"), Cancellation);
        Assert.Equal(200, (int)again.StatusCode);
        if (resources is not null) Assert.Equal(wire.Requests.First().Body, wire.Requests.Last().Body);
        Assert.Empty(await DifferencesAsync(server, (await server.JsonAsync(again)).GetProperty("id").GetString()!));
    }

    [Fact]
    public async Task A_model_that_stands_in_and_was_passed_over_is_passed_over_again()
    {
        await using var wire = new WireProvider(Refuses("500 No", """{"error":{"message":"broken"}}"""), Answers(Said("Hi."), Used, Done));
        var (server, turn) = await RunAsync(wire, null, $$""" "content":"Hi","prompt":{"model":"wire/err","fallback":["wire/text","wire/ok","wire/never"],"messages":[{"role":"system","content":"S"}]},"model":"wire/err","resources":[{{Image}}] """, ("Turnpike:ModelCalls:Attempts", "1"), ("Turnpike:Models:wire/text:Input:0", "text"));
        await using var _ = server;
        var sent = await server.GetJsonAsync($"/api/turns/{turn}/request");
        var own = Assert.Single(sent.GetProperty("standIns").EnumerateArray());
        Assert.Equal(("wire/ok", 2), (own.GetProperty("model").GetString(), own.GetProperty("messages").GetArrayLength()));
        Assert.Equal("prompt typed", string.Join(' ', sent.GetProperty("sources").EnumerateArray().Select(source => source.GetProperty("source").GetString()).Where(source => source is "prompt" or "typed")));
        Assert.Contains("model_skipped", (await server.GetJsonAsync("/api/turns/" + turn)).GetProperty("warnings").GetRawText(), StringComparison.Ordinal);
        Assert.Empty(await DifferencesAsync(server, turn));
    }
}
