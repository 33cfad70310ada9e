using Microsoft.Extensions.Logging;

namespace Turnpike.Providers.Mcp;

/// <summary>
/// What the SDK says of a connection, at Trace only and without the server's secrets: it repeats what servers say, who repeat what they were asked. What went wrong is told by
/// whoever uses the connection.
/// </summary>
internal sealed class SdkLoggers(ILoggerFactory inner, ServerSecrets secrets) : ILoggerFactory
{
    public ILogger CreateLogger(string categoryName) => new Quiet(inner.CreateLogger(categoryName), secrets);

    public void AddProvider(ILoggerProvider provider) => inner.AddProvider(provider);

    public void Dispose()
    {
        // The factory is not ours.
    }

    private sealed class Quiet(ILogger inner, ServerSecrets secrets) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None && inner.IsEnabled(LogLevel.Trace);

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel)) return;
            var (text, error) = (secrets.Clean(formatter(state, exception)), exception is null ? null : secrets.Clean(exception));
            inner.Log(LogLevel.Trace, eventId, text, error, static (said, _) => said);
        }
    }
}
