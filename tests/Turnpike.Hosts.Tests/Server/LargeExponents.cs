using Turnpike.Hosts.Tests.Compatible;

namespace Turnpike.Hosts.Tests.Server;

/// <summary>JSON has numbers whose exponents no machine has; they are kept and compared like all others.</summary>
public sealed class LargeExponents
{
    private const string Huge = "1e99999999999";

    [Fact]
    public async Task A_turn_says_a_variable_again_that_its_conversation_has()
    {
        await using var server = new RunningServer();
        await server.PostAsync("/api/prompts", new { key = "p", messages = new[] { new { role = "system", content = "{{x}}" } }, variables = new[] { new { name = "x", type = "any" } } });
        using var made = await server.PostJsonAsync("/api/conversations", $$"""{"variables":{"x":{{Huge}} } }""");
        var conversation = (await server.JsonAsync(made)).GetProperty("id").GetString();
        for (var n = 0; n < 2; n++)
        {
            using var turn = await server.PostJsonAsync("/api/turns", $$"""{"conversation":"{{conversation}}","prompt":"p","content":"Hi","variables":{"x":{{Huge}} } }""", ("Accept", "application/json"));
            Assert.Equal(200, (int)turn.StatusCode);
        }
    }

    [Fact]
    public async Task Texts_compare_them_and_versions_are_told_apart()
    {
        await using var server = new RunningServer();
        foreach (var number in (string[])[Huge, "1e99999999998"])
        {
            using var saved = await server.SendAsync(HttpMethod.Put, "/api/prompts/p", $$$"""{"messages":[{"role":"system","content":"{{#ifEquals a b}}same{{else}}other{{/ifEquals}}"}],"variables":[{"name":"a","type":"list"},{"name":"b","type":"list"}],"metadata":{"n":{{{number}}} } }""");
            Assert.True(saved.IsSuccessStatusCode, await saved.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        }
        Assert.Contains("1e99999999998", (await server.GetJsonAsync("/api/prompts/p/versions/1/diff/2")).GetRawText(), StringComparison.Ordinal);
        foreach (var (other, said) in new[] { (Huge, "same"), ("1e99999999998", "other") })
        {
            using var preview = await server.PostJsonAsync("/api/turns/preview", $$"""{"prompt":"p","content":"Hi","variables":{"a":[{{Huge}}],"b":[{{other}}] } }""");
            Assert.Contains($"\"text\":\"{said}\"", (await server.JsonAsync(preview)).GetRawText().Replace("\": \"", "\":\"", StringComparison.Ordinal), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Tests_in_a_bundle_with_one_are_known_again()
    {
        await using var server = new RunningServer();
        var bundle = $$"""{"format":"turnpike.prompts","version":1,"prompts":[{"key":"p","messages":[{"role":"system","content":"Hi."}]}],"tests":[{"key":"p","cases":[{"name":"a","content":"Hi","variables":{"x":{{Huge}} },"expect":[{"contains":"ok"}]}]}]}""";
        foreach (var outcome in (string[])["imported", "skipped"])
        {
            using var imported = await server.PostJsonAsync("/api/prompts/import", bundle);
            Assert.Equal(outcome, (await server.JsonAsync(imported)).GetProperty("items")[1].GetProperty("outcome").GetString());
        }
    }
}
