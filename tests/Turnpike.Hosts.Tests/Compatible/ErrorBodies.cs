using Microsoft.AspNetCore.Http;
using Turnpike.Hosts.Tests.Server;
using Turnpike.Server.Compatible.OpenAI;
using Turnpike.Server.Http;
using Turnpike.Turns;

namespace Turnpike.Hosts.Tests.Compatible;

/// <summary>Errors in the vendor's words: the status, type, code and retry hint by which its clients decide.</summary>
public sealed class ErrorBodies
{
    private static readonly Dictionary<string, string> Table = new()
    {
        ["401 authentication_error invalid_api_key"] = "unauthorized",
        ["403 permission_error"] = "forbidden",
        ["400 invalid_request_error"] = "request_invalid content_missing trigger_unknown trigger_invalid rejected template_invalid template_limit rule_not_found tool_unknown resource_not_found resource_failed resource_unsupported resource_too_large parameter_unknown parameter_invalid variable_missing variable_invalid variable_undefined context_length_exceeded provider_refused",
        ["404 invalid_request_error"] = "turn_not_found prompt_not_found conversation_not_found file_not_found project_not_found",
        ["404 invalid_request_error model_not_found"] = "model_unknown",
        ["409 conflict_error"] = "conversation_busy idempotency_conflict version_conflict",
        ["413 invalid_request_error"] = "request_too_large",
        ["429 rate_limit_error rate_limit_exceeded"] = "rate_limited provider_rate_limited",
        ["429 rate_limit_error insufficient_quota"] = "budget_exceeded",
        ["502 server_error"] = "provider_unauthorized provider_error provider_unreachable provider_stream_broken",
        ["504 server_error"] = "timeout",
        ["503 server_error"] = "storage_unavailable shutting_down",
        ["500 server_error"] = "internal_error",
    };

    [Fact]
    public void Every_code_has_the_status_type_and_code_that_the_contract_gives_it()
    {
        var contract = Table.SelectMany(row => row.Value.Split(' ').Select(code => (code, row.Key.Count(letter => letter == ' ') == 2 ? row.Key : $"{row.Key} {code}"))).ToDictionary();
        Assert.Equal(contract, Enum.GetValues<TurnErrorCode>().ToDictionary(code => code.Text(), code => OpenAIError.Of(Problem.Of(new TurnException(code, "m")), "/v1/responses") is var error ? $"{error.Status} {error.Type} {error.Code}" : ""));
    }

    [Theory]
    [InlineData("conversation_busy", false, "false", null)]
    [InlineData("budget_exceeded", false, "false", null)]
    [InlineData("rate_limited", false, "false", null)]
    [InlineData("provider_rate_limited", false, "true", "1")]
    [InlineData("provider_error", true, "false", null)]
    [InlineData("provider_error", false, "true", null)]
    [InlineData("timeout", true, "false", null)]
    [InlineData("shutting_down", false, "true", "5")]
    [InlineData("prompt_not_found", false, null, null)]
    public async Task Clients_are_told_whether_to_try_again(string code, bool isSaved, string? retry, string? after)
    {
        var http = new DefaultHttpContext { Request = { Path = "/v1/responses" } };
        http.Response.Body = new MemoryStream();
        var problem = Problem.Of(new TurnException(TurnErrorCodes.Find(code)!.Value, "m"));
        await OpenAIError.WriteAsync(http, isSaved ? problem with { Turn = "turn_1" } : problem);
        Assert.Equal((retry, after), ((string?)http.Response.Headers["x-should-retry"], (string?)http.Response.Headers.RetryAfter));
    }

    [Theory]
    [InlineData("/v1/chat/completions", "{")]
    [InlineData("/v1/responses", "[]")]
    [InlineData("/v1/conversations", "7")]
    [InlineData("/v1/prompts", "nothing")]
    public async Task A_body_that_is_no_object_is_refused_in_the_vendors_words(string path, string body)
    {
        await using var server = new RunningServer();
        var error = await server.ErrorAsync(path, body);
        Assert.Equal((400, "request_invalid"), (error.Status, error.Code));
    }

