using System.Diagnostics;
using Microsoft.Extensions.Options;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Turnpike.Pipeline;

namespace Turnpike.Server.Hosting;

/// <summary>
/// Sends spans and measurements of turns to a collector, when OpenTelemetry's own settings name one: <c>OTEL_EXPORTER_OTLP_ENDPOINT</c>, with
/// <c>OTEL_EXPORTER_OTLP_PROTOCOL</c>, <c>OTEL_EXPORTER_OTLP_HEADERS</c>, <c>OTEL_SERVICE_NAME</c>, <c>OTEL_RESOURCE_ATTRIBUTES</c> and the others of the SDK.
/// </summary>
internal sealed class TelemetryExport(IConfiguration configuration, IOptions<RunnerOptions> runner) : IHostedService, IDisposable
{
    private const string Source = "Turnpike";
    private const string Requests = "Microsoft.AspNetCore"; // the web server begins a span for each request, and a sampler asks what is above: without them nothing below would be sent
    private TracerProvider? _tracing;
    private MeterProvider? _metering;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (configuration.GetValue("OTEL_SDK_DISABLED", false)) return Task.CompletedTask;
        if (IsNamed("TRACES"))
            _tracing = Sdk.CreateTracerProviderBuilder().ConfigureServices(Settle).ConfigureResource(Describe).AddSource(Source, Requests).AddProcessor(new WithoutProbes()).AddOtlpExporter().Build();
        if (IsNamed("METRICS"))
            _metering = Sdk.CreateMeterProviderBuilder().ConfigureServices(Settle).ConfigureResource(Describe).AddMeter(Source).AddOtlpExporter().Build();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        Dispose(); // sends what is left, for 5 s at most
        return Task.CompletedTask;
    }

    public void Dispose()
    {
        Interlocked.Exchange(ref _tracing, null)?.Dispose();
        Interlocked.Exchange(ref _metering, null)?.Dispose();
    }

    private bool IsNamed(string signal) => !string.IsNullOrEmpty(configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]) || !string.IsNullOrEmpty(configuration[$"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT"]);

    private void Settle(IServiceCollection services) => services.AddSingleton(configuration);

    private void Describe(ResourceBuilder resource) => resource.AddService(configuration["OTEL_SERVICE_NAME"] is { Length: > 0 } name ? name : "turnpike", serviceInstanceId: runner.Value.Node);

    /// <summary>Whoever asks every few seconds whether the server is well is not told of.</summary>
    private sealed class WithoutProbes : BaseProcessor<Activity>
    {
        public override void OnEnd(Activity data)
        {
            if (data.Source.Name == Requests && data.GetTagItem("url.path") is string path && new PathString(path).StartsWithSegments("/health", StringComparison.OrdinalIgnoreCase)) data.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
        }
    }
}
