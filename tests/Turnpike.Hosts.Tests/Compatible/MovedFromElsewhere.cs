using Turnpike.Hosts.Tests.Server;

namespace Turnpike.Hosts.Tests.Compatible;

/// <summary>Whoever asked another system for a prompt asks here for the same one, by its name and number there.</summary>
public sealed class MovedFromElsewhere
{
    private static async Task ImportAsync(RunningServer server, string file)
    {
        using var imported = await server.SendAsync(HttpMethod.Post, "/api/prompts/import", file);
        Assert.True(imported.IsSuccessStatusCode, await imported.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    private static string Prompts(string query) => "/api/public/v2/prompts" + query;

    [Fact]
    public async Task Langfuse_finds_versions_by_their_numbers_there()
    {
        await using var server = new RunningServer();
        await ImportAsync(server, """[{"name":"gap","version":4,"prompt":"Four."},{"name":"gap","version":2,"prompt":"Two."},{"name":"gap","version":3,"prompt":"Three."}]""");
        foreach (var (version, says) in new[] { (4, "Four."), (3, "Three."), (2, "Two.") })
        {
            var prompt = await server.GetJsonAsync(Prompts($"/gap?version={version}"));
            Assert.Equal((version, says), (prompt.GetProperty("version").GetInt32(), prompt.GetProperty("prompt")[0].Text("content")));
        }
        Assert.Equal("""["latest"]""", (await server.GetJsonAsync(Prompts("/gap"))).GetProperty("labels").GetRawText());
        using var never = await server.SendAsync(HttpMethod.Get, Prompts("/gap?version=1"));
        Assert.Equal(404, (int)never.StatusCode);
        var listed = Assert.Single((await server.GetJsonAsync(Prompts("?name=gap"))).GetProperty("data").EnumerateArray());
        Assert.Equal(("[2,3,4]", """["latest"]"""), (listed.GetProperty("versions").GetRawText(), listed.GetProperty("labels").GetRawText()));
    }

    [Fact]
    public async Task Langfuse_finds_prompts_by_their_names_there()
    {
        await using var server = new RunningServer();
        await ImportAsync(server, """[{"name":"folder/sub/Greeting Ü","version":1,"prompt":"Hi."},{"name":"Support","version":1,"prompt":"Upper."},{"name":"support","version":1,"prompt":"Lower."}]""");
        foreach (var (name, says) in new[] { ("folder/sub/Greeting Ü", "Hi."), ("Support", "Upper."), ("support", "Lower.") })
        {
            var prompt = await server.GetJsonAsync(Prompts("/" + Uri.EscapeDataString(name)));
            Assert.Equal((name, says), (prompt.Text("name"), prompt.GetProperty("prompt")[0].Text("content")));
            Assert.Equal(name, Assert.Single((await server.GetJsonAsync(Prompts("?name=" + Uri.EscapeDataString(name)))).GetProperty("data").EnumerateArray()).Text("name"));
        }
    }

    [Fact]
    public async Task Placeholders_and_config_of_Langfuse_come_back_as_they_were()
    {
        await using var server = new RunningServer();
        await ImportAsync(server, """{"name":"chat","version":1,"type":"chat","prompt":[{"role":"system","content":"Be {{mood}}."},{"type":"placeholder","name":"msgs"}],"config":{"model":"some-model","top_p":0.5,"max_tokens":90,"team":{"a":1}}}""");
        var prompt = await server.GetJsonAsync(Prompts("/chat"));
        Assert.Equal("""[{"role":"system","content":"Be {{mood}}."},{"type":"placeholder","name":"msgs"}]""", prompt.GetProperty("prompt").GetRawText());
        var config = prompt.GetProperty("config");
        Assert.Equal(("some-model", 0.5, 90, 1, 4), (config.Text("model"), config.GetProperty("top_p").GetDouble(), config.GetProperty("max_tokens").GetInt32(), config.GetProperty("team").GetProperty("a").GetInt32(), config.EnumerateObject().Count()));
        using var plain = await server.SendAsync(HttpMethod.Get, "/beta/litellm_prompt_management?prompt_id=chat");
        Assert.Equal((400, "unsupported_template"), await FaceCalls.ErrorAsync(plain) is var error ? (error.Status, error.Code) : default);
        await server.PostAsync("/api/prompts", new { key = "seen", messages = new[] { new { role = "user", content = "See {{pic}}" } }, variables = new[] { new { name = "pic", type = "image" } } });
        using var media = await server.SendAsync(HttpMethod.Get, Prompts("/seen"));
        Assert.Equal((400, "unsupported_template"), ((int)media.StatusCode, (await server.JsonAsync(media)).Text("error")));
    }

    [Fact]
    public async Task OpenAI_is_told_the_number_that_finds_the_same_again()
    {
        await using var server = new RunningServer();
        foreach (var number in (int[])[2, 3]) await ImportAsync(server, $$"""{"id":"pmpt_0abc","name":"Told","version":"{{number}}","instructions":"Number {{number}}.","model":"test/model"}""");
        foreach (var asked in (string[])["""{"id":"pmpt_0abc","version":"3"}""", """{"id":"pmpt_0abc"}"""])
        {
            var told = (await server.AnswerAsync("/v1/responses", $$"""{"prompt":{{asked}},"model":"test/model","input":"Hi"}""")).GetProperty("prompt");
            Assert.Equal("3", told.Text("version"));
            await server.AnswerAsync("/v1/responses", $$"""{"prompt":{{told.GetRawText()}},"model":"test/model","input":"Hi"}""");
            Assert.Equal("system: Number 3.", server.Model.Last.Transcript[0]);
        }
        Assert.Equal(404, (await server.ErrorAsync("/v1/responses", """{"prompt":{"id":"pmpt_0abc","version":"1"},"model":"test/model","input":"Hi"}""")).Status);
        Assert.Equal(["prompt/told"], (await server.GetJsonAsync("/v1/models")).GetProperty("data").EnumerateArray().Select(model => model.Text("id")!).Where(id => id.Contains("told", StringComparison.Ordinal)));
    }
}
