using Turnpike.Prompts;
using Turnpike.Turns.Files;
using Turnpike.Turns.Settings;

namespace Turnpike.Turns.Projects;

/// <summary>
/// Makes prompts, rules and files inside a project. The role there is judged first, and the place is kept before the thing itself: at no moment does anybody see it who would not later.
/// </summary>
public sealed class ProjectMaking(IProjectMembers members, ProjectAccess access, ISettingsStore settings, IPromptStore prompts)
{
    /// <summary>Saves a prompt that belongs to a project from its first version on.</summary>
    /// <param name="project">The project; null: whatever it belongs to stays, and a new one is the organization's.</param>
    /// <param name="key">The prompt's key.</param>
    /// <param name="make">Saves it.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="TurnException"><c>project_not_found, forbidden</c>; <c>version_conflict</c>: there is one outside the project; and what saving throws.</exception>
    public Task<T> PromptAsync<T>(string? project, string key, Func<Task<T>> make, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(make);
        return MakeAsync(project, new(ProjectThings.Prompt, key), async () => await prompts.LocateAsync(key, null, cancellationToken) is { Id: not null }, make, cancellationToken);
    }

    /// <summary>Saves a rule that belongs to a project from its first moment on.</summary>
    /// <param name="project">The project; null: whatever it belongs to stays, and a new one is the organization's.</param>
    /// <param name="rule">The rule.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="TurnException"><c>project_not_found, forbidden</c>; <c>version_conflict</c>: there is one outside the project; and what saving throws.</exception>
    public Task<Rule> RuleAsync(string? project, Rule rule, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(rule);
        var named = project is not null && rule.Id.Length == 0 ? rule with { Id = Ids.New("rule") } : rule;
        return MakeAsync(project, new(ProjectThings.Rule, named.Id), async () => await settings.FindRuleAsync(named.Id, cancellationToken) is not null, () => settings.SaveRuleAsync(named, cancellationToken), cancellationToken);
    }

    /// <summary>Keeps a file that belongs to a project from its first byte on.</summary>
    /// <param name="project">The project; null: it is the organization's.</param>
    /// <param name="upload">What its uploader says of it.</param>
    /// <param name="keep">Keeps it, as the upload now says.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="TurnException"><c>project_not_found, forbidden</c>; and what keeping throws.</exception>
    public Task<StoredFile> FileAsync(string? project, FileUpload upload, Func<FileUpload, Task<StoredFile>> keep, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(upload);
        ArgumentNullException.ThrowIfNull(keep);
        var named = upload with { Id = Ids.New("file") };
        return MakeAsync(project, new(ProjectThings.File, named.Id), () => Task.FromResult(false), () => keep(named), cancellationToken);
    }

    private async Task<T> MakeAsync<T>(string? project, ProjectThing thing, Func<Task<bool>> isThere, Func<Task<T>> make, CancellationToken cancellationToken)
    {
        if (project is null) return await make();
        if (await settings.ChainAsync(project, cancellationToken) is []) throw new TurnException(TurnErrorCode.ProjectNotFound, $"There is no project \"{project}\".") { Field = "project" };
        await access.RequireAsync(project, ProjectRole.Editor, cancellationToken);
        var home = await members.HomeAsync(thing, cancellationToken);
        if (home == project) return await make();
        if (home is null && !await isThere() && await members.ClaimAsync(thing, project, cancellationToken)) return await ClaimedAsync(thing, isThere, make);
        if (!await access.SeesAsync(thing, cancellationToken)) return await make(); // which says that the name is not free
        throw new TurnException(TurnErrorCode.VersionConflict, $"There is a {thing.Kind} \"{thing.Id}\" already, outside the project \"{project}\". Choose another name, or put it into the project first.") { Field = "project" };
    }

    /// <summary>What could not be made keeps no place.</summary>
    private async Task<T> ClaimedAsync<T>(ProjectThing thing, Func<Task<bool>> isThere, Func<Task<T>> make)
    {
        try
        {
            return await make();
        }
        catch
        {
            if (!await isThere()) await members.PutAsync(thing, null, CancellationToken.None);
            throw;
        }
    }
}
