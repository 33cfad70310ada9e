using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.AI;
using Turnpike.Hosts.Tests.Server;
using Turnpike.Turns.Access;

namespace Turnpike.Hosts.Tests.Access;

/// <summary>Ten thousand broken requests, the same in every run, over all endpoints: each is answered, and none with a fault of the server.</summary>
public sealed class Fuzzing
{
    private const int Requests = 10_000;
    private const int AtOnce = 8;
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private static readonly string[] Bodies =
    [
        """{"content":"Hi @.params.temp 0.5; there","variables":{"a":1},"resources":[{"kind":"text","text":"x"}],"tools":["current_time"],"parameters":{"temperature":0.5},"history":[{"role":"user","content":"x"}]}""",
        """{"key":"p","messages":[{"role":"system","content":"Be {{tone}}. {{#each items}}{{this}}{{/each}}"}],"variables":[{"name":"tone","type":"string"},{"name":"items","type":"list"}],"model":"test/model","output":{"schema":{"type":"object"}}}""",
        """{"model":"test/model","messages":[{"role":"user","content":[{"type":"text","text":"x"},{"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}}]}],"stream":true,"tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object"}}}]}""",
        """{"model":"test/model","input":[{"type":"message","role":"user","content":[{"type":"input_text","text":"x"}]},{"type":"function_call_output","call_id":"c","output":"1"}],"previous_response_id":"resp_x","stream":true}""",
        """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"x","arguments":{"a":[1,2]},"_meta":{"progressToken":1}}}""",
        """{"id":"chat_1","messages":[{"id":"m","role":"user","parts":[{"type":"text","text":"x"}]}],"trigger":"submit-message"}""",
        """{"name":"x","content":"y","placement":"system-end","alwaysOn":true,"rules":["a"],"tags":["t"],"parent":"p","system":{"text":"s","mode":"append"},"variables":{"a":null}}""",
        """{"threadId":"t","runId":"r","state":{},"messages":[{"id":"1","role":"user","content":"x"}],"tools":[],"context":[],"forwardedProps":{}}""",
        """{"text":"@.par","caret":4,"arguments":{"x":1},"approved":true,"version":1,"turn":"turn_x","results":[{"callId":"c","output":{"a":1}}]}""",
        "---\nmodel: test/model\ninput:\n  schema:\n    a: string\n---\n{{role \"system\"}}\nHello {{a}}",
    ];

    private static readonly string[] Odd =
    [
        "", "null", "0", "-1", "1e999", "99999999999999999999", "true", "[]", "{}", "\"\"", "\"\\u0000\"", "\"\\ud800\"", "\"%s%n\"", "\"../../etc/passwd\"", "\"' OR 1=1 --\"", "[[[[[[[[", "{\"a\":{\"a\":", "\"{{#each x}}\"", "\"{{>_x}}\"",
        "NaN", "//", "\u00ff", "\u202e", "\0", "\r\n", "\uFEFF", "\"@.tools.activate \"", "\"data:;base64,%\"", "\"http://169.254.169.254/\"", "\"file:///etc/passwd\"", "{\"$ref\":\"#\"}", "\"2026-99-99\"",
    ];

    private static readonly string[] Ids = ["x1", "turn_x", "conv_x", "resp_x", "chatcmpl-x", "file_x", "a%2Fb", "%00", "..%2F..", "%F0%9F%98%80", "a@1", "@", "'", "%25", "a%0Ab", "-1", "default", "production", new('a', 2000), "global", "user:", "organization:x", "_"];
    private static readonly string[] Queries = ["", "", "?limit=-1", "?limit=9999999999", "?after=x", "?after=%00", "?version=0", "?version=abc", "?label=", "?from=x&to=y", "?by=,", "?query=%25%27%22", "?tag=%00", "?key=a&dryRun=maybe", "?order=x&limit=1", "?limit=1&limit=2", "?grace=1e9", "?%%%", "?after=eyJ9", "?include[]=x"];
    private static readonly string[] Types = ["application/json", "application/json; charset=utf-16", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "multipart/form-data", "text/x-dotprompt", "application/zip", "x", "application/json;;;"];
    private static readonly (string, string)[] Headers = [("Accept", "text/event-stream"), ("Accept", "*/*;q=2"), ("Prefer", "respond-async"), ("If-Match", "x"), ("If-Match", "\"1\", \"2\""), ("Last-Event-ID", "-5"), ("Last-Event-ID", "x"), ("Range", "bytes=9-1"), ("Idempotency-Key", new('k', 5000)), ("Accept-Encoding", "br;q=x"), ("MCP-Protocol-Version", "1"), ("Content-Encoding", "gzip"), ("Turnpike-User", "a\tb"), ("Accept", "text/event-stream, application/json")];

