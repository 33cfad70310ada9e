using Turnpike.Hosts.Tests.Access;
using Turnpike.Hosts.Tests.Server;
using Turnpike.Turns.Access;

namespace Turnpike.Hosts.Tests.Compatible;

/// <summary>What <c>/v1/models</c> tells a key is what the key may put into <c>model</c>.</summary>
public sealed class ModelsOfKeys
{
    [Fact]
    public async Task Prompts_and_aliases_are_listed_for_the_keys_that_may_use_them()
    {
        await using var server = new RunningServer(null, ("Turnpike:Aliases:quick", "test/model"), ("Turnpike:Aliases:far", "builtin/echo"));
        foreach (var key in (string[])["shop/a", "guide"])
        {
            foreach (var text in (string[])["one", "two"])
            {
                using var saved = await server.SendAsync(HttpMethod.Put, "/api/prompts/" + Uri.EscapeDataString(key), $$"""{"messages":[{"role":"user","content":"{{text}}"}]}""");
                Assert.True(saved.IsSuccessStatusCode);
            }
        }
        using (var labelled = await server.SendAsync(HttpMethod.Put, "/api/prompts/shop%2Fa/labels/staging", """{"version":1}""")) Assert.True(labelled.IsSuccessStatusCode, await labelled.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));

        string[] all = ["alias far", "alias quick", "prompt/guide", "prompt/shop/a", "prompt/shop/a@staging"];
        Assert.Equal(all, await ListedAsync(null));
        Assert.Equal(all, await ListedAsync((await server.KeyAsync("runs", Scopes.Turns)).Secret));
        Assert.Equal(all, await ListedAsync((await server.KeyAsync("reads", Scopes.PromptsRead)).Secret));
        var files = (await server.KeyAsync("files", Scopes.Files)).Secret;
        Assert.Equal(["alias far", "alias quick"], await ListedAsync(files));
        Assert.Equal(404, (await server.AskAsync(files, HttpMethod.Get, "/v1/models/prompt%2Fguide")).Status);
        var shop = (await server.KeyAsync(new NewKey { Name = "shop", Scopes = [Scopes.Turns], Prompts = ["shop/*"], Models = ["test/*"] })).Secret;
        Assert.Equal(["alias quick", "prompt/shop/a", "prompt/shop/a@staging"], await ListedAsync(shop));
        Assert.Equal(404, (await server.AskAsync(shop, HttpMethod.Get, "/v1/models/prompt%2Fguide")).Status);
        Assert.Equal(200, (await server.AskAsync(shop, HttpMethod.Get, "/v1/models/prompt%2Fshop%2Fa%40staging")).Status);

        async Task<IEnumerable<string>> ListedAsync(string? key) =>
        [
            .. (await server.AskAsync(key, HttpMethod.Get, "/v1/models")).Body.GetProperty("data").EnumerateArray().Select(model => model.GetProperty("id").GetString()!)
                .Where(id => id is "far" or "quick" || id.Contains("guide", StringComparison.Ordinal) || id.Contains("shop", StringComparison.Ordinal)).Select(id => id is "far" or "quick" ? "alias " + id : id).Order(StringComparer.Ordinal),
        ];
    }

    [Fact]
    public async Task Prompts_are_read_again_only_when_something_changed()
    {
        var reads = new CountedLabels();
        await using var server = new RunningServer(services => CountedLabels.Count(services, reads));
        await SaveAsync("/api/prompts/guide", """{"messages":[{"role":"user","content":"one"}]}""");
        Assert.Equal(["prompt/guide"], await ListedAsync());
        var before = reads.Read;
        for (var i = 0; i < 3; i++) Assert.Equal(["prompt/guide"], await ListedAsync());
        Assert.Equal(before, reads.Read);
        await SaveAsync("/api/prompts/guide/labels/staging", """{"version":1}""");
        Assert.Equal(["prompt/guide", "prompt/guide@staging"], await ListedAsync());
        await SaveAsync("/api/prompts/other", """{"messages":[{"role":"user","content":"two"}]}""");
        Assert.Equal(["prompt/guide", "prompt/guide@staging", "prompt/other"], await ListedAsync());

        async Task SaveAsync(string path, string body)
        {
            using var saved = await server.SendAsync(HttpMethod.Put, path, body);
            Assert.True(saved.IsSuccessStatusCode);
        }

        async Task<IEnumerable<string>> ListedAsync() => [.. (await server.GetJsonAsync("/v1/models")).GetProperty("data").EnumerateArray().Select(model => model.GetProperty("id").GetString()!)
            .Where(id => id.StartsWith("prompt/guide", StringComparison.Ordinal) || id.StartsWith("prompt/other", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
    }

    [Theory]
    [InlineData("builtin/echo")]
    [InlineData("far")]
    [InlineData("nothing/such")]
    public async Task A_model_that_a_key_may_not_use_does_not_exist_for_it(string model)
    {
        await using var server = new RunningServer(null, ("Turnpike:Aliases:far", "builtin/echo"));
        var key = (await server.KeyAsync(new NewKey { Name = "shop", Scopes = [Scopes.Turns], Models = ["test/*"] })).Secret;
        using var read = await server.WithAsync(key, HttpMethod.Get, "/v1/models/" + model);
        var error = await FaceCalls.ErrorAsync(read);
        Assert.Equal((404, "model_not_found", "model"), (error.Status, error.Code, error.Param));
        Assert.DoesNotContain("test/*", error.Message, StringComparison.Ordinal);
    }
}
