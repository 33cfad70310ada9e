using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using ModelContextProtocol;
using ModelContextProtocol.Client;
using Turnpike.Turns.Catalogs;
using Turnpike.Turns.Web;

namespace Turnpike.Providers.Mcp;

/// <summary>
/// The tools of one MCP server. It is connected when its tools are asked for, and again when the connection was lost; a server that cannot be reached is left
/// alone for a while. Lists are remembered as long as the server says, and read anew when it tells of a change.
/// </summary>
internal sealed partial class McpToolSource(ToolServer server, McpOptions options, GuardedClient web, TimeProvider time, ILoggerFactory loggers) : IToolSource, IAsyncDisposable
{
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(1);

    private readonly ILogger _logger = loggers.CreateLogger<McpToolSource>();
    private readonly ServerSecrets _secrets = new(server);
    private readonly Lock _gate = new();
    private Task<IReadOnlyList<AIFunction>>? _reading;
    private Task? _checking;
    private McpClient? _client;
    private IReadOnlyList<AIFunction>? _tools;
    private IReadOnlyList<string> _leftOut = [];
    private Refusal? _failure = server.Unreadable ? new(McpConnection.Lost(server), McpConnection.Lost(server)) : null;
    private DateTimeOffset _notBefore;
    private DateTimeOffset _fresh;
    private int _underWay;
    private bool _closed, _changed; // the latter: since the reading under way began, which may have missed it

    public ToolServer Server => server;

    public string Name => server.Name;

    public bool Trusted => server.Trusted;

    /// <summary>Whether the server is a program that is started here.</summary>
    public bool IsProgram => server.Transport == "stdio";

    public ToolSourceHealth Health
    {
        get
        {
            lock (_gate)
            {
                var detail = _client is { } client ? string.Join(", ", ((string[])[$"{client.ServerInfo?.Name} {client.ServerInfo?.Version}".Trim(), $"MCP {client.NegotiatedProtocolVersion}"]).Where(said => said.Length > 0)) : null;
                var status = _failure is not null ? "failed" : _reading is { IsCompleted: false } && _tools is null ? "connecting" : _tools is null ? "idle" : "ready";
                return new(status, _tools?.Count, _failure?.Why, detail) { LeftOut = _tools is null ? [] : _leftOut };
            }
        }
    }