    [Fact]
    public async Task Broken_requests_are_refused_and_none_is_a_fault_of_the_server()
    {
        await using var server = new RunningServer();
        var secret = (await server.KeyAsync("admin", Scopes.Admin)).Secret;
        for (var i = 0; i <= Requests; i++) server.Model.Answers((_, _) => AnswerAsync());
        var doors = server.Get<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .SelectMany(endpoint => (endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["GET"]).Select(method => (Method: method, Route: "/" + endpoint.RoutePattern.RawText!.TrimStart('/'))))
            .Where(door => !door.Route.StartsWith("/assets", StringComparison.Ordinal)).Distinct().OrderBy(door => door.Route, StringComparer.Ordinal).ThenBy(door => door.Method, StringComparer.Ordinal).ToList();
        foreach (var face in (string[])["/v1/responses", "/v1/chat/completions", "/v1/conversations", "/v1/files", "/v1/prompts", "/v1/models", "/api/chat", "/api/agui", "/mcp", "/api/public", "/beta", "/api/tools/servers", "/api/audit"]) Assert.Contains(doors, door => door.Route.StartsWith(face, StringComparison.Ordinal));
        var ids = await ThingsAsync(server, secret);
        var asked = new int[doors.Count];
        var (faults, statuses) = (new List<string>(), new Dictionary<int, int>());
        await Parallel.ForEachAsync(Enumerable.Range(0, Requests), new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = TestContext.Current.CancellationToken }, async (number, stop) =>
        {
            var random = new Random(number); // the number of a fault makes it again
            var (method, route) = doors[number % doors.Count];
            Interlocked.Increment(ref asked[number % doors.Count]);
            using var request = Request(random, method, route, ids, secret, out var body);
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
            limit.CancelAfter(Longest);
            string? fault = null;
            var status = 0;
            try
            {
                using var response = await server.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
                status = (int)response.StatusCode;
                if (status == 500) fault = "500 " + await response.Content.ReadAsStringAsync(limit.Token);
            }
            catch (OperationCanceledException) when (!stop.IsCancellationRequested)
            {
                fault = "no answer";
            }
            lock (faults)
            {
                statuses[status] = statuses.GetValueOrDefault(status) + 1;
                if (fault is not null) faults.Add($"#{number} {method} {request.RequestUri}: {fault}\n  {body}");
            }
        });
        Assert.True(faults.Count == 0, $"{faults.Count} faults:\n{string.Join('\n', faults.Take(20))}");
        Assert.True(statuses.Keys.Any(status => status is >= 200 and < 300) && statuses.GetValueOrDefault(400) > 100, string.Join(", ", statuses));
        Assert.True(asked.Min() >= 20, "an endpoint was hardly asked");
        using var alive = await server.WithAsync(secret, HttpMethod.Get, "/health/ready");
        Assert.Equal(HttpStatusCode.OK, alive.StatusCode);
    }

    /// <summary>Ids that there are, each as often as all those that there are not, so that half of the requests get behind the first check.</summary>
    private static async Task<IReadOnlyList<string>> ThingsAsync(RunningServer server, string secret)
    {
        var turn = (await server.AskAsync(secret, HttpMethod.Post, "/api/turns", new { content = "x" })).Body;
        var id = turn.GetProperty("id").GetString()!;
        var rule = (await server.AskAsync(secret, HttpMethod.Post, "/api/rules", new { name = "r", content = "x" })).Body.GetProperty("id").GetString()!;
        foreach (var (path, body) in ((string, object)[])[("/api/prompts", new { key = "p", messages = new[] { new { role = "system", content = "Be {{tone}}." } }, variables = new[] { new { name = "tone", type = "string" } } }), ("/api/tags", new { name = "t", rules = new[] { "r" } })]) Assert.InRange((await server.AskAsync(secret, HttpMethod.Post, path, body)).Status, 200, 201);
        var project = (await server.AskAsync(secret, HttpMethod.Post, "/api/projects", new { name = "p" })).Body.GetProperty("id").GetString()!;
        var key = (await server.KeyAsync("spare", Scopes.Turns)).Key.Id;
        string[] known = [id, turn.GetProperty("conversation").GetString()!, "resp_" + id["turn_".Length..], "chatcmpl-" + id["turn_".Length..], "p", "t", rule, project, key];
        return [.. Ids, .. Enumerable.Repeat(known, (Ids.Length / known.Length) + 1).SelectMany(one => one)];
    }

    private static async IAsyncEnumerable<ChatResponseUpdate> AnswerAsync()
    {
        await Task.Yield();
        yield return new(ChatRole.Assistant, "ok");
    }

    private static HttpRequestMessage Request(Random random, string method, string route, IReadOnlyList<string> ids, string secret, out string body)
    {
        var path = new StringBuilder();
        foreach (var part in route.Split('/', StringSplitOptions.RemoveEmptyEntries)) path.Append('/').Append(part.Contains('{', StringComparison.Ordinal) ? ids[random.Next(ids.Count)] : part);
        var request = new HttpRequestMessage(new(method), new Uri((path.Length == 0 ? "/" : path.ToString()) + Queries[random.Next(Queries.Length)], UriKind.Relative));
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + secret);
        if (random.Next(3) == 0)
        {
            var (name, value) = Headers[random.Next(Headers.Length)];
            request.Headers.TryAddWithoutValidation(name, value);
        }
        body = "";
        if (method is "GET" or "HEAD") return request;
        body = Mutated(random, Bodies[random.Next(Bodies.Length)]);
        var bytes = Encoding.UTF8.GetBytes(body);
        if (random.Next(10) == 0 && bytes.Length > 0) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        request.Content = new ByteArrayContent(bytes);
        if (random.Next(2) == 0 && MediaTypeHeaderValue.TryParse(Types[random.Next(Types.Length)], out var type)) request.Content.Headers.ContentType = type;
        return request;
    }

    /// <summary>Takes pieces out, doubles them, and puts odd values in.</summary>
    private static string Mutated(Random random, string body)
    {
        var text = new StringBuilder(body);
        for (var i = random.Next(4); i >= 0 && text.Length > 4; i--)
        {
            var (from, length) = (random.Next(text.Length), random.Next(1, 20));
            length = Math.Min(length, text.Length - from);
            switch (random.Next(5))
            {
                case 0: text.Remove(from, length); break;
                case 1: text.Insert(from, text.ToString(from, length)); break;
                case 2: text.Insert(from, Odd[random.Next(Odd.Length)]); break;
                case 3: Value(random, text); break;
                default: text.Length = from; break;
            }
        }
        return text.ToString();
    }

    /// <summary>Puts an odd value where a value of JSON stands.</summary>
    private static void Value(Random random, StringBuilder text)
    {
        var colons = Enumerable.Range(0, text.Length).Where(at => text[at] == ':').ToList();
        if (colons.Count == 0) return;
        var from = colons[random.Next(colons.Count)] + 1;
        var end = from;
        while (end < text.Length && text[end] is not (',' or '}' or ']')) end++;
        text.Remove(from, end - from).Insert(from, Odd[random.Next(Odd.Length)]);
    }
}
