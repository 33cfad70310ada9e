using Turnpike.Hosts.Tests.Providers;

namespace Turnpike.Hosts.Tests.Server;

/// <summary>What a collector of OpenTelemetry is sent when the standard settings name one.</summary>
public sealed class TelemetryExported
{
    [Fact]
    public async Task A_collector_hears_of_turns_under_the_services_name_and_of_nothing_that_was_written()
    {
        await using var collector = RawServer.Answering("200 OK", "", "Content-Type: application/x-protobuf\r\n");
        string id;
        await using (var server = new RunningServer(null, ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Url.ToString()), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"), ("OTEL_EXPORTER_OTLP_HEADERS", "x-tenant=ours"), ("OTEL_SERVICE_NAME", "prompts-of-ours")))
        {
            server.Model.Says("a written answer");
            id = (await server.TurnAsync(new { content = "a written question" })).GetProperty("id").GetString()!;
        }
        var traces = Assert.Single(collector.Requests, request => request.Path == "/v1/traces" && Text(request).Contains(id, StringComparison.Ordinal));
        var metrics = Assert.Single(collector.Requests, request => request.Path == "/v1/metrics" && Text(request).Contains("turnpike.turns.active", StringComparison.Ordinal));
        Assert.Contains("chat test/model", Text(traces), StringComparison.Ordinal);
        foreach (var request in (RawRequest[])[traces, metrics])
        {
            Assert.Contains("prompts-of-ours", Text(request), StringComparison.Ordinal);
            Assert.Equal("ours", request.Headers["x-tenant"]);
            Assert.DoesNotContain("written", Text(request), StringComparison.Ordinal);
        }
    }

    private static string Text(RawRequest request) => request.Body;
}
