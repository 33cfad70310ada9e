using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Turnpike.Hosts.Tests.Server;

/// <summary>A log that a test can read.</summary>
internal sealed class KeptLog : ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<(Func<string, bool> Fits, TaskCompletionSource<string> Found)> _awaited = [];

    public ConcurrentQueue<string> Lines { get; } = [];

    /// <summary>The first line that fits, which may have been written already.</summary>
    public Task<string> LineAsync(Func<string, bool> fits)
    {
        var found = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        _awaited.Enqueue((fits, found));
        if (Lines.FirstOrDefault(fits) is { } line) found.TrySetResult(line);
        return found.Task;
    }

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        var line = $"{formatter(state, exception)} {exception}";
        Lines.Enqueue(line);
        foreach (var (fits, found) in _awaited) if (fits(line)) found.TrySetResult(line);
    }

    public void Dispose() { }
}
