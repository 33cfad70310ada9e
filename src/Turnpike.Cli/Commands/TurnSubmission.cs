using Turnpike.Cli.Input;
using Turnpike.Cli.Output;
using Turnpike.Turns;
using Turnpike.Turns.Calls;
using Turnpike.Turns.Events;
using Turnpike.Turns.Json;
using Turnpike.Turns.Stores;

namespace Turnpike.Cli.Commands;

/// <summary>Makes a turn of what was typed, and runs it.</summary>
internal static class TurnSubmission
{
    /// <summary>The turn that the options, the text and the pipe make.</summary>
    /// <param name="run">The command's run.</param>
    /// <param name="prompt">The prompt's key or file; null for none.</param>
    /// <param name="text">The text typed as an argument.</param>
    /// <param name="conversation">The conversation that the command itself names.</param>
    public static async Task<TurnRequest> ReadAsync(Invocation run, string? prompt, string? text, string? conversation = null)
    {
        var (parsed, files) = (run.Parsed, new InputFile(run.Here));
        var parameters = ParameterArguments.Read(parsed.GetValue(TurnOptions.Parameters) ?? []);
        var reference = prompt is null ? null : await PromptArgument.ReadAsync(prompt, run.Turnpike, run.Stop);
        conversation ??= await ConversationAsync(run);
        var variables = await VariableArguments.ReadAsync(parsed.GetValue(TurnOptions.Variables) ?? [], files, new(run.Turnpike, reference, conversation), run.Stop);
        var resources = await ResourceFiles.ReadAsync(parsed.GetValue(TurnOptions.Resources) ?? [], files, run.Stop);
        var (typed, piped) = (text is "-" ? "" : text ?? "", await files.RestAsync(run.Stop));
        return new()
        {
            Prompt = reference,
            Conversation = conversation,
            Content = typed.Length == 0 ? piped : piped.Length == 0 ? typed : $"{typed}\n\n{piped}",
            Typed = typed.Length > 0 && piped.Length > 0 ? [new(0, typed.Length)] : null,
            Triggers = typed.Length == 0 && piped.Length > 0 ? TriggerReading.Off : Reading(parsed.GetValue(TurnOptions.Triggers)), // what is piped in, nobody typed
            Variables = variables,
            Resources = resources,
            Tools = parsed.GetValue(TurnOptions.Tools) ?? [],
            Model = parsed.GetValue(TurnOptions.Model),
            Parameters = parameters,
            TimeZone = run.Here.Time.LocalTimeZone is { HasIanaId: true } zone ? zone.Id : null,
        };
    }

    /// <summary>Runs a turn, shows it and those that race beside it, and gives the exit code. Ctrl-C cancels the turn, whose words so far are shown and kept.</summary>
    public static async Task<int> RunAsync(Invocation run, TurnRequest request)
    {
        using var leaving = new CancellationTokenSource();
        var running = new RunningTurn(run.Turnpike, leaving);
        using var interrupt = run.Stop.Register(running.Stop);
        TurnStarted? race = null;
        var code = await ShowAsync(run, NotedAsync(), request.Content, running);
        if (race is null) return code;
        var others = await Race.ShowOthersAsync(run, race.Turn, request.Content);
        return code == ExitCode.Ok ? others : code;

        async IAsyncEnumerable<TurnEvent> NotedAsync()
        {
            await foreach (var happened in run.Turnpike.RunAsync(request, leaving.Token))
            {
                if (happened is TurnStarted started && Race.Has(started)) race = started;
                yield return happened;
            }
        }
    }

    /// <summary>Shows a turn's events as they come and gives the exit code.</summary>
    /// <param name="run">The command's run.</param>
    /// <param name="events">The events.</param>
    /// <param name="content">What was typed, which warnings and errors are about.</param>
    /// <param name="running">The turn that Ctrl-C ends; null: Ctrl-C only leaves.</param>
    /// <param name="turn">The turn's id where it is known before the first event: it may have ended with nothing left to tell.</param>
    /// <param name="answer">What is said of a call that waits; null: the terminal is asked.</param>
    /// <param name="after">The number of the last event that is known: it and those before it are not shown.</param>
    public static async Task<int> ShowAsync(Invocation run, IAsyncEnumerable<TurnEvent> events, string content, RunningTurn? running, string? turn = null, CallAnswer? answer = null, long after = 0)
    {
        var atOnce = run.Parsed.GetValue(TurnOptions.NoStream);
        var printer = new TurnPrinter(run.Here, run.Talk, content, run.IsJson && !atOnce ? TurnStyle.Events : atOnce ? TurnStyle.AtOnce : TurnStyle.Stream) { IsSilent = run.IsJson && atOnce };
        var approvals = new Approvals(run, answer, follows: turn is not null);
        TurnEvent? last = null;
        try
        {
            await foreach (var happened in events)
            {
                running?.Saw(happened);
                last = happened;
                if (happened.Sequence > after) await printer.ShowAsync(happened);
                if (!await approvals.SawAsync(happened)) return ExitCode.TurnFailed;
            }
        }
        catch (TurnException error)
        {
            await run.Talk.HushAsync();
            return run.Errors.Tell(error, content);
        }
        var asksForTurn = run.IsJson && atOnce;
        var kept = (last?.Turn ?? turn) is { } id && (asksForTurn || last is not { IsFinal: true }) ? await run.Turnpike.TurnAsync(id, CancellationToken.None) : null;
        if (asksForTurn && kept is not null) JsonLines.Write(run.Here, TurnpikeJson.Relaxed.Turn, kept);
        return last is not { IsFinal: true } && kept is { HasEnded: true } ? CodeOf(run, kept) : CodeOf(run, last);
    }

    private static TriggerReading Reading(string? said) => said switch { "off" => TriggerReading.Off, "prompt" => TriggerReading.FaceOff, _ => TriggerReading.On };

    private static int CodeOf(Invocation run, TurnEvent? last) => last switch
    {
        TurnCompleted => ExitCode.Ok,
        TurnCancelled => ExitCode.Cancelled,
        TurnFailed failed => run.Errors.Tell(failed.Code, failed.Message),
        _ => Interrupted(run, (last as TurnInterrupted)?.Reason),
    };

    private static int CodeOf(Invocation run, Turn kept) => kept switch
    {
        { Status: TurnStatus.Completed } => ExitCode.Ok,
        { Status: TurnStatus.Cancelled } => ExitCode.Cancelled,
        { Status: TurnStatus.Failed, Error: { } error } => run.Errors.Tell(error.Code, error.Message),
        _ => Interrupted(run, null),
    };

    private static int Interrupted(Invocation run, string? reason) => run.Errors.Tell("interrupted", $"The turn was interrupted{(reason is null ? "." : $": {reason}")} What the model had said is kept.");

    private static async Task<string?> ConversationAsync(Invocation run)
    {
        var named = run.Parsed.GetValue(TurnOptions.Conversation);
        if (!run.Parsed.GetValue(TurnOptions.Continue)) return named;
        if (named is not null) throw new UsageException("Both -c and --continue name a conversation.", "Give one of them.");
        var newest = await run.Turnpike.ConversationsAsync(new ConversationQuery { Limit = 1 }, run.Stop);
        return newest.Data.Count > 0 ? newest.Data[0].Id : throw new TurnException(TurnErrorCode.ConversationNotFound, "There is no conversation to continue yet. Start one: turnpike \"text\"");
    }
}
