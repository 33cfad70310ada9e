using System.CommandLine;
using Microsoft.Extensions.AI;
using Turnpike.Cli.Output;
using Turnpike.Turns;
using Turnpike.Turns.Json;

namespace Turnpike.Cli.Commands;

/// <summary><c>turnpike conversations show</c>.</summary>
internal sealed class ConversationsShowCommand : CliCommand
{
    /// <summary>The conversation's id.</summary>
    internal static readonly Argument<string> Id = new("id") { Description = "The conversation's id (conv_…)." };

    /// <summary>The command.</summary>
    public ConversationsShowCommand() : base("show", "Writes what was said in a conversation; with --json, its turns, one a line.")
    {
        Arguments.Add(Id);
        Examples = [new("turnpike conversations show conv_3kTfP0aZ", "all turns of the shown branch")];
        Does(RunAsync);
    }

    private static async Task<int> RunAsync(Invocation run)
    {
        var conversation = await run.Turnpike.ConversationAsync(run.Parsed.GetRequiredValue(Id), run.Stop);
        var turns = await run.Turnpike.TurnsAsync(conversation, run.Stop);
        if (run.IsJson) JsonLines.Write(run.Here, TurnpikeJson.Relaxed.Turn, turns);
        else Write(run.Here, turns);
        return ExitCode.Ok;
    }

    private static void Write(Surroundings here, IReadOnlyList<Turn> turns)
    {
        var told = 0;
        for (var i = 0; i < turns.Count; i++)
        {
            var own = SaidTexts.Of(turns[i]).Count();
            var before = turns[i].History is { Count: > 0 } ? SaidTexts.Of(turns.Take(i + 1)).Skip(told).SkipLast(own).ToArray() : [];
            Write(here, turns[i], before);
            told += before.Length + own;
        }
    }

    /// <summary>Writes a turn.</summary>
    /// <param name="here">Where to.</param>
    /// <param name="turn">The turn.</param>
    /// <param name="before">The messages that its caller gave in place of what was before, as far as they were not told yet.</param>
    private static void Write(Surroundings here, Turn turn, IEnumerable<(ChatRole Role, string Text)> before)
    {
        var paint = new Paint(here.OutIsTerminal && here.Colour);
        string Shown(string text) => (here.OutIsTerminal ? Terminals.Safe(text) : text).TrimEnd('\n');
        string Asked(string text) => $"{paint.Bold("> " + Shown(text).Replace("\n", "\n> ", StringComparison.Ordinal))}\n\n";
        here.Out.Write($"{paint.Dim($"── {turn.Id} · {turn.Model}{(turn.Prompt?.Key is { } key ? $" · {key}{(turn.Prompt.Version is { } version ? $"@{version}" : "")}" : "")} ──")}\n");
        foreach (var (role, said) in before) here.Out.Write(role == ChatRole.Assistant ? $"{Shown(said)}\n\n" : Asked(role == ChatRole.User ? said : $"{role.Value}: {said}"));
        if (turn.Given) foreach (var (role, said) in SaidTexts.Of(turn)) here.Out.Write(role == ChatRole.Assistant ? $"{Shown(said)}\n" : Asked(role == ChatRole.User ? said : $"{role.Value}: {said}"));
        else if (turn.Content.Length > 0) here.Out.Write(Asked(turn.Content));
        if (!turn.Given && turn.Answer.Length > 0) here.Out.Write($"{Shown(turn.Answer)}\n");
        if (turn.Status is not TurnStatus.Completed) here.Out.Write($"{paint.Dim($"[{turn.Status.ToString().ToLowerInvariant()}{(turn.Error is { } error ? $": {Shown(error.Message)}" : "")}]")}\n");
        here.Out.Write("\n");
    }
}
