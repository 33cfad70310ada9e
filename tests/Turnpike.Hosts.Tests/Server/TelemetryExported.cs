using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
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
        Assert.Contains(id, Sent(collector, "/v1/traces"), StringComparison.Ordinal);
        Assert.Contains("chat test/model", Sent(collector, "/v1/traces"), StringComparison.Ordinal);
        Assert.Contains("turnpike.turns.active", Sent(collector, "/v1/metrics"), StringComparison.Ordinal);
        Assert.Contains("turnpike.log.lag", Sent(collector, "/v1/metrics"), StringComparison.Ordinal);
        Assert.DoesNotContain("a written", Sent(collector, "/v1"), StringComparison.Ordinal);
        Assert.All(collector.Requests, request => Assert.Equal("ours", request.Headers["x-tenant"]));
        Assert.All(collector.Requests, request => Assert.Contains("prompts-of-ours", request.Body, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_client_that_traces_nothing_has_its_turn_traced_below_its_request_and_probes_are_left_out()
    {
        await using var collector = RawServer.Answering("200 OK", "", "Content-Type: application/x-protobuf\r\n");
        await using var servers = new ServerProcesses();
        var (process, http) = await servers.StartAsync(("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Url.ToString()), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"), ("TURNPIKE_MODEL", "builtin/echo"));
        using (http)
        {
            using var plain = new HttpClient(new SocketsHttpHandler { ActivityHeadersPropagator = null }) { BaseAddress = http.BaseAddress };
            using (await plain.GetAsync("/health/ready", TestContext.Current.CancellationToken)) { }
            using (var answered = await plain.PostAsJsonAsync("/api/turns", new { content = "a written question" }, TestContext.Current.CancellationToken)) answered.EnsureSuccessStatusCode();
        }
        using (var kill = Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)])) await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        var traces = Sent(collector, "/v1/traces");
        Assert.Contains("chat builtin/echo", traces, StringComparison.Ordinal);
        Assert.Contains("POST /api/turns", traces, StringComparison.Ordinal);
        Assert.DoesNotContain("/health", traces, StringComparison.Ordinal);
        Assert.DoesNotContain("a written", traces, StringComparison.Ordinal);
    }

    /// <summary>All that was sent there: other turns of this process are told of as well, in as many requests as the exporter likes.</summary>
    private static string Sent(RawServer collector, string path) => string.Concat(collector.Requests.Where(request => request.Path.StartsWith(path, StringComparison.Ordinal)).Select(request => request.Body));
}
