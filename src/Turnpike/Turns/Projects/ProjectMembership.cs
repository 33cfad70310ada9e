using Turnpike.Prompts;
using Turnpike.Turns.Files;
using Turnpike.Turns.Settings;

namespace Turnpike.Turns.Projects;

/// <summary>Says who the members of projects are and puts things into projects, as far as whoever asks may.</summary>
public sealed class ProjectMembership(IProjectMembers members, ProjectAccess access, ISettingsStore settings, IPromptStore prompts, IFileStore files)
{
    private const int LongestUser = 200;

    /// <summary>The members of a project: its own and those of the projects above it, by whom each was said; of a user who is named more than once, what counts.</summary>
    /// <exception cref="TurnException"><c>project_not_found</c>.</exception>
    public async Task<IReadOnlyList<ProjectMember>> ListAsync(string project, CancellationToken cancellationToken)
    {
        await MustExistAsync(project, cancellationToken);
        return [.. (await members.ChainAsync(project, cancellationToken)).DistinctBy(member => member.User)];
    }

    /// <summary>Makes a user a member, or gives one another role. The first member closes a project to everybody else; only <c>admin</c> does that to one that was open.</summary>
    /// <exception cref="TurnException"><c>project_not_found</c>; <c>forbidden</c>; <c>request_invalid</c>: the user cannot be one, or nobody would be an owner.</exception>
    public async Task<ProjectMember> SetAsync(ProjectMember member, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(member);
        if (member.User.Length is 0 or > LongestUser || member.User.Any(char.IsControl) || member.User != member.User.Trim() || !AddressSteps.Fit(member.User)) throw Invalid("user", $"A user has 1 to {LongestUser} characters, no line breaks, no white space around them, and neither . nor .. nor nothing between slashes.");
        if (!Enum.IsDefined(member.Role)) throw Invalid("role", "A role is \"viewer\", \"runner\", \"editor\" or \"owner\".");
        await MustManageAsync(member.Project, cancellationToken);
        var isBound = ProjectAccess.IsBound;
        await members.SetAsync(member, chains =>
        {
            CheckOpen(member.Project, chains[0], isBound);
            CheckOwners(member.Project, chains, chain => With(chain, member, chains[0]));
        }, cancellationToken);
        return member;
    }

    /// <summary>Takes a member away. What a project above says of the user counts again; a project whose last member goes is open to its organization.</summary>
    /// <exception cref="TurnException"><c>project_not_found</c>; <c>forbidden</c>; <c>request_invalid</c>: the user is no member here, or nobody would be an owner.</exception>
    public async Task RemoveAsync(string project, string user, CancellationToken cancellationToken)
    {
        await MustManageAsync(project, cancellationToken);
        var isBound = ProjectAccess.IsBound;
        await members.RemoveAsync(project, user, chains =>
        {
            CheckOpen(project, chains[0], isBound);
            if (Same(chains[0], new(project, user, default)) is not { } gone) throw Invalid("user", $"\"{user}\" is no member of the project \"{project}\" itself.");
            CheckOwners(project, chains, chain => [.. chain.Where(other => other != gone)]);
        }, cancellationToken);
    }

    /// <summary>The prompts, rules and files of a project.</summary>
    /// <exception cref="TurnException"><c>project_not_found</c>.</exception>
    public async Task<IReadOnlyList<ProjectThing>> ThingsAsync(string project, CancellationToken cancellationToken)
    {
        await MustExistAsync(project, cancellationToken);
        return await members.ThingsAsync(project, cancellationToken);
    }

    /// <summary>Puts a prompt, a rule or a file into a project: it takes editors of it and of the one it belonged to.</summary>
    /// <returns>The thing, by the name it is kept under.</returns>
    /// <exception cref="TurnException"><c>project_not_found, forbidden, request_invalid</c>; <c>prompt_not_found, rule_not_found, file_not_found</c>.</exception>
    public async Task<ProjectThing> PutAsync(ProjectThing thing, string project, CancellationToken cancellationToken)
    {
        await MustExistAsync(project, cancellationToken);
        await access.RequireAsync(project, ProjectRole.Editor, cancellationToken);
        var kept = await FindAsync(thing, cancellationToken);
        await access.AllowsAsync(kept, ProjectRole.Editor, cancellationToken);
        await members.PutAsync(kept, project, cancellationToken);
        return kept;
    }