    [Theory]
    [InlineData("/v1/responses/{0}/input_items?after=msg_none_0", "after")]
    [InlineData("/v1/responses/{0}/input_items?limit=101", "limit")]
    [InlineData("/v1/responses/{0}/input_items?limit=ten", "limit")]
    [InlineData("/v1/responses/{0}/input_items?order=up", "order")]
    [InlineData("/v1/responses/{0}?stream=true&starting_after=-1", "starting_after")]
    [InlineData("/v1/responses/{0}?stream=true&starting_after=x", "starting_after")]
    [InlineData("/v1/conversations/{1}/items?after=msg_none_0", "after")]
    [InlineData("/v1/conversations/{1}/items?limit=0", "limit")]
    [InlineData("/v1/conversations/{1}/items?order=up", "order")]
    [InlineData("/v1/files?after=file_none", "after")]
    [InlineData("/v1/files?limit=10001", "limit")]
    [InlineData("/v1/files?order=up", "order")]
    [InlineData("/v1/files?purpose=fun", "purpose")]
    public async Task A_bad_cursor_or_page_is_refused_with_the_field(string path, string param)
    {
        await using var server = new RunningServer();
        var conversation = (await server.AnswerAsync("/v1/conversations", "{}")).Text("id");
        var response = (await server.AnswerAsync("/v1/responses", $$"""{"model":"test/model","conversation":"{{conversation}}","input":"Hi"}""")).Text("id");
        using var refused = await server.SendAsync(HttpMethod.Get, string.Format(System.Globalization.CultureInfo.InvariantCulture, path, response, conversation));
        var error = await FaceCalls.ErrorAsync(refused);
        Assert.Equal((400, param), (error.Status, error.Param));
    }

    [Theory]
    [InlineData("GET", "/v1/assistants", 404)]
    [InlineData("POST", "/v1/embeddings", 404)]
    [InlineData("POST", "/v1/responses/compact", 404)]
    [InlineData("PATCH", "/v1/models", 405)]
    public async Task What_is_not_served_is_the_fault_of_no_field(string method, string path, int status)
    {
        await using var server = new RunningServer();
        using var response = await server.SendAsync(new(method), path, "{}");
        var error = await FaceCalls.ErrorAsync(response);
        Assert.Equal((status, null), (error.Status, error.Param));
    }

    [Theory]
    [InlineData("fun", "created_at", "3600", "purpose")]
    [InlineData("user_data", "used_at", "3600", "expires_after[anchor]")]
    [InlineData("user_data", "created_at", "60", "expires_after[seconds]")]
    [InlineData("user_data", "created_at", "", "expires_after[seconds]")]
    public async Task A_file_with_a_bad_field_is_refused_with_the_field(string purpose, string anchor, string seconds, string param)
    {
        await using var server = new RunningServer();
        using var form = new MultipartFormDataContent { { new StringContent(purpose), "purpose" }, { new StringContent(anchor), "expires_after[anchor]" }, { new StringContent(seconds), "expires_after[seconds]" }, { new ByteArrayContent([65]), "file", "a.txt" } };
        using var response = await server.Client.PostAsync("/v1/files", form, TestContext.Current.CancellationToken);
        var error = await FaceCalls.ErrorAsync(response);
        Assert.Equal((400, param), (error.Status, error.Param));
    }

    [Fact]
    public async Task An_empty_file_and_an_upload_without_one_are_refused()
    {
        await using var server = new RunningServer();
        using var empty = new MultipartFormDataContent { { new StringContent("user_data"), "purpose" }, { new ByteArrayContent([]), "file", "a.txt" } };
        using var none = new MultipartFormDataContent { { new StringContent("user_data"), "purpose" } };
        foreach (var form in (MultipartFormDataContent[])[empty, none])
        {
            using var response = await server.Client.PostAsync("/v1/files", form, TestContext.Current.CancellationToken);
            var error = await FaceCalls.ErrorAsync(response);
            Assert.Equal((400, "file"), (error.Status, error.Param));
        }
    }

