using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using Turnpike.Client;
using Turnpike.Turns;

namespace Turnpike.Cli.Output;

/// <summary>Tells errors: one line what happened, the place in the text if there is one, one line what to do.</summary>
internal sealed class ErrorPrinter(Surroundings here, bool asJson)
{
    private readonly Paint _paint = new(here.ErrorIsTerminal && here.Colour);

    /// <summary>Tells an error and gives the exit code it stands for.</summary>
    /// <param name="error">What went wrong.</param>
    /// <param name="text">The typed text, which the error's span is about.</param>
    public int Tell(Exception error, string? text = null)
    {
        switch (error)
        {
            case UsageException usage:
                Write(new() { Code = "usage", Detail = usage.Message }, usage.Remedy, null);
                return ExitCode.BadInput;
            case ValidationException setting:
                Write(new() { Code = "usage", Detail = setting.Message }, null, null);
                return ExitCode.BadInput;
            case ServerUnreachableException:
                Write(new() { Code = "server_unreachable", Detail = error.Message }, "Is it running? The address comes from --server or TURNPIKE_SERVER.", null);
                return ExitCode.Unreachable;
            case TurnException turn:
                var variables = turn.Variables.Count == 0 ? null : turn.Variables;
                Write(new() { Code = turn.Code.Text(), Detail = turn.OperatorMessage ?? turn.Message, Span = turn.Span, Field = turn.Field, Variables = variables }, Remedy.For(turn.Code), text);
                return ExitCode.Of(turn.Code);
            default:
                Write(new() { Code = TurnErrorCode.InternalError.Text(), Detail = $"{error.GetType().Name}: {error.Message}" }, Remedy.For(TurnErrorCode.InternalError), null);
                return ExitCode.TurnFailed;
        }
    }

    /// <summary>Tells why a turn failed and gives the exit code it stands for.</summary>
    public int Tell(string code, string message)
    {
        var known = TurnErrorCodes.Find(code);
        Write(new() { Code = code, Detail = message }, known is { } named ? Remedy.For(named) : null, null);
        return known is TurnErrorCode.ProviderUnreachable ? ExitCode.Unreachable : ExitCode.TurnFailed;
    }

    private void Write(Problem problem, string? remedy, string? text)
    {
        if (asJson)
        {
            here.Error.WriteLine(JsonSerializer.Serialize(problem, ProblemJson.Relaxed.Problem));
            return;
        }
        here.Error.WriteLine($"{_paint.Red("error:")} {Terminals.Safe(problem.Detail ?? "").ReplaceLineEndings(" ")}");
        if (problem.Span is { } span && text is not null) here.Error.Write(SpanMark.Of(text, span, _paint));
        foreach (var fault in problem.Variables ?? []) here.Error.WriteLine($"  {fault.Name}: {Terminals.Safe(fault.Message)}");
        if (remedy is not null) here.Error.WriteLine($"  {_paint.Dim(remedy)}");
    }
}
