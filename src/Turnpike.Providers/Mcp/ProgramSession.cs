using System.Diagnostics;
using System.Threading.Channels;
using ModelContextProtocol.Protocol;

namespace Turnpike.Providers.Mcp;

/// <summary>A running tool server. The program is ended with the session, and the session with the program; why it ended is told.</summary>
internal sealed class ProgramSession : ITransport
{
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(2);
    private readonly ITransport _inner;
    private readonly Process _process;
    private readonly LastWords _said;
    private readonly Task _ended;
    private volatile bool _closing;

    public ProgramSession(ITransport inner, Process process, LastWords said)
    {
        (_inner, _process, _said) = (inner, process, said);
        _ended = EndAsync();
        MessageReader = new EndedReader(inner.MessageReader, _ended);
    }

    public string? SessionId => null;

    public ChannelReader<JsonRpcMessage> MessageReader { get; }

    public async Task SendMessageAsync(JsonRpcMessage message, CancellationToken cancellationToken = default)
    {
        try
        {
            await _inner.SendMessageAsync(message, cancellationToken);
        }
        catch (IOException)
        {
            await _ended.WaitAsync(Farewell, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (_ended.Exception?.InnerException is { } why) throw new IOException(why.Message, why);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _closing = true;
        Close();
        await Gone(Farewell);
        Kill();
        await _inner.DisposeAsync();
        await _ended.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _process.Dispose();
    }

    /// <summary>Waits until no message will come, ends the program, and says why if nobody wanted it.</summary>
    private async Task EndAsync()
    {
        Exception? error = null;
        try
        {
            await _inner.MessageReader.Completion;
        }
        catch (Exception broken)
        {
            error = broken;
        }
        if (error is null) await Gone(Farewell);
        var code = error is null && _process.HasExited ? _process.ExitCode : (int?)null;
        Kill();
        if (error is not null) throw error;
        if (_closing || code is null) return;
        throw new IOException($"The program ended with exit code {code}.{(_said.ToString() is { Length: > 0 } words ? $" It said last: {words}" : "")}");
    }

    /// <summary>A server ends when there is nothing more to read for it.</summary>
    private void Close()
    {
        try
        {
            _process.StandardInput.Close();
        }
        catch (Exception gone) when (gone is IOException or ObjectDisposedException)
        {
            // It has gone already.
        }
    }

    private async Task Gone(TimeSpan within)
    {
        using var late = new CancellationTokenSource(within);
        await _process.WaitForExitAsync(late.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private void Kill()
    {
        try
        {
            if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        }
        catch (Exception gone) when (gone is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            // It has gone already.
        }
    }

    /// <summary>The same messages; their end is told when it is known why.</summary>
    private sealed class EndedReader(ChannelReader<JsonRpcMessage> inner, Task ended) : ChannelReader<JsonRpcMessage>
    {
        public override Task Completion => ended;

        public override bool TryRead([System.Diagnostics.CodeAnalysis.MaybeNullWhen(false)] out JsonRpcMessage item) => inner.TryRead(out item);

        public override async ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken = default)
        {
            try
            {
                if (await inner.WaitToReadAsync(cancellationToken)) return true;
            }
            catch (Exception broken) when (broken is not OperationCanceledException)
            {
                // It is told with the end.
            }
            await ended.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
            return false;
        }
    }
}
