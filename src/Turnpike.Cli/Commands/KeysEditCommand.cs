using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Turnpike.Cli.Input;
using Turnpike.Cli.Output;
using Turnpike.Turns.Access;
using Turnpike.Turns.Json;

namespace Turnpike.Cli.Commands;

/// <summary><c>turnpike keys edit</c>.</summary>
internal sealed class KeysEditCommand : CliCommand
{
    private readonly Argument<string> _key = new("key") { Description = "The key's id, its name, or how its secret begins." };
    private readonly Option<string?> _name = new("--name") { Description = "What people shall call it.", HelpName = "name" };
    private readonly Option<string[]> _scopes = KeysCreateCommand.Many("--scope", $"What it may do, in place of before, of {string.Join(", ", Scopes.All)}.", "scope");
    private readonly Option<string?> _expires = new("--expires") { Description = "When it ends, from now: 12h, 90d.", HelpName = "time" };
    private readonly Option<string[]> _prompts = KeysCreateCommand.Many("--prompt", "Key or glob of prompts it may run, in place of before.", "prompt");
    private readonly Option<string[]> _models = KeysCreateCommand.Many("--model", "Id or glob of models it may use, in place of before.", "model");
    private readonly Option<string[]> _tools = KeysCreateCommand.Many("--tool", "Name or glob of tools its turns may have, in place of before.", "tool");
    private readonly Option<string[]> _clear = KeysCreateCommand.Many("--clear", "An option whose value is taken away: expires, model, tokens-per-day.", "option");
    private readonly KeyLimitOptions _limits = new();
    private readonly KeySettingOptions _settings = new();

    /// <summary>The command.</summary>
    public KeysEditCommand() : base("edit", "Changes what a key may do; its secret stays.")
    {
        Arguments.Add(_key);
        foreach (var option in (Option[])[_name, _scopes, _expires, _prompts, _models, _tools, .. _limits.All, .. _settings.All, _clear]) Options.Add(option);
        Examples =
        [
            new("turnpike keys edit shop --cost-per-month 100", "a higher limit; all else stays"),
            new("turnpike keys edit shop --scope turns --clear model --clear expires", "one scope, all models, no end"),
        ];
        Does(RunAsync);
    }

    private async Task<int> RunAsync(Invocation run)
    {
        var change = Change(run);
        if (change.Count == 0) throw new UsageException("Nothing is said to change.", "Give what shall be different: turnpike keys edit shop --cost-per-month 100.");
        var key = await NamedKey.FindAsync(run, run.Parsed.GetRequiredValue(_key));
        var changed = await run.Turnpike.ChangeKeyAsync(key.Id, JsonSerializer.SerializeToElement(change, TurnpikeJson.Relaxed.JsonObject), run.Stop);
        if (run.IsJson) JsonLines.Write(run.Here, AccessJson.Relaxed.AccessKey, [changed]);
        else run.Here.Error.Write($"Key \"{changed.Name}\" ({changed.Id}) is changed.\n");
        return ExitCode.Ok;
    }

    /// <summary>What is given, in the words of the API: what is not named stays.</summary>
    private JsonObject Change(Invocation run)
    {
        var (given, change) = (run.Parsed, new JsonObject());
        if (given.GetValue(_name) is { } name) change["name"] = name;
        if (given.GetValue(_expires) is { } expires) change["expiresAt"] = JsonValue.Create(run.Here.Time.GetUtcNow() + TimeSpans.Read("--expires", expires));
        foreach (var (option, member) in ((Option<string[]>, string)[])[(_scopes, "scopes"), (_prompts, "prompts"), (_models, "models"), (_tools, "tools")])
            if (given.GetValue(option) is { Length: > 0 } names) change[member] = new JsonArray([.. names.Select(one => (JsonNode?)one)]);
        var (limits, settings) = (_limits.Change(given), _settings.Change(given));
        foreach (var cleared in given.GetValue(_clear) ?? []) Clear(cleared.TrimStart('-'), change, limits, settings);
        if (limits.Count > 0) change["limits"] = limits;
        if (settings.Count > 0) change["settings"] = settings;
        return change;
    }

    private void Clear(string option, JsonObject change, JsonObject limits, JsonObject settings)
    {
        var (into, member) = option switch
        {
            "expires" => (change, "expiresAt"),
            "prompt" or "model" or "tool" => (change, option + "s"),
            _ when _limits.All.Any(one => one.Name == "--" + option) => (limits, KeyLimitOptions.Member(option)),
            "triggers" or "compose" or "approvals" => (settings, option),
            "tool-approval" => (settings, "toolApproval"),
            _ => throw new UsageException($"--clear is \"{option}\", which takes nothing away.", $"It may be expires, prompt, model, tool, triggers, compose, approvals, tool-approval, {string.Join(", ", _limits.All.Select(one => one.Name[2..]))}."),
        };
        if (into.ContainsKey(member)) throw new UsageException($"--{option} is given, and --clear takes it away.", "Say one of them.");
        into[member] = null;
    }
}
