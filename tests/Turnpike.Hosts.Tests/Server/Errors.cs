using Turnpike.Turns;

namespace Turnpike.Hosts.Tests.Server;

/// <summary>Bad input is told what, where and what to do; nothing is sent and the conversation stays usable.</summary>
public sealed class Errors
{
    [Theory]
    [InlineData("""{"content":"x","prompt":"sumarize"}""", 404, "prompt_not_found", "Did you mean \"summarize\"?")]
    [InlineData("""{"content":"x","conversation":"conv_none"}""", 404, "conversation_not_found", "conv_none")]
    [InlineData("""{"content":"x","model":"nobody/none"}""", 404, "model_unknown", "nobody/none")]
    [InlineData("""{"content":"x","tools":["webserch"]}""", 422, "tool_unknown", "webserch")]
    [InlineData("""{"content":""}""", 422, "content_missing", "nothing to send")]
    [InlineData("""{"content":"x","parameters":{"temprature":1}}""", 422, "parameter_unknown", "Did you mean \"temperature\"?")]
    [InlineData("""{"content":"x","parameters":{"temperature":3}}""", 422, "parameter_invalid", "from 0 to 2")]
    [InlineData("""{"content":"x","contnt":1}""", 400, "request_invalid", "contnt")]
    [InlineData("""{"content":1}""", 400, "request_invalid", "content")]
    [InlineData("{\n  \"content\": \"x\",,\n}", 400, "request_invalid", "Line 2")]
    [InlineData("", 400, "request_invalid", "body")]
    [InlineData("""{"content":"x","resources":[{"kind":"text"}]}""", 400, "request_invalid", "exactly one of")]
    [InlineData("""{"prompt":{"messages":[{"role":"system","content":"Hi {{name"}]},"content":"x"}""", 422, "template_invalid", "Line 1, column 4")]
    [InlineData("""{"prompt":{"messages":[{"role":"system","content":"Hi {{name}}"}]},"content":"x"}""", 422, "variable_undefined", "name")]
    [InlineData("""{"prompt":"summarize","content":"x","variables":{"length":"many"}}""", 422, "variable_invalid", "must be one of")]
    public async Task A_bad_request_is_told_what_where_and_what_to_do(string body, int status, string code, string says)
    {
        await using var server = new RunningServer();
        var refused = await server.RefusedAsync(server.CurlAsync("/api/turns", body));
        Assert.Equal((status, code), (refused.Status, refused.Code));
        Assert.Contains(says, refused.Detail, StringComparison.Ordinal);
        Assert.Empty(server.Model.Requests);
    }

    [Fact]
    public async Task All_missing_variables_are_named_at_once()
    {
        await using var server = new RunningServer();
        var prompt = new { messages = new[] { new { role = "system", content = "{{a}}{{b}}" } }, variables = new object[] { new { name = "a", type = "string", required = true }, new { name = "b", type = "integer", required = true } } };
        var refused = await server.RefusedAsync(server.PostAsync("/api/turns", new { prompt, content = "x" }));
        Assert.Equal("variable_missing", refused.Code);
        Assert.Equal(["a", "b"], refused.Body.GetProperty("variables").EnumerateArray().Select(fault => fault.GetProperty("name").GetString()));
    }

    [Theory]
    [InlineData(TurnErrorCode.ProviderUnauthorized, 401, 502)]
    [InlineData(TurnErrorCode.ProviderRefused, 400, 502)]
    [InlineData(TurnErrorCode.ProviderRateLimited, 429, 502)]
    public async Task A_provider_that_fails_is_told_to_who_waits_and_the_conversation_goes_on(TurnErrorCode code, int providerStatus, int status)
    {
        await using var server = new RunningServer(services => Microsoft.Extensions.DependencyInjection.OptionsServiceCollectionExtensions.Configure<Turnpike.Models.ModelOptions>(services, options => options.Attempts = 1));
        server.Model.Fails(new TurnException(code, "the provider said no") { ProviderStatus = providerStatus }).Says("Now.");
        var refused = await server.RefusedAsync(server.PostAsync("/api/turns", new { content = "Hi" }));
        Assert.Equal((status, code.Text()), (refused.Status, refused.Code));
        var conversation = refused.Body.GetProperty("conversation").GetString();
        var failed = await server.GetJsonAsync("/api/turns/" + refused.Body.GetProperty("turn").GetString());
        Assert.Equal(("failed", "Hi"), (failed.GetProperty("status").GetString(), failed.GetProperty("content").GetString()));
        Assert.Equal("Now.", (await server.TurnAsync(new { conversation, content = "Again" })).GetProperty("answer").GetString());
    }

    [Fact]
    public async Task A_host_name_that_was_rebound_to_this_machine_is_refused()
    {
        await using var server = new RunningServer();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/prompts");
        request.Headers.Host = "evil.example";
        Assert.Equal((403, "forbidden"), Short(await server.RefusedAsync(server.Client.SendAsync(request, TestContext.Current.CancellationToken))));
    }

    [Fact]
    public async Task A_page_of_another_origin_cannot_post_and_no_cors_header_is_sent()
    {
        await using var server = new RunningServer();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/turns") { Content = new StringContent("""{"content":"x"}""") };
        request.Headers.Add("Origin", "https://evil.example");
        using var response = await server.Client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(403, (int)response.StatusCode);
        Assert.False(response.Headers.Contains("Access-Control-Allow-Origin"));
        Assert.Empty(server.Model.Requests);
    }

    [Fact]
    public async Task A_body_over_the_limit_is_413()
    {
        await using var server = new RunningServer(null, ("Turnpike:BodyBytes", "2048"));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/turns") { Content = new StringContent("{\"content\":\"" + new string('x', 4096) + "\"}") }; // small enough to be sent before the answer comes
        var refused = await server.RefusedAsync(server.Client.SendAsync(request, TestContext.Current.CancellationToken));
        Assert.Equal((413, "request_too_large"), Short(refused));
    }

    [Fact]
    public async Task An_unknown_route_is_a_problem_that_points_to_the_list()
    {
        await using var server = new RunningServer();
        var refused = await server.RefusedAsync(server.Client.GetAsync("/api/nothing", TestContext.Current.CancellationToken));
        Assert.Equal(404, refused.Status);
        Assert.Contains("/openapi/v1.json", refused.Detail, StringComparison.Ordinal);
    }

    private static (int, string?) Short((int Status, string? Code, string? Detail, System.Text.Json.JsonElement Body) refused) => (refused.Status, refused.Code);
}
