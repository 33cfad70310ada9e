using System.Net;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using Turnpike.Turns.Calls;
using Turnpike.Turns.Web;

namespace Turnpike.Providers.Mcp;

// How the server is used, and what becomes of a call whose connection is lost.
internal sealed partial class McpToolSource
{
    /// <summary>Calls a tool on the connection there is, or a new one. Nothing runs twice: a call is sent again only when the server did not take it, because it had forgotten the session.</summary>
    public Task<(CallToolResult? Result, AskedInput? Asked)> CallAsync(string tool, IReadOnlyDictionary<string, object?> arguments, InputExchange? input, CancellationToken cancellationToken) => UseAsync(async client =>
    {
        try
        {
            return await CallAsync(client, tool, arguments, input, cancellationToken);
        }
        catch (HttpRequestException error) when (IsForgotten(client, error))
        {
            Forget(client);
        }
        return await CallAsync(await ClientAsync(cancellationToken), tool, arguments, input, cancellationToken);
    }, cancellationToken);

    /// <summary>Uses the connection there is, or a new one. What goes wrong is told without the server's secrets, and what the network says, which names addresses, to the log only.</summary>
    public async Task<T> UseAsync<T>(Func<McpClient, Task<T>> use, CancellationToken cancellationToken)
    {
        lock (_gate) _underWay++;
        try
        {
            return await use(await ClientAsync(cancellationToken));
        }
        catch (Exception error) when (error is WebRefusal or HttpRequestException { StatusCode: null })
        {
            NotReady(Name, _secrets.Clean(error.Message).ReplaceLineEndings(" "));
            throw IsBegun(error) ? WentAway() : new InvalidOperationException(Untold);
        }
        catch (Exception error) when (error is not OperationCanceledException && !ReferenceEquals(_secrets.Clean(error), error))
        {
            throw _secrets.Clean(error);
        }
        finally
        {
            lock (_gate) _underWay--;
        }
    }

    /// <summary>What a tool says of its own failure, without the server's secrets.</summary>
    public string Clean(string said) => _secrets.Clean(said);

    private async Task<(CallToolResult? Result, AskedInput? Asked)> CallAsync(McpClient client, string tool, IReadOnlyDictionary<string, object?> arguments, InputExchange? input, CancellationToken cancellationToken)
    {
        var calling = McpCalls.CallAsync(client, IsProgram, tool, arguments, input, cancellationToken);
        var lost = client.Completion;
        if (await Task.WhenAny(calling, lost) == lost && !calling.IsCompleted)
        {
            _ = calling.ContinueWith(static gone => _ = gone.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            throw AnswerTooLongException.In((await lost).Exception) is { } flood ? new InvalidOperationException(flood.Message, flood) : WentAway();
        }
        try
        {
            return await calling;
        }
        catch (Exception error) when (AnswerTooLongException.In(error) is { } tooLong)
        {
            throw new InvalidOperationException(tooLong.Message, error);
        }
        catch (IOException)
        {
            await Task.WhenAny(lost, Task.Delay(Farewell, CancellationToken.None)); // the next call must not take this connection for alive
            throw WentAway();
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw WentAway(); // cut off with its connection, not by whoever called
        }
        catch (Exception error) when (!IsForgotten(client, error) && MayBeForgotten(client, error))
        {
            lock (_gate) (_fresh, _checking) = (default, ReadOnce()); // finds out, and connects anew
            throw;
        }
    }

    /// <summary>Whether a server says that it knows nothing of the session: such a call was not made.</summary>
    private static bool IsForgotten(McpClient client, Exception error) => client.SessionId is not null && error is HttpRequestException { StatusCode: HttpStatusCode.NotFound };

    /// <summary>Whether there was a connection: then the server may have the call.</summary>
    private static bool IsBegun(Exception error) => error is HttpRequestException { HttpRequestError: not (HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError) };

    private InvalidOperationException WentAway() => new($"Tool server \"{Name}\" went away during the call.");
}
