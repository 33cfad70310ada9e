using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Turnpike.Turns.Access;
using Turnpike.Turns.Calls;

namespace Turnpike.Cli.Commands;

/// <summary>How the requests of a key are read by the faces that speak other protocols.</summary>
internal sealed class KeySettingOptions
{
    private readonly Option<string?> _triggers = Word("--triggers", "Whether triggers in typed text are read: on or off. Default: as the face and the prompt decide.", "on|off");
    private readonly Option<string?> _compose = Word("--compose", "Whether base system text, rules and tools join a request without a prompt: full or transparent. Default: as the face decides.", "full|transparent");
    private readonly Option<string?> _approvals = Word("--approvals", "What becomes of tool calls that want an approval where nobody can be asked: ask or allow. Default: ask.", "ask|allow");
    private readonly Option<bool> _storeChat = new("--store-chat") { Description = "Keep chat completions that do not say whether they are stored." };
    private readonly Option<bool> _noReasoning = new("--no-reasoning-content") { Description = "Do not show reasoning as reasoning_content." };
    private readonly Option<bool> _noPrompts = new("--no-list-prompts") { Description = "Do not list prompts as models." };

    private readonly Option<string[]> _toolApproval = new("--tool-approval") { Description = "What becomes of calls of a tool in its turns, by name or glob: allow, ask or deny. May be given more than once.", HelpName = "tool=decision", Arity = ArgumentArity.OneOrMore };

    /// <summary>The options, in the order of the help.</summary>
    public IReadOnlyList<Option> All => [_triggers, _compose, _approvals, _toolApproval, _storeChat, _noReasoning, _noPrompts];

    /// <summary>What was given.</summary>
    public KeySettings Read(ParseResult given) => new()
    {
        Triggers = given.GetValue(_triggers),
        Compose = given.GetValue(_compose),
        Approvals = given.GetValue(_approvals) ?? KeySettings.Standard.Approvals,
        StoreChat = given.GetValue(_storeChat),
        ReasoningContent = !given.GetValue(_noReasoning),
        ListPrompts = !given.GetValue(_noPrompts),
        ToolApproval = (given.GetValue(_toolApproval) ?? []).Select(Decision).DistinctBy(said => said.Tool).ToDictionary(said => said.Tool, said => said.Decision),
    };

    /// <summary>What was given and nothing else, in the words of the API.</summary>
    public JsonObject Change(ParseResult given)
    {
        var change = (JsonObject)JsonSerializer.SerializeToNode(Read(given), AccessJson.Relaxed.KeySettings)!;
        foreach (var (option, member) in ((Option, string)[])[(_approvals, "approvals"), (_toolApproval, "toolApproval"), (_storeChat, "storeChat"), (_noReasoning, "reasoningContent"), (_noPrompts, "listPrompts")])
            if (given.GetResult(option) is null or { Implicit: true }) change.Remove(member);
        return change;
    }

    private static (string Tool, ToolDecision Decision) Decision(string text)
    {
        var at = text.LastIndexOf('=');
        if (at > 0 && Enum.TryParse<ToolDecision>(text[(at + 1)..], ignoreCase: true, out var decision) && Enum.IsDefined(decision) && !char.IsAsciiDigit(text[^1])) return (text[..at], decision);
        throw new UsageException($"--tool-approval is \"{text}\", which says nothing of a tool.", "Give a tool's name or glob and what becomes of its calls: \"booking.*=ask\", \"delete=deny\".");
    }

    private static Option<string?> Word(string name, string description, string help) => new(name) { Description = description, HelpName = help };
}
