using System.CommandLine;
using System.Text.Json;
using Turnpike.Cli.Output;
using Turnpike.Turns.Json;

namespace Turnpike.Cli.Commands;

/// <summary><c>turnpike tools call</c>.</summary>
internal sealed class ToolsCallCommand : CliCommand
{
    private readonly Argument<string> _name = new("name") { Description = "The tool's name." };
    private readonly Argument<string> _arguments = new("arguments") { Description = "Its arguments, a JSON object.", DefaultValueFactory = _ => "{}" };

    /// <summary>The command.</summary>
    public ToolsCallCommand() : base("call", "Tries one call of a tool, outside any turn.")
    {
        Arguments.Add(_name);
        Arguments.Add(_arguments);
        Examples = [new("turnpike tools call current_time '{\"timezone\":\"Europe/Paris\"}'", "shows what the tool answers")];
        Does(RunAsync);
    }

    private async Task<int> RunAsync(Invocation run)
    {
        var answer = await run.Turnpike.CallToolAsync(run.Parsed.GetRequiredValue(_name), Object(run.Parsed.GetValue(_arguments) ?? "{}"), run.Stop);
        var failed = answer.TryGetProperty("error", out var error);
        if (run.IsJson) JsonLines.Write(run.Here, TurnpikeJson.Relaxed.JsonElement, answer);
        else if (failed) await run.Talk.WarnAsync(error.GetString() ?? "failed");
        else run.Here.Out.Write(Terminals.Safe(Text(answer.GetProperty("result"))) + "\n");
        return failed ? ExitCode.TurnFailed : ExitCode.Ok;
    }

    private static JsonElement Object(string text)
    {
        try
        {
            if (JsonElement.Parse(text) is { ValueKind: JsonValueKind.Object } value) return value;
        }
        catch (JsonException)
        {
            // told below
        }
        throw new UsageException($"The arguments are no JSON object: {text}", "Quote them for the shell: '{\"city\":\"Oslo\"}'");
    }

    private static string Text(JsonElement result) => result.ValueKind == JsonValueKind.String ? result.GetString()! : result.GetRawText();
}