    public ValueTask<IReadOnlyList<AIFunction>> ListAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_tools is { } known)
            {
                if (time.GetUtcNow() >= _fresh && time.GetUtcNow() >= _notBefore) _ = ReadOnce(); // the old list serves until the new one is there
                return new(known);
            }
            if (_failure is { } failure && time.GetUtcNow() < _notBefore) return ValueTask.FromException<IReadOnlyList<AIFunction>>(new InvalidOperationException(failure.Told));
            return _failure is { } before ? new(AgainAsync(ReadOnce(), before.Told, cancellationToken)) : new(ReadOnce().WaitAsync(cancellationToken));
        }
    }

    /// <summary>A server that failed before is not waited for as long as a new one: turns must not pay for it again and again.</summary>
    private async Task<IReadOnlyList<AIFunction>> AgainAsync(Task<IReadOnlyList<AIFunction>> reading, string before, CancellationToken cancellationToken)
    {
        try
        {
            return await reading.WaitAsync(Again, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            throw new InvalidOperationException(before);
        }
    }

    /// <summary>Begins to connect; whoever asks for the tools waits for it.</summary>
    public void Begin()
    {
        lock (_gate)
        {
            if (_tools is null) _ = ReadOnce();
        }
    }

    /// <summary>Connects anew, unless a call is under way, reads the list and tells how it went: what a server lets a connection of before do says nothing of the next one.</summary>
    public async Task<ToolSourceHealth> TestAsync(CancellationToken cancellationToken)
    {
        McpClient? before = null;
        lock (_gate)
        {
            _notBefore = default;
            if (_underWay == 0 && _reading is not { IsCompleted: false }) (before, _client) = (_client, null);
        }
        if (before is not null) await before.DisposeAsync();
        Task reading;
        lock (_gate) reading = ReadOnce();
        try
        {
            await reading.WaitAsync(cancellationToken);
        }
        catch (Exception error) when (error is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            NotReady(Name, error.Message.ReplaceLineEndings(" ")); // it is in the health
        }
        return Health;
    }

    private async Task<McpClient> ClientAsync(CancellationToken cancellationToken)
    {
        Task? checking;
        lock (_gate) checking = _checking;
        if (checking is { IsCompleted: false }) await checking.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
        if (Connected() is { } connected) return connected;
        Task reading;
        lock (_gate) reading = ReadOnce();
        await reading.WaitAsync(cancellationToken);
        return Connected() ?? throw new InvalidOperationException(_failure?.Told ?? $"Tool server \"{Name}\" is not connected.");
    }

    public async ValueTask DisposeAsync()
    {
        McpClient? client;
        lock (_gate) (client, _client, _closed) = (_client, null, true);
        if (client is not null) await client.DisposeAsync();
    }

    private McpClient? Connected()
    {
        lock (_gate) return _client is { Completion.IsCompleted: false } client ? client : null;
    }

    private Task<IReadOnlyList<AIFunction>> ReadOnce()
    {
        if (_reading is { IsCompleted: false } running) return running;
        _changed = false;
        _reading = Task.Run(ReadAsync);
        _ = _reading.ContinueWith(static failed => _ = failed.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        return _reading;
    }

    private async Task<IReadOnlyList<AIFunction>> ReadAsync()
    {
        using var deadline = new CancellationTokenSource(options.Connect, time);
        try
        {
            var (tools, last, leftOut) = await ReadAsync(deadline.Token).WaitAsync(deadline.Token);
            IEnumerable<string> news;
            lock (_gate)
            {
                news = leftOut.Except(_leftOut).ToArray();
                (_tools, _leftOut, _failure, _fresh) = (Same(tools) ?? tools, leftOut, null, _changed ? default : time.GetUtcNow() + (last < options.ListsLast ? last.Value : options.ListsLast));
            }
            foreach (var tool in news) LeavesOut(Name, tool.ReplaceLineEndings(" "));
            return _tools!;
        }
        catch (Exception error)
        {
            var failure = Explain(error, deadline.IsCancellationRequested);
            lock (_gate) (_failure, _notBefore, _tools) = (failure, time.GetUtcNow() + options.TryAgainAfter, Connected() is null ? null : _tools);
            NotReady(Name, failure.Why.ReplaceLineEndings(" "));
            throw new InvalidOperationException(failure.Told, _secrets.Clean(error));
        }
    }

    /// <summary>The list, over the connection there is or a new one. A server that was restarted may refuse the session of before with any status, which the SDK takes for lost only at a 404.</summary>
    private async Task<(IReadOnlyList<AIFunction> Tools, TimeSpan? Last, IReadOnlyList<string> LeftOut)> ReadAsync(CancellationToken cancellationToken)
    {
        if (Connected() is not { } connected) return await McpToolList.ReadAsync(await ConnectAsync(cancellationToken), this, cancellationToken);
        try
        {
            return await McpToolList.ReadAsync(connected, this, cancellationToken);
        }
        catch (Exception error) when (MayBeForgotten(connected, error) && !cancellationToken.IsCancellationRequested)
        {
            NotReady(Name, _secrets.Clean(error.Message).ReplaceLineEndings(" "));
            Forget(connected);
            return await McpToolList.ReadAsync(await ConnectAsync(cancellationToken), this, cancellationToken);
        }
    }

    /// <summary>Whether a server that answers so may know nothing of the session any more.</summary>
    private static bool MayBeForgotten(McpClient client, Exception error) =>
        client.SessionId is not null && (error is McpProtocolException || (error is HttpRequestException { StatusCode: { } status } && (int)status is >= 400 and < 500));

    private async Task<McpClient> ConnectAsync(CancellationToken cancellationToken)
    {
        var client = await McpConnection.OpenAsync(server, options, web, time, loggers, _logger, _secrets, ListChanged, cancellationToken);
        McpClient? before;
        lock (_gate)
        {
            (before, _client) = (_client, client);
            if (_closed) before = client;
        }
        if (before is null) return client;
        if (ReferenceEquals(before, client) || before.SessionId is null) await before.DisposeAsync();
        else _ = LeaveAsync(before);
        return client;
    }

    /// <summary>Takes a connection for lost whose server knows nothing of it any more.</summary>
    private void Forget(McpClient client)
    {
        lock (_gate)
        {
            _fresh = default;
            if (!ReferenceEquals(_client, client)) return; // somebody has already
            _client = null;
        }
        _ = LeaveAsync(client);
    }

    /// <summary>Leaves a connection, a moment later: the calls that are under way on it hear first what the server says of each.</summary>
    private static async Task LeaveAsync(McpClient client)
    {
        await Task.Delay(Farewell, CancellationToken.None);
        await client.DisposeAsync();
    }

    private void ListChanged()
    {
        lock (_gate)
        {
            _fresh = default;
            if (_reading is { IsCompleted: false }) _changed = true;
            else _ = ReadOnce();
        }
    }

    /// <summary>The list there was, if the new one says the same: whoever remembers it by reference need not look again.</summary>
    private IReadOnlyList<AIFunction>? Same(IReadOnlyList<AIFunction> tools) =>
        _tools is { } known && known.Count == tools.Count && known.Zip(tools).All(pair => ((McpFunction)pair.First).Says((McpFunction)pair.Second)) ? known : null;

    private Refusal Explain(Exception error, bool late)
    {
        var silent = FormattableString.Invariant($"Tool server \"{Name}\" did not answer within {options.Connect.TotalSeconds:0.#} s.");
        if (late) return new(silent, silent);
        var why = $"Tool server \"{Name}\" cannot be used: {_secrets.Clean((error.InnerException ?? error).Message)}";
        return new(why, server.Unreadable ? why : Untold);
    }

    /// <summary>What everybody is told of a server that cannot be used.</summary>
    private string Untold => $"Tool server \"{Name}\" cannot be {(IsProgram ? "started" : "reached")}. The program's log tells why.";

    /// <summary>Why a server cannot be used, for whoever runs the installation, and what everybody is told of it: nothing of this machine and its network.</summary>
    private sealed record Refusal(string Why, string Told);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A tool of server {Server} is left out. {Tool}")]
    private partial void LeavesOut(string server, string tool);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Tool server {Server} is not ready: {Why}")]
    private partial void NotReady(string server, string why);
}
