using System.Text.Json;

namespace Turnpike.Hosts.Tests.Server;

/// <summary>What a conversation tells of its variables is what its next turn sends.</summary>
public sealed class VariablesOfTheNextTurn
{
    private static readonly string[] Computed = ["current_date", "weekday", "timezone", "user_name", "conversation_id", "turn_number", "model"];

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"model":"builtin/echo"}""")]
    [InlineData("""{"model":"quick"}""")]
    public async Task Each_computed_one_is_that_of_the_preview(string settings)
    {
        await using var server = new RunningServer(null, ("Turnpike:Aliases:quick", "builtin/echo"));
        await server.PostAsync("/api/prompts", new { key = "clock", messages = new[] { new { role = "system", content = string.Join(' ', Computed.Select(name => $"{{{{{name}}}}}")) } } });
        string? conversation = null;
        for (var number = 1; number < 4; number++)
        {
            if (conversation is not null)
            {
                using var told = await server.SendAsync(HttpMethod.Get, $"/api/conversations/{conversation}/variables", null, ("Turnpike-User", "ada"));
                using var asked = await server.SendAsync(HttpMethod.Post, "/api/turns/preview", $$"""{"conversation":"{{conversation}}","content":"Hi"}""", ("Turnpike-User", "ada"));
                var (variables, preview) = ((await server.JsonAsync(told)), (await server.JsonAsync(asked)).GetProperty("variables"));
                foreach (var name in Computed) Assert.Equal((name, Value(preview, name)), (name, Value(variables, name)));
                Assert.Equal((number.ToString(System.Globalization.CultureInfo.InvariantCulture), "\"Asia/Tokyo\"", "\"ada\""), (Value(variables, "turn_number"), Value(variables, "timezone"), Value(variables, "user_name")));
            }
            using var ran = await server.SendAsync(HttpMethod.Post, "/api/turns", conversation is null ? """{"prompt":"clock","content":"Hi","timeZone":"Asia/Tokyo"}""" : $$"""{"conversation":"{{conversation}}","content":"Hi"}""", ("Turnpike-User", "ada"));
            var turn = await server.JsonAsync(ran);
            if (conversation is null)
            {
                conversation = turn.GetProperty("conversation").GetString();
                using var changed = await server.SendAsync(HttpMethod.Patch, $"/api/conversations/{conversation}", settings);
                Assert.True(changed.IsSuccessStatusCode);
            }
        }
    }

    [Fact]
    public async Task The_preview_of_a_conversation_that_is_to_be_begun_explains_them_as_its_first_turn_does()
    {
        await using var server = new RunningServer();
        await server.PostAsync("/api/prompts", new
        {
            key = "tour",
            messages = new object[] { new { role = "system", content = "Guide people in {{city}}, {{tone}}, for {{days}} days." } },
            variables = new object[] { new { name = "city", required = true, locked = "conversation" }, new { name = "tone", @default = "kindly" }, new { name = "days", type = "integer", @default = 2 } },
            parameters = new { temperature = 0.3 },
        });
        var (variables, content) = (new { city = "Rome", days = 3 }, "@.params.top_p 0.5; Go");
        using var previewed = await server.PostAsync("/api/turns/preview?begin=true", new { prompt = "tour", variables, content });
        Assert.Equal(200, (int)previewed.StatusCode);
        var preview = await server.JsonAsync(previewed);
        using var made = await server.PostAsync("/api/conversations", new { prompt = "tour", variables });
        var conversation = (await server.JsonAsync(made)).GetProperty("id").GetString();
        var turn = (await server.TurnAsync(new { conversation, content })).GetProperty("id").GetString();
        var (kept, told) = (Written(await server.GetJsonAsync($"/api/turns/{turn}/trace")), Written(preview.GetProperty("trace")));
        Assert.Equal(kept.GetProperty("changes").GetRawText(), told.GetProperty("changes").GetRawText());
        var several = kept.GetProperty("variables").EnumerateObject().ToArray(); // those of which more than one layer says something
        Assert.Equal("days", Assert.Single(several).Name);
        Assert.Equal(several[0].Value.GetRawText(), preview.GetProperty("variables").GetProperty("days").GetRawText());
        Assert.Equal(kept.GetProperty("parameters").GetRawText(), preview.GetProperty("parameters").GetRawText());
        var sent = await server.GetJsonAsync($"/api/turns/{turn}/request");
        Assert.Equal(sent.GetProperty("messages").GetRawText(), preview.GetProperty("request").GetProperty("messages").GetRawText());
        Assert.Equal(sent.GetProperty("sources").GetRawText(), preview.GetProperty("sources").GetRawText());
        Assert.Equal("conversation", preview.GetProperty("variables").GetProperty("city").GetProperty("layer").GetString());
        Assert.Equal("system: Guide people in Rome, kindly, for 3 days.", server.Model.Last.Transcript[0]);
        var refused = await server.RefusedAsync(server.PostAsync("/api/turns/preview?begin=true", new { conversation, content }));
        Assert.Equal((400, "request_invalid", "begin"), (refused.Status, refused.Code, refused.Body.GetProperty("field").GetString()));

        static JsonElement Written(JsonElement trace) => trace.EnumerateArray().Single(station => station.GetProperty("station").GetString() == "messages");
    }

    [Fact]
    public async Task One_that_was_refused_is_not_said_to_be_kept()
    {
        await using var server = new RunningServer();
        await server.PostAsync("/api/prompts", new { key = "plan", messages = new[] { new { role = "user", content = "{{days}} days" } }, variables = new[] { new { name = "days", type = "integer" } } });
        using var made = await server.PostAsync("/api/conversations", new { prompt = "plan" });
        var id = (await server.JsonAsync(made)).GetProperty("id").GetString();
        var refused = await server.RefusedAsync(server.SendAsync(HttpMethod.Patch, $"/api/conversations/{id}/variables", """{"days":"many"}"""));
        Assert.Equal("variable_invalid", refused.Code);
        Assert.DoesNotContain("kept", refused.Detail, StringComparison.Ordinal);
        Assert.Contains("\"days\" is the text \"many\"", refused.Detail, StringComparison.Ordinal);
    }

    private static string Value(JsonElement variables, string name) => variables.GetProperty(name).GetProperty("value").GetRawText();
}
