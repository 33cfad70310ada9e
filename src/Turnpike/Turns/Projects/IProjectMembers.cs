namespace Turnpike.Turns.Projects;

/// <summary>Keeps who the members of projects are, and what belongs to which project. It judges nothing: <see cref="ProjectAccess"/> does.</summary>
public interface IProjectMembers
{
    /// <summary>The members of a project and of those above it, nearest first, by user; empty when nobody is a member of any of them.</summary>
    Task<IReadOnlyList<ProjectMember>> ChainAsync(string project, CancellationToken cancellationToken);

    /// <summary>Makes a user a member, or gives one another role, whoever the others are.</summary>
    Task SetAsync(ProjectMember member, CancellationToken cancellationToken) => SetAsync(member, _ => { }, cancellationToken);

    /// <summary>The same, if a look at the members allows it. Two who change members do it one after the other.</summary>
    /// <param name="member">The member.</param>
    /// <param name="check">Is shown the members before the change, as <see cref="ChainAsync"/> tells them: first those of the project, then those of each project below it that has members of its own. What it throws stops the change. May be called more than once, on any thread.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task SetAsync(ProjectMember member, Action<IReadOnlyList<IReadOnlyList<ProjectMember>>> check, CancellationToken cancellationToken);

    /// <summary>Takes a member away, if a look at the members allows it.</summary>
    /// <param name="project">The project.</param>
    /// <param name="user">The user.</param>
    /// <param name="check">As for <see cref="SetAsync(ProjectMember, Action{IReadOnlyList{IReadOnlyList{ProjectMember}}}, CancellationToken)"/>.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>False when the user is no member of this very project.</returns>
    Task<bool> RemoveAsync(string project, string user, Action<IReadOnlyList<IReadOnlyList<ProjectMember>>> check, CancellationToken cancellationToken);

    /// <summary>The project that something belongs to; null: none, or there is no such thing.</summary>
    Task<string?> HomeAsync(ProjectThing thing, CancellationToken cancellationToken);

    /// <summary>The projects of a turn and of those before it on its branch.</summary>
    /// <param name="turn">The newest turn of the path.</param>
    /// <param name="limit">The most turns of the path; the newest ones count.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>For each project how deep its newest turn lies, from 1, which is <paramref name="turn"/> itself. Turns of no project are not told.</returns>
    Task<IReadOnlyDictionary<string, int>> HomesOfPathAsync(string turn, int limit, CancellationToken cancellationToken);

    /// <summary>The projects of all things of a kind that <see cref="PutAsync"/> put into one, by their ids.</summary>
    Task<IReadOnlyDictionary<string, string>> HomesAsync(string kind, CancellationToken cancellationToken);

    /// <summary>Puts a prompt, a rule or a file into a project.</summary>
    /// <param name="thing">What.</param>
    /// <param name="project">The project; null: it belongs to none from now on.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>Whether that changed anything.</returns>
    Task<bool> PutAsync(ProjectThing thing, string? project, CancellationToken cancellationToken);

    /// <summary>Puts a thing that belongs nowhere into a project; it may not exist yet. False, and nothing is changed, when it belongs to one already.</summary>
    Task<bool> ClaimAsync(ProjectThing thing, string project, CancellationToken cancellationToken);

    /// <summary>The prompts, rules and files of a project, by kind and id.</summary>
    Task<IReadOnlyList<ProjectThing>> ThingsAsync(string project, CancellationToken cancellationToken);

    /// <summary>
    /// Makes ready for the end of a project: whoever is a member through it, or of it through those above, is one of the projects below it, and of what it leaves
    /// behind, by name. So nothing of it is open to anybody to whom it was not before.
    /// </summary>
    Task HandDownAsync(string project, CancellationToken cancellationToken);
}
