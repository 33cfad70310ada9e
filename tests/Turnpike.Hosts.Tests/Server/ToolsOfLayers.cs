using System.Text.Json;
using System.Text.Json.Nodes;

namespace Turnpike.Hosts.Tests.Server;

/// <summary>Every layer may add tools, take some away, or say that only these are offered; a list adds.</summary>
public sealed class ToolsOfLayers
{
    public static TheoryData<string, string, string> Said
    {
        get
        {
            var rows = new TheoryData<string, string, string>();
            foreach (var layer in (string[])["project", "prompt", "unsaved", "overlay", "conversation", "changed", "request"])
            {
                rows.Add(layer, """{"remove":["calculate"]}""", "current_time");
                rows.Add(layer, """{"remove":["calc*"],"add":["fetch_url"]}""", "current_time fetch_url");
                rows.Add(layer, """{"only":["fetch_url"]}""", "fetch_url");
                rows.Add(layer, """{"only":[]}""", "");
                rows.Add(layer, """["fetch_url"]""", "calculate current_time fetch_url");
            }
            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Said))]
    public async Task What_a_layer_says_reaches_the_provider(string layer, string tools, string offered)
    {
        await using var server = new RunningServer();
        var said = JsonNode.Parse(tools)!;
        await MadeAsync(server, "/api/projects", new { id = "far", name = "Far", tools = new[] { "calculate", "current_time" } });
        await MadeAsync(server, "/api/projects", new { id = "near", name = "Near", parent = "far", tools = layer == "project" ? said : new JsonArray() });
        await MadeAsync(server, "/api/prompts", new { key = "p", messages = new[] { new { role = "system", content = "Be brief." } }, tools = layer == "prompt" ? said : new JsonArray() });
        object? prompt = layer switch
        {
            "unsaved" => new { messages = new[] { new { role = "system", content = "Be brief." } }, tools = said },
            "overlay" => new { id = "p", overlay = new { tools = said } },
            _ => "p",
        };
        var conversation = (await MadeAsync(server, "/api/conversations", new { prompt, project = "near", tools = layer == "conversation" ? said : null })).GetProperty("id").GetString();
        if (layer == "changed") await PatchedAsync(server, conversation!, new { tools = said });
        var turn = await server.TurnAsync(new { conversation, content = "Hi", tools = layer == "request" ? said : null });
        Assert.Equal(offered, string.Join(' ', server.Model.Last.Tools));
        Assert.Equal("[]", turn.TryGetProperty("warnings", out var warnings) ? warnings.GetRawText() : "[]");
    }

    [Fact]
    public async Task A_conversation_is_written_as_it_is_read()
    {
        await using var server = new RunningServer();
        await MadeAsync(server, "/api/rules", new { name = "short", content = "Be short.", placement = "after" });
        var conversation = (await MadeAsync(server, "/api/conversations", new { tools = JsonNode.Parse("""{"only":["calculate"],"remove":["fetch_url"]}"""), rules = new[] { "short" } })).GetProperty("id").GetString()!;
        var read = await server.GetJsonAsync("/api/conversations/" + conversation);
        Assert.Equal("""{"only":["calculate"],"add":[],"remove":["fetch_url"]}""", read.GetProperty("tools").GetRawText());
        await PatchedAsync(server, conversation, new { tools = (object?)null, rules = (object?)null });
        var again = await PatchedAsync(server, conversation, new { tools = read.GetProperty("tools"), rules = read.GetProperty("rules") });
        Assert.Equal(read.GetProperty("tools").GetRawText(), again.GetProperty("tools").GetRawText());
        Assert.Equal("""{"add":["short"],"remove":[]}""", again.GetProperty("rules").GetRawText());
    }

    [Theory]
    [InlineData("""["calculate"]""", """["calculate"]""")]
    [InlineData("""{"add":["calculate"]}""", """["calculate"]""")]
    [InlineData("""{"remove":["calculate"]}""", """{"add":[],"remove":["calculate"]}""")]
    public async Task What_only_adds_is_shown_as_a_list(string tools, string shown)
    {
        await using var server = new RunningServer();
        var prompt = await MadeAsync(server, "/api/prompts", new { key = "p", messages = new[] { new { role = "user", content = "Hi" } }, tools = JsonNode.Parse(tools) });
        Assert.Equal(shown, prompt.GetProperty("tools").GetRawText());
        var project = await MadeAsync(server, "/api/projects", new { name = "P", tools = JsonNode.Parse(tools) });
        Assert.Equal(shown, project.GetProperty("tools").GetRawText());
    }

    [Fact]
    public async Task The_settings_that_count_in_a_project_are_those_that_no_layer_above_took_away()
    {
        await using var server = new RunningServer();
        await MadeAsync(server, "/api/projects", new { id = "far", name = "Far", tools = new[] { "calculate", "current_time" } });
        await MadeAsync(server, "/api/projects", new { id = "near", name = "Near", parent = "far", tools = JsonNode.Parse("""{"add":["fetch_url"],"remove":["calc*"]}""") });
        var tools = (await server.GetJsonAsync("/api/projects/near/effective")).GetProperty("tools");
        Assert.Equal("""[{"name":"current_time","source":"project:far"},{"name":"fetch_url","source":"project:near"}]""", tools.GetRawText());
    }

    [Theory]
    [InlineData("""{"tools":{"without":["x"]}}""", "\"without\" does not fit in a choice of names: it takes \"only\", \"add\" and \"remove\", each a list.")]
    [InlineData("""{"tools":{"only":"x"}}""", "\"tools.only\" must be a list of names.")]
    [InlineData("""{"tools":{"remove":[null]}}""", "\"tools.remove[0]\" must be a text.")]
    [InlineData("""{"tools":5}""", "\"tools\" must be a list of names, or an object of the lists \"only\", \"add\" and \"remove\".")]
    public async Task What_is_no_choice_is_refused_with_the_field(string body, string why)
    {
        await using var server = new RunningServer();
        foreach (var path in (string[])["/api/turns", "/api/conversations"])
        {
            var refused = await server.RefusedAsync(server.CurlAsync(path, body));
            Assert.Equal((400, "request_invalid"), (refused.Status, refused.Code));
            Assert.StartsWith("tools", refused.Body.GetProperty("field").GetString(), StringComparison.Ordinal);
            Assert.EndsWith(why, refused.Detail, StringComparison.Ordinal);
        }
    }

    private static async Task<JsonElement> MadeAsync(RunningServer server, string path, object body)
    {
        using var made = await server.PostAsync(path, body);
        Assert.Equal(201, (int)made.StatusCode);
        return await server.JsonAsync(made);
    }

    private static async Task<JsonElement> PatchedAsync(RunningServer server, string conversation, object change)
    {
        using var changed = await server.SendAsync(HttpMethod.Patch, "/api/conversations/" + conversation, JsonSerializer.Serialize(change));
        Assert.Equal(200, (int)changed.StatusCode);
        return await server.JsonAsync(changed);
    }
}
