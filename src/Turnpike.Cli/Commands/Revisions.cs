using System.CommandLine;
using Turnpike.Turns;

namespace Turnpike.Cli.Commands;

/// <summary>Guards a save against what somebody else saved meanwhile.</summary>
internal static class Revisions
{
    /// <summary><c>--revision number</c>.</summary>
    public static Option<int?> Given(string what) => new("--revision")
    {
        Description = $"Save only over this revision, as --json shows it; 0: only a new {what}. Without it, over whatever is kept.",
        HelpName = "number",
    };

    /// <summary>Refuses to save over another revision than the one that was named.</summary>
    /// <param name="kind">What is saved, with a capital letter.</param>
    /// <param name="name">Its name.</param>
    /// <param name="kept">The revision that is kept; 0: there is none.</param>
    /// <param name="given">The revision that was named; null: none was.</param>
    /// <exception cref="TurnException"><c>version_conflict</c>.</exception>
    public static void Require(string kind, string name, int kept, int? given)
    {
        if (given is not { } expected || expected == kept) return;
        throw new TurnException(TurnErrorCode.VersionConflict, (expected, kept) switch
        {
            (_, 0) => $"There is no {kind.ToLowerInvariant()} \"{name}\" by now, and --revision is {expected}. Leave it out to make one.",
            (0, _) => $"There is a {kind.ToLowerInvariant()} \"{name}\" already, at revision {kept}, and --revision is 0. Look at it first, or leave --revision out to save over it.",
            _ => $"{kind} \"{name}\" is at revision {kept} by now, not at {expected}. Look at what changed first, or leave --revision out to save over it.",
        })
        { Field = "revision" };
    }
}