    /// <summary>Takes a prompt, a rule or a file out of a project: it is the organization's again.</summary>
    /// <exception cref="TurnException">As for <see cref="PutAsync"/>; <c>request_invalid</c>: it does not belong to the project.</exception>
    public async Task FreeAsync(ProjectThing thing, string project, CancellationToken cancellationToken)
    {
        await MustExistAsync(project, cancellationToken);
        await access.RequireAsync(project, ProjectRole.Editor, cancellationToken);
        var kept = await FindAsync(thing, cancellationToken);
        if (await members.HomeAsync(kept, cancellationToken) != project) throw Invalid("id", $"The {kept.Kind} \"{kept.Id}\" does not belong to the project \"{project}\".");
        await members.PutAsync(kept, null, cancellationToken);
    }

    private async Task MustManageAsync(string project, CancellationToken cancellationToken)
    {
        await MustExistAsync(project, cancellationToken);
        await access.RequireAsync(project, ProjectRole.Owner, cancellationToken);
    }

    private static void CheckOpen(string project, IReadOnlyList<ProjectMember> chain, bool isBound)
    {
        if (chain.Count == 0 && isBound) throw new TurnException(TurnErrorCode.Forbidden, $"The project \"{project}\" has no members, so it is open to the whole organization; only a key with the scope \"admin\" makes the first one.") { Field = "project" };
    }

    private async Task<ProjectThing> FindAsync(ProjectThing thing, CancellationToken cancellationToken) => thing.Kind switch
    {
        ProjectThings.Prompt => new(thing.Kind, (await prompts.LocateAsync(thing.Id, null, cancellationToken))?.Key ?? throw Missing(TurnErrorCode.PromptNotFound, thing)),
        ProjectThings.Rule => new(thing.Kind, (await settings.FindRuleAsync(thing.Id, cancellationToken))?.Id ?? throw Missing(TurnErrorCode.RuleNotFound, thing)),
        ProjectThings.File => new(thing.Kind, (await files.FindAsync(thing.Id, cancellationToken))?.Id ?? throw Missing(TurnErrorCode.FileNotFound, thing)),
        _ => throw Invalid("kind", $"A {thing.Kind} cannot be put into a project: {string.Join(", ", ProjectThings.Put)}."),
    };

    private async ValueTask MustExistAsync(string project, CancellationToken cancellationToken)
    {
        if (await settings.ChainAsync(project, cancellationToken) is []) throw new TurnException(TurnErrorCode.ProjectNotFound, $"There is no project \"{project}\".") { Field = "id" };
    }

    private static ProjectMember? Same(IReadOnlyList<ProjectMember> chain, ProjectMember member) => chain.FirstOrDefault(other => other.Project == member.Project && other.User == member.User);

    /// <summary>Members with one of them set: behind those who are named nearer, before those of the projects above.</summary>
    private static List<ProjectMember> With(IReadOnlyList<ProjectMember> chain, ProjectMember member, IReadOnlyList<ProjectMember> own)
    {
        var others = chain.Where(other => other != Same(chain, member)).ToList();
        var at = others.FindIndex(other => other.Project == member.Project || own.Any(one => one.Project == other.Project));
        others.Insert(at < 0 ? others.Count : at, member);
        return others;
    }

    /// <summary>Refuses a change that leaves the project, or one below it that has one now, with members and without an owner.</summary>
    private static void CheckOwners(string project, IReadOnlyList<IReadOnlyList<ProjectMember>> chains, Func<IReadOnlyList<ProjectMember>, IReadOnlyList<ProjectMember>> change)
    {
        if (!HasOwner(change(chains[0]))) throw Invalid("role", $"The project \"{project}\" would have members and no owner. {(chains[0].Count == 0 ? "Its first member must be an \"owner\"" : "Make somebody else \"owner\" first")}.");
        if (chains.Skip(1).FirstOrDefault(chain => HasOwner(chain) && !HasOwner(change(chain))) is [var below, ..]) throw Invalid("role", $"The project \"{below.Project}\" below \"{project}\" would have members and no owner. Make somebody \"owner\" of it first.");
    }

    /// <summary>Whether somebody is an owner, or there is no member.</summary>
    private static bool HasOwner(IReadOnlyList<ProjectMember> chain) => chain.Count == 0 || chain.DistinctBy(member => member.User).Any(member => member.Role == ProjectRole.Owner);

    private static TurnException Missing(TurnErrorCode code, ProjectThing thing) => new(code, $"There is no {thing.Kind} \"{thing.Id}\".") { Field = "id" };

    private static TurnException Invalid(string field, string message) => new(TurnErrorCode.RequestInvalid, message) { Field = field };
}
