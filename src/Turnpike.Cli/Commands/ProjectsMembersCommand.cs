using System.CommandLine;
using Turnpike.Cli.Output;
using Turnpike.Turns;
using Turnpike.Turns.Projects;

namespace Turnpike.Cli.Commands;

/// <summary><c>turnpike projects members</c>.</summary>
internal sealed class ProjectsMembersCommand : CliCommand
{
    private readonly Argument<string> _id = new("project") { Description = "The project's id." };
    private readonly Option<string?> _set = new("--set") { Description = "Make this user a member, or give one the role of --role.", HelpName = "user" };
    private readonly Option<string?> _role = new("--role") { Description = "viewer reads; runner also runs turns and owns conversations; editor also writes prompts, rules and settings; owner also says who the members are. Default: viewer.", HelpName = "role" };
    private readonly Option<string?> _remove = new("--remove") { Description = "Take this member away.", HelpName = "user" };

    /// <summary>The command.</summary>
    public ProjectsMembersCommand() : base("members", "Shows who the members of a project are, or changes one.")
    {
        Arguments.Add(_id);
        foreach (var option in (Option[])[_set, _role, _remove]) Options.Add(option);
        Examples = [new("turnpike projects members docs", "who they are, and which project says so"), new("turnpike projects members docs --set ann --role owner", "ann owns it: the first member must"), new("turnpike projects members docs --set bob --role editor", "bob may write its prompts from now on"), new("turnpike projects members docs --remove bob", "or no more")];
        Does(RunAsync);
    }

    private async Task<int> RunAsync(Invocation run)
    {
        var (id, settings) = (run.Parsed.GetRequiredValue(_id), run.Turnpike.Settings);
        var role = Role(run.Parsed.GetValue(_role));
        if (run.Parsed.GetValue(_set) is { } user) await settings.SetMemberAsync(new(id, user, role ?? ProjectRole.Viewer), run.Stop);
        else if (role is not null) throw new UsageException("--role gives nobody a role without --set.", "Name the user: --set ann --role editor.");
        if (run.Parsed.GetValue(_remove) is { } gone) await settings.RemoveMemberAsync(id, gone, run.Stop);
        var members = await settings.MembersAsync(id, run.Stop);
        if (run.IsJson) JsonLines.Write(run.Here, ProjectJson.Relaxed.ProjectMember, members);
        else Rows.Write(run.Here, ["User", "Role", "Said by"], members.Select(member => (string?[])[member.User, member.Role.ToString().ToLowerInvariant(), member.Project]));
        return ExitCode.Ok;
    }

    private static ProjectRole? Role(string? given) =>
        given is null ? null
        : Enum.GetValues<ProjectRole>().Cast<ProjectRole?>().FirstOrDefault(role => role.ToString()!.Equals(given, StringComparison.OrdinalIgnoreCase))
            ?? throw new UsageException($"There is no role \"{given}\".{Nearest.Hint(given, Enum.GetNames<ProjectRole>().Select(role => role.ToLowerInvariant()))}", "viewer, runner, editor or owner.");
}
