using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Hosts.Tests.Cli;
using Turnpike.Hosts.Tests.Providers;
using Turnpike.Hosts.Tests.Tools;
using Turnpike.Turns.Resources;

namespace Turnpike.Hosts.Tests.Server;

/// <summary>What the provider is sent for each kind of resource, by each policy, on the first, second and third turn.</summary>
public sealed class ResourcesOnTheWire : IAsyncDisposable
{
    private const string Png = "iVBORw0KGgo=";
    private const string Wav = "UklGRiQAAABXQVZFZm10IA==";
    private const string Pdf = "JVBERi0xLjQK";

    private readonly RawServer _provider = RawServer.Streaming("data: " + """{"choices":[{"index":0,"delta":{"role":"assistant","content":"ok"},"finish_reason":"stop"}]}""" + "\n\n", "data: [DONE]\n\n").Unlisted();
    private readonly RunningServer _server;

    public ResourcesOnTheWire() => _server = new(services => services.AddSingleton<IResourceLoader>(new Tasks()),
        ("Turnpike:Providers:0:name", "fake"), ("Turnpike:Providers:0:kind", "openai"), ("Turnpike:Providers:0:baseUrl", _provider.Url + "v1"), ("Turnpike:Providers:0:key", "k"), ("Turnpike:Web:Allow:0", "127.0.0.1"));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _provider.DisposeAsync();
    }

    [Theory]
    [InlineData("text")]
    [InlineData("note")]
    [InlineData("task")]
    public async Task Inline_text(string kind) => await EachPolicyAsync(kind, () => Task.FromResult(new JsonObject { ["text"] = "content 1" }), Block(kind, "content 1"));

    [Fact]
    public async Task Inline_tables() => await EachPolicyAsync("table", () => Task.FromResult(new JsonObject { ["text"] = "a,b\n1,2" }), Block("table", "| a | b |\n| --- | --- |\n| 1 | 2 |"));

    [Fact]
    public async Task Inline_images() => await EachPolicyAsync("image", () => Task.FromResult(new JsonObject { ["data"] = Png, ["mediaType"] = "image/png" }),
        $$$"""{"type":"image_url","image_url":{"url":"data:image/png;base64,{{{Png}}}"}}""");

    [Fact]
    public async Task Inline_audio() => await EachPolicyAsync("audio", () => Task.FromResult(new JsonObject { ["data"] = Wav, ["mediaType"] = "audio/wav" }),
        $$$"""{"type":"input_audio","input_audio":{"data":"{{{Wav}}}","format":"wav"}}""");

    [Fact]
    public async Task Inline_files_of_a_provider() => await EachPolicyAsync("file", () => Task.FromResult(new JsonObject { ["data"] = Pdf, ["mediaType"] = "application/pdf", ["title"] = "bill.pdf" }),
        $$$"""{"type":"file","file":{"filename":"bill.pdf","file_data":"data:application/pdf;base64,{{{Pdf}}}"}}""");

    [Fact]
    public async Task Uploaded_files_that_are_text() => await EachPolicyAsync("file", async () => new() { ["file"] = await UploadAsync("notes.md", "# Notes") }, Block("file", "# Notes", "notes.md"));

    [Fact]
    public async Task Web_pages()
    {
        FakeServer? web = null;
        await EachPolicyAsync("webpage", async () =>
        {
            if (web is not null) await web.DisposeAsync();
            web = await FakeServer.StartAsync([.. Enumerable.Range(1, 3).Select(load => (Func<HttpContext, Task>)(context => context.Response.WriteAsync($"content {load}")))]);
            return new() { ["url"] = web.Address };
        }, load => Block("webpage", $"content {load}"));
        await web!.DisposeAsync();
    }

    [Fact]
    public async Task Things_of_a_hosts_own_loader()
    {
        var number = 0;
        await EachPolicyAsync("task", () => Task.FromResult(new JsonObject { ["ref"] = $"{++number}" }), load => Block("task", $"content {load}", "A task"));
    }

    [Fact]
    public async Task Answers_of_earlier_turns() => await EachPolicyAsync("turn", async () => new() { ["ref"] = (await RunAsync(new() { ["content"] = "earlier" }))["id"]!.DeepClone() }, Block("turn", "ok"));

    [Fact]
    public async Task Other_conversations()
    {
        string? other = null;
        await EachPolicyAsync("conversation", async () =>
        {
            other = (string)(await RunAsync(new() { ["content"] = "said 1" }))["conversation"]!;
            return new() { ["ref"] = other };
        }, load => Block("conversation", string.Join("\n\n", Enumerable.Range(1, load).Select(number => $"user: said {number}\n\nassistant: ok"))),
        turn => RunAsync(new() { ["conversation"] = other, ["content"] = $"said {turn}" }));
    }

    [Fact]
    public async Task Resources_of_tool_servers()
    {
        using var program = await ToolProgram.StartAsync();
        var number = 0;
        string? before = null;
        await EachPolicyAsync("mcp", async () =>
        {
            if (before is not null) await _server.SendAsync(HttpMethod.Delete, "/api/tools/servers/" + before);
            before = $"fixture{++number}"; // a session of its own, which counts from 1
            using var added = await _server.PostAsync("/api/tools/servers", new { name = before, transport = "http", url = program.Url, headers = new Dictionary<string, string> { ["X-Fixture"] = "yes" } });
            Assert.Equal(201, (int)added.StatusCode);
            return new() { ["url"] = "fixture://note" };
        }, load => Block("mcp", $"content {load}"));

        var body = await SentAsync(new() { ["content"] = "Look", ["resources"] = new JsonArray(new JsonObject { ["kind"] = "mcp", ["url"] = "fixture://dot" }) });
        Assert.Equal($$$"""{"type":"image_url","image_url":{"url":"data:image/png;base64,{{{Png}}}"}}""", body[0]!["content"]![1]!.ToJsonString());
        var refused = await _server.RefusedAsync(_server.PostAsync("/api/turns", new { content = "x", resources = new[] { new { kind = "mcp", url = "fixture://nothing" } } }));
        Assert.Equal((422, "resource_not_found"), (refused.Status, refused.Code));
        program.Kill();
        var lost = await _server.RefusedAsync(_server.PostAsync("/api/turns", new { content = "x", resources = new[] { new { kind = "mcp", url = "fixture://note" } } }));
        Assert.Equal((422, "resource_failed"), (lost.Status, lost.Code));
    }

    private Task EachPolicyAsync(string kind, Func<Task<JsonObject>> source, string part) => EachPolicyAsync(kind, source, _ => part);

    /// <summary>Three turns for each policy; all that is sent is compared.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="source">Makes the source of one conversation's resource.</param>
    /// <param name="part">What is sent of it after it was loaded so many times.</param>
    /// <param name="between">What happens elsewhere before a turn.</param>
    private async Task EachPolicyAsync(string kind, Func<Task<JsonObject>> source, Func<int, string> part, Func<int, Task>? between = null)
    {
        foreach (var policy in new[] { "once", "sticky", "refresh" })
        {
            var resource = await source();
            (resource["id"], resource["kind"], resource["policy"]) = ("res_1", kind, policy);
            string? conversation = null;
            for (var turn = 1; turn <= 3; turn++)
            {
                if (turn > 1 && between is not null) await between(turn);
                var request = new JsonObject { ["content"] = $"turn {turn}" };
                if (conversation is null) request["resources"] = new JsonArray(resource);
                else request["conversation"] = conversation;
                var count = _provider.Requests.Count;
                conversation = (string)(await RunAsync(request))["conversation"]!;
                var sent = JsonNode.Parse(_provider.Requests.Skip(count).Single().Body)!["messages"]!.ToJsonString();
                Assert.Equal($"{policy} {turn}: {Messages(policy, turn, part)}", $"{policy} {turn}: {sent}");
            }
        }
    }

    private static string Messages(string policy, int turns, Func<int, string> part)
    {
        var messages = new List<string>();
        for (var turn = 1; turn <= turns; turn++)
        {
            var isHere = policy == "once" ? turn == 1 : turn == turns;
            var text = $$"""{"type":"text","text":"turn {{turn}}"}""";
            messages.Add(isHere ? $$"""{"role":"user","content":[{{text}},{{part(policy == "refresh" ? turn : 1)}}]}""" : $$"""{"role":"user","content":"turn {{turn}}"}""");
            if (turn < turns) messages.Add("""{"role":"assistant","content":"ok"}""");
        }
        return JsonNode.Parse($"[{string.Join(',', messages)}]")!.ToJsonString();
    }

    private static string Block(string kind, string text, string? title = null) =>
        new JsonObject { ["type"] = "text", ["text"] = $"<resources>\n<resource kind=\"{kind}\" id=\"res_1\"{(title is null ? "" : $" title=\"{title}\"")}>\n{text}\n</resource>\n</resources>" }.ToJsonString();

    private async Task<JsonNode> RunAsync(JsonObject request)
    {
        request["model"] = "fake/m";
        using var response = await _server.CurlAsync("/api/turns", request.ToJsonString());
        var body = await response.Content.ReadAsStringAsync(Cancellation);
        Assert.True(response.IsSuccessStatusCode, body);
        return JsonNode.Parse(body)!;
    }

    private async Task<JsonArray> SentAsync(JsonObject request)
    {
        await RunAsync(request);
        return JsonNode.Parse(_provider.Requests.Last().Body)!["messages"]!.AsArray();
    }

    private async Task<string> UploadAsync(string name, string text)
    {
        using var form = new MultipartFormDataContent { { new StringContent(text), "file", name } };
        using var response = await _server.Client.PostAsync("/api/files", form, Cancellation);
        return (await _server.JsonAsync(response)).GetProperty("id").GetString()!;
    }

    /// <summary>Tasks that say how often they were loaded.</summary>
    private sealed class Tasks : IResourceLoader
    {
        private readonly Dictionary<string, int> _loads = [];

        public string Kind => "task";

        public ValueTask<ResourceContent?> LoadAsync(ResourceSource source, CancellationToken cancellationToken)
        {
            var loads = _loads[source.Resource.Ref!] = _loads.GetValueOrDefault(source.Resource.Ref!) + 1;
            return new(new ResourceContent { Title = "A task", Text = $"content {loads}" });
        }
    }
}