    [Fact]
    public async Task A_client_whose_proxy_strips_the_accept_and_content_type_headers_gets_its_stream()
    {
        await using var server = new RunningServer();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions") { Content = new ByteArrayContent("""{"model":"test/model","messages":[{"role":"user","content":"Hi"}],"stream":true}"""u8.ToArray()) };
        using var response = await server.Client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Null(request.Content.Headers.ContentType);
        Assert.Equal((200, "text/event-stream"), ((int)response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        Assert.Equal("[DONE]", FaceCalls.Lines(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))[^1]);
    }

    [Fact]
    public async Task A_reader_whose_proxy_strips_Last_Event_ID_goes_on_by_the_query()
    {
        await using var server = new RunningServer();
        var id = await server.SubmitAsync();
        var all = await server.Client.GetStringAsync($"/api/turns/{id}/events", TestContext.Current.CancellationToken);
        var rest = await server.Client.GetStringAsync($"/api/turns/{id}/events?after=1", TestContext.Current.CancellationToken);
        Assert.Equal(FaceCalls.Lines(all).Skip(1), FaceCalls.Lines(rest));
    }

    [Theory]
    [InlineData("""{"messages":[{"role":"user","content":"Hi"}],"audio":{"voice":"x"}}""", "unsupported_parameter", "audio")]
    [InlineData("""{"messages":[{"role":"user","content":"Hi"}],"modalities":["text","audio"]}""", "unsupported_value", "modalities")]
    [InlineData("""{"messages":[{"role":"user","content":"Hi"}],"function_call":"auto"}""", "unsupported_parameter", "function_call")]
    [InlineData("""{"messages":[{"role":"user","content":"Hi"}],"response_format":{"type":"xml"}}""", "unsupported_value", "response_format.type")]
    [InlineData("""{"messages":[{"role":"user","content":"Hi"}],"response_format":{"type":"json_schema"}}""", "request_invalid", "response_format.json_schema")]
    [InlineData("""{"messages":[{"role":"user","content":"Hi"}],"verbosity":"loud"}""", "parameter_invalid", "verbosity")]
    [InlineData("""{"messages":[{"role":"user","content":"Hi"}],"tool_choice":{"type":"custom"}}""", "unsupported_value", "tool_choice.type")]
    [InlineData("""{"messages":[{"role":"assistant","tool_calls":[{"id":"c","type":"custom"}]}]}""", "unsupported_value", "messages[0].tool_calls[0].type")]
    [InlineData("""{"messages":[{"role":"user","content":[{"type":"file","file":{}}]}]}""", "request_invalid", "messages[0].content[0].file.file_data")]
    [InlineData("""{"messages":[{"role":"user","content":[{"type":"image_url"}]}]}""", "request_invalid", "messages[0].content[0].image_url")]
    [InlineData("""{"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"nowhere"}}]}]}""", "request_invalid", "messages[0].content[0].image_url.url")]
    [InlineData("""{"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"nowhere"}}]},{"role":"assistant","content":"x"},{"role":"user","content":"Hi"}]}""", "request_invalid", "messages[0].content[0].image_url.url")]
    [InlineData("""{"messages":[{"role":"user","content":"Hi"}],"stream":true,"stream_options":7}""", "request_invalid", "stream_options")]
    [InlineData("""{"messages":[{"role":"user","content":"Hi"}],"tools":[{"type":"function"}]}""", "request_invalid", "tools[0].function")]
    public async Task A_completion_that_cannot_be_made_is_refused_with_the_field(string body, string code, string param)
    {
        await using var server = new RunningServer();
        var error = await server.ErrorAsync("/v1/chat/completions", body);
        Assert.Equal((400, code, param), (error.Status, error.Code, error.Param));
    }

    [Theory]
    [InlineData("/v1/chat/completions", """{"model":"prompt/nope","messages":[{"role":"user","content":"Hi"}]}""", "model")]
    [InlineData("/v1/chat/completions", """{"prompt_id":"nope","messages":[{"role":"user","content":"Hi"}]}""", "prompt_id")]
    [InlineData("/v1/responses", """{"model":"prompt/nope","input":"Hi"}""", "model")]
    [InlineData("/v1/responses", """{"prompt":{"id":"nope"},"input":"Hi"}""", "prompt.id")]
    public async Task A_prompt_that_there_is_not_is_told_at_the_field_that_named_it(string path, string body, string param)
    {
        await using var server = new RunningServer();
        var error = await server.ErrorAsync(path, body);
        Assert.Equal((404, "prompt_not_found", param), (error.Status, error.Code, error.Param));
    }
}
