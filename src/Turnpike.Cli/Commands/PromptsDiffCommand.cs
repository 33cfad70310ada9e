using System.CommandLine;
using System.Text.Json.Nodes;
using Turnpike.Cli.Output;
using Turnpike.Prompts.Comparing;
using Turnpike.Turns.Json;

namespace Turnpike.Cli.Commands;

/// <summary><c>turnpike prompts diff</c>.</summary>
internal sealed class PromptsDiffCommand : CliCommand
{
    private readonly Argument<string> _prompt = new("prompt") { Description = "A prompt's key." };
    private readonly Argument<string> _from = new("from") { Description = "A version's number or a label." };
    private readonly Argument<string> _to = new("to") { Description = "A version's number or a label; the newest unless told.", DefaultValueFactory = _ => "latest" };

    /// <summary>The command.</summary>
    public PromptsDiffCommand() : base("diff", "Shows what differs between two versions of a prompt: by field, and texts by line.")
    {
        Arguments.Add(_prompt);
        Arguments.Add(_from);
        Arguments.Add(_to);
        Examples = [new("turnpike prompts diff summarize 2 3", "what version 3 changed"), new("turnpike prompts diff summarize production", "what is new since the version that is used")];
        Does(RunAsync);
    }

    private async Task<int> RunAsync(Invocation run)
    {
        var diff = await run.Turnpike.DiffAsync(run.Parsed.GetRequiredValue(_prompt), run.Parsed.GetRequiredValue(_from), run.Parsed.GetValue(_to)!, run.Stop);
        if (run.IsJson) JsonLines.Write(run.Here, TurnpikeJson.Relaxed.PromptDiff, diff);
        else foreach (var change in diff.Changes) Write(run.Here, change);
        return ExitCode.Ok;
    }

    private static void Write(Surroundings here, FieldChange change)
    {
        Line(here, change.Path);
        if (change.Lines is { } lines)
        {
            foreach (var line in lines) Line(here, (line.Kind switch { "added" => "+ ", "removed" => "- ", _ => "  " }) + line.Text);
            return;
        }
        if (change.Before is not null) Line(here, "- " + Text(change.Before));
        if (change.After is not null) Line(here, "+ " + Text(change.After));
    }

    private static string Text(JsonNode node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : node.ToJsonString(TurnpikeJson.Relaxed.Options);

    private static void Line(Surroundings here, string text) => here.Out.Write((here.OutIsTerminal ? Terminals.Safe(text) : text) + "\n");
}
