using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Turnpike.Hosts.Tests.Storage;
using Turnpike.Server.Hosting;
using Turnpike.Turns.Files;

namespace Turnpike.Hosts.Tests.Server;

/// <summary>A start that fails says so once.</summary>
public sealed class FailedStarts
{
    [Fact]
    public async Task What_had_begun_by_then_is_no_failure_of_its_own()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var (folder, log) = (TestFolder.New(), new GravestLevel());
        try
        {
            var builder = WebApplication.CreateBuilder([$"--TURNPIKE_DATA={folder}", $"--urls=http://{other.LocalEndpoint}"]);
            builder.AddTurnpikeServer();
            builder.Logging.ClearProviders().AddProvider(log);
            builder.Services.AddSingleton<IContentStore, ClosedContents>();
            await using (var app = builder.Build()) Assert.Contains("set ASPNETCORE_URLS", StartFault.Explain(await Assert.ThrowsAnyAsync<Exception>(() => app.StartAsync(TestContext.Current.CancellationToken))), StringComparison.Ordinal);
            Assert.True(log.Gravest < LogLevel.Critical, log.Line);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Contents whose store is gone when the host is.</summary>
    private sealed class ClosedContents : IContentStore
    {
        public Task<KeptContent> KeepAsync(Stream content, long most, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<Stream?> OpenAsync(string hash, CancellationToken cancellationToken) => throw new NotSupportedException();

        public async Task<int> CleanAsync(DateTimeOffset keptBefore, CancellationToken cancellationToken)
        {
            await Task.Delay(Timeout.Infinite, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw new ObjectDisposedException("database");
        }
    }

    private sealed class GravestLevel : ILoggerProvider, ILogger
    {
        private readonly Lock _gate = new();

        public LogLevel Gravest { get; private set; }

        public string Line { get; private set; } = "";

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (_gate) if (logLevel >= Gravest) (Gravest, Line) = (logLevel, $"{formatter(state, exception)} {exception}");
        }

        public void Dispose() { }
    }
}
