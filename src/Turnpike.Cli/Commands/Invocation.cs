using System.CommandLine;
using Turnpike.Cli.Clients;
using Turnpike.Cli.Output;
using Turnpike.Turns.Auditing;

namespace Turnpike.Cli.Commands;

/// <summary>One run of a command: what was typed, where it stands, and whom it asks.</summary>
internal sealed class Invocation : IAsyncDisposable
{
    private ITurnpike? _turnpike;

    private Invocation(ParseResult parsed, Surroundings here) => (Parsed, Here, Talk, Errors) = (parsed, here, new(here), new(here, parsed.GetValue(SharedOptions.Json)));

    /// <summary>What was typed.</summary>
    public ParseResult Parsed { get; }
    /// <summary>Where the program stands.</summary>
    public Surroundings Here { get; }
    /// <summary>For warnings and progress.</summary>
    public Talk Talk { get; }
    /// <summary>For errors.</summary>
    public ErrorPrinter Errors { get; }
    /// <summary>Whether output is for programs.</summary>
    public bool IsJson => Parsed.GetValue(SharedOptions.Json);
    /// <summary>Cancelled by the first Ctrl-C.</summary>
    public CancellationToken Stop => Here.Interrupted;
    /// <summary>Whom the command asks: a server, or the library in this process.</summary>
    public ITurnpike Turnpike => _turnpike ??= TurnpikeClients.Open(Here, Parsed.GetValue(SharedOptions.Server), Parsed.GetValue(SharedOptions.Data));

    /// <summary>Runs a command and tells its errors.</summary>
    public static async Task<int> RunAsync(ParseResult parsed, Func<Invocation, Task<int>> action)
    {
        var here = ((CliConfiguration)parsed.InvocationConfiguration).Here;
        await using var invocation = new Invocation(parsed, here);
        using var account = AuditScope.Enter($"command line ({Environment.UserName})");
        try
        {
            return await action(invocation);
        }
        catch (OperationCanceledException) when (here.Interrupted.IsCancellationRequested)
        {
            return ExitCode.Cancelled;
        }
        catch (Exception error)
        {
            await invocation.Talk.HushAsync();
            return invocation.Errors.Tell(error);
        }
        finally
        {
            await here.Out.FlushAsync();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Talk.DisposeAsync();
        if (_turnpike is not null) await _turnpike.DisposeAsync();
    }
}
