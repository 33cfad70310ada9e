using System.Text.Json;
using Turnpike.Hosts.Tests.Server;

namespace Turnpike.Hosts.Tests.Compatible;

/// <summary>A field that is given by the protocol's own name and in the object <c>turnpike</c> says one thing, or the request is refused.</summary>
public sealed class GivenTwice
{
    private const string Message = """ "id":"k1","messages":[{"id":"u1","role":"user","parts":[{"type":"text","text":"Hi"}]}] """;

    [Theory]
    [InlineData("model", "\"builtin/echo\"", "\"test/model\"")]
    [InlineData("prompt", "\"a\"", "\"b\"")]
    [InlineData("variables", """{"city":"Rome"}""", """{"city":"Oslo"}""")]
    [InlineData("parameters", """{"temperature":0.1}""", """{"temperature":0.2}""")]
    [InlineData("tools", """["current_time"]""", """["calculate"]""")]
    [InlineData("rules", """["a"]""", """["b"]""")]
    [InlineData("resources", """[{"kind":"text","text":"a"}]""", """[{"kind":"text","text":"b"}]""")]
    [InlineData("clientTools", """[{"name":"a"}]""", """[{"name":"b"}]""")]
    [InlineData("project", "\"a\"", "\"b\"")]
    [InlineData("timezone", "\"Europe/Rome\"", "\"Europe/Oslo\"", "timeZone")]
    public async Task Chats_of_UI_clients_refuse_two_values_and_take_one_twice(string name, string value, string other, string? native = null)
    {
        await using var server = new RunningServer();
        using var refused = await server.PostJsonAsync("/api/chat", $$$"""{{{{Message}}},"{{{name}}}":{{{value}}},"turnpike":{"{{{native ?? name}}}":{{{other}}}}}""");
        Assert.Equal((400, "request_invalid"), ((int)refused.StatusCode, refused.Headers.GetValues("Turnpike-Error").Single()));
        var text = await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Contains($"\"{name}\" and \"turnpike.{native ?? name}\"", text, StringComparison.Ordinal);
        Assert.Empty((await server.GetJsonAsync("/api/conversations")).GetProperty("data").EnumerateArray());
        if (name is not ("model" or "timezone" or "parameters" or "tools" or "clientTools")) return;
        using var same = await server.PostJsonAsync("/api/chat", $$$"""{{{{Message}}},"{{{name}}}":{{{value}}},"turnpike":{"{{{native ?? name}}}":{{{value}}}}}""");
        Assert.True(same.IsSuccessStatusCode, await same.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("""{"content":"Ho"}""", "messages")]
    [InlineData("""{"conversation":"conv_other"}""", "id")]
    public async Task Their_text_and_their_conversation_are_those_of_the_protocol(string native, string place)
    {
        await using var server = new RunningServer();
        using var chat = await server.PostJsonAsync("/api/chat", $$"""{{{Message}},"turnpike":{{native}}}""");
        Assert.Equal(400, (int)chat.StatusCode);
        Assert.Contains($"\"{place}\"", await chat.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        var run = await server.ErrorAsync("/api/agui", $$$"""{"threadId":"t1","runId":"r1","messages":[{"id":"a","role":"user","content":"Before"},{"id":"b","role":"assistant","content":"Yes"},{"id":"u1","role":"user","content":"Hi"}],"forwardedProps":{"turnpike":{{{native}}}}}""");
        Assert.Equal((400, place == "id" ? "threadId" : place), (run.Status, run.Param));
        Assert.Empty((await server.GetJsonAsync("/api/conversations")).GetProperty("data").EnumerateArray());
    }

    [Theory]
    [InlineData("externalIds", """{"userMessage":"mine"}""")]
    [InlineData("answers", """[{"callId":"c1","output":"5"}]""")]
    public async Task Ids_and_answers_that_the_protocol_has_places_for_are_refused_in_the_native_part(string name, string value)
    {
        await using var server = new RunningServer();
        using var chat = await server.PostJsonAsync("/api/chat", $$$"""{{{{Message}}},"turnpike":{"{{{name}}}":{{{value}}} } }""");
        Assert.Equal(400, (int)chat.StatusCode);
        Assert.Contains($"\"turnpike.{name}\"", await chat.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        var run = await server.ErrorAsync("/api/agui", $$$"""{"threadId":"t1","runId":"r1","messages":[{"id":"u1","role":"user","content":"Hi"}],"forwardedProps":{"turnpike":{"{{{name}}}":{{{value}}} } } }""");
        Assert.Equal((400, "turnpike." + name), (run.Status, run.Param));
        Assert.Empty(server.Model.Requests);
    }

    [Theory]
    [InlineData("/v1/chat/completions", """ "messages":[{"role":"system","content":"Rhyme."},{"role":"user","content":"Hi"}] """, "messages")]
    [InlineData("/v1/responses", """ "instructions":"Rhyme.","input":"Hi" """, "input")]
    public async Task What_is_passed_on_and_instructions_are_said_once(string path, string rest, string field)
    {
        await using var server = new RunningServer();
        var passed = await server.ErrorAsync(path, $$$"""{"model":"test/model","prompt_cache_key":"A",{{{rest}}},"turnpike":{"parameters":{"providerOptions":{"prompt_cache_key":"B"}} } }""");
        Assert.Equal((400, "prompt_cache_key"), (passed.Status, passed.Param));
        var told = await server.ErrorAsync(path, $$$"""{"model":"test/model",{{{rest}}},"turnpike":{"system":{"text":"Be brief."}} }""");
        Assert.Equal((400, field), (told.Status, told.Param));
        Assert.Empty(server.Model.Requests);

        await server.AnswerAsync(path, $$$"""{"model":"test/model","prompt_cache_key":"A",{{{rest}}},"turnpike":{"system":{"text":"Rhyme."},"parameters":{"providerOptions":{"prompt_cache_key":"A","more":1}} } }""");
        Assert.Equal(["system: Rhyme.", "user: Hi"], server.Model.Last.Transcript);
        Assert.Equal("""{"prompt_cache_key":"A","more":1}""", JsonSerializer.Serialize(server.Model.Last.Options.AdditionalProperties!["turnpike.providerOptions"]));
    }
}
