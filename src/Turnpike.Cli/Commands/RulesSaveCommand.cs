using System.CommandLine;
using Turnpike.Cli.Input;
using Turnpike.Cli.Output;
using Turnpike.Turns.Json;
using Turnpike.Turns.Settings;

namespace Turnpike.Cli.Commands;

/// <summary><c>turnpike rules save</c>.</summary>
internal sealed class RulesSaveCommand : CliCommand
{
    private readonly Argument<string> _name = new("name") { Description = "The rule's name; of one that there is also its id." };
    private readonly Argument<string> _content = new("content") { Description = "What it says: a template; - for what is piped in." };
    private readonly Option<string> _placement = new("--placement") { Description = "Where in the turn it stands: system, before, after. Default: as it was, else system.", HelpName = "place" };
    private readonly Option<bool?> _always = new("--always-on") { Description = "Whether every turn has it. Default: as it was, else false." };
    private readonly Option<string[]> _tags = new("--tag") { Description = "A tag that bundles it; may be repeated. Default: as it was.", HelpName = "tag" };
    private readonly Option<string?> _project = new("--project") { Description = "The project that a new rule belongs to from the beginning.", HelpName = "id" };

    private readonly Option<int?> _revision = Revisions.Given("rule");

    /// <summary>The command.</summary>
    public RulesSaveCommand() : base("save", "Saves a rule, new or in place of the one with its name.")
    {
        Arguments.Add(_name);
        Arguments.Add(_content);
        _placement.AcceptOnlyFromAmong("system", "before", "after");
        Options.Add(_placement);
        Options.Add(_always);
        Options.Add(_tags);
        Options.Add(_project);
        Options.Add(_revision);
        Examples = [new("turnpike rules save brief \"Answer in one sentence.\" --placement after", "a rule behind the typed text"), new("turnpike rules save house-style - --tag voice < style.md", "a rule from a file, bundled by a tag"), new("turnpike rules save brief \"Be brief.\" --revision 3", "refused when somebody saved it since it was at 3")];
        Does(RunAsync);
    }

    private async Task<int> RunAsync(Invocation run)
    {
        var (name, content) = (run.Parsed.GetRequiredValue(_name), run.Parsed.GetRequiredValue(_content));
        if (content == "-") content = await new InputFile(run.Here).PipedAsync("-", run.Stop);
        var before = await run.Turnpike.Settings.FindRuleAsync(name, run.Stop) ?? new() { Name = name, Content = content };
        Revisions.Require("Rule", name, before.Revision, run.Parsed.GetValue(_revision));
        var saved = await run.Turnpike.Settings.SaveRuleAsync(before with
        {
            Name = name == before.Id ? before.Name : name,
            Content = content,
            Placement = run.Parsed.GetValue(_placement) is { } place ? Enum.Parse<RulePlacement>(place, ignoreCase: true) : before.Placement,
            AlwaysOn = run.Parsed.GetValue(_always) ?? before.AlwaysOn,
            Tags = run.Parsed.GetValue(_tags) is { Length: > 0 } tags ? tags : before.Tags,
        }, run.Parsed.GetValue(_project), run.Stop);
        if (run.IsJson) JsonLines.Write(run.Here, TurnpikeJson.Relaxed.Rule, saved);
        else run.Here.Out.Write($"{saved.Id}\n");
        return ExitCode.Ok;
    }
}
