using Turnpike.Prompts;
using Turnpike.Turns.Files;
using Turnpike.Turns.Settings;

namespace Turnpike.Turns.Projects;

/// <summary>
/// Makes prompts, rules and files inside a project. The role there is judged first, and the place is kept before the thing itself: at no moment does anybody see it who would not later.
/// </summary>
public sealed class ProjectMaking(IProjectMembers members, ProjectAccess access, ISettingsStore settings, IPromptStore prompts, IFileStore files)
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
        return MakeAllAsync(project, [Named(key)], make, cancellationToken);
    }

    /// <summary>Saves a rule that belongs to a project from its first moment on.</summary>
    /// <param name="project">The project; null: whatever it belongs to stays, and a new one is the organization's.</param>
    /// <param name="rule">The rule.</param>
    /// <param name="expected">The revision that is kept; 0: there must be none with its id; null: it does not matter.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="TurnException"><c>project_not_found, forbidden</c>; <c>version_conflict</c>: there is one outside the project; and what saving throws.</exception>
    public Task<Rule> RuleAsync(string? project, Rule rule, int? expected, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(rule);
        var named = project is not null && rule.Id.Length == 0 ? rule with { Id = Ids.New("rule") } : rule;
        return MakeAsync(project, new(ProjectThings.Rule, named.Id), async stop => await settings.FindRuleAsync(named.Id, stop) is not null, () => expected == 0 ? settings.AddRuleAsync(named, cancellationToken) : settings.SaveRuleAsync(named, expected, cancellationToken), cancellationToken);
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
        return MakeAsync(project, new(ProjectThings.File, named.Id), async stop => await files.FindAsync(named.Id, stop) is not null, () => keep(named), cancellationToken);
    }

    /// <summary>Saves prompts in one go that all belong to a project from their first version on; when that fails, none of them keeps a place.</summary>
    /// <param name="project">The project; null: whatever they belong to stays, and new ones are the organization's.</param>
    /// <param name="keys">The prompts' keys.</param>
    /// <param name="make">Saves them.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="TurnException"><c>project_not_found, forbidden</c>; <c>version_conflict</c>: there is one outside the project; and what saving throws.</exception>
    public Task<T> PromptsAsync<T>(string? project, IEnumerable<string> keys, Func<Task<T>> make, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(keys);
        ArgumentNullException.ThrowIfNull(make);
        return MakeAllAsync(project, [.. keys.Distinct(StringComparer.Ordinal).Select(Named)], make, cancellationToken);
    }

    /// <summary>Asks whether there is such a project, and whether one may do this in it.</summary>
    /// <param name="project">The project; null: nothing is asked.</param>
    /// <param name="role">The role that it takes.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>The project.</returns>
    /// <exception cref="TurnException"><c>project_not_found, forbidden</c>.</exception>
    public async Task<string?> RequireAsync(string? project, ProjectRole role, CancellationToken cancellationToken)
    {
        if (project is null) return null;
        if (await settings.ChainAsync(project, cancellationToken) is []) throw new TurnException(TurnErrorCode.ProjectNotFound, $"There is no project \"{project}\".") { Field = "project" };
        await access.RequireAsync(project, role, cancellationToken);
        return project;
    }

    /// <summary>What an import would be refused for.</summary>
    /// <exception cref="TurnException">As for <see cref="ProjectAccess.CheckAsync(Stores.ImportBatch, CancellationToken)"/>.</exception>
    internal ValueTask CheckAsync(Stores.ImportBatch batch, CancellationToken cancellationToken) => access.CheckAsync(batch, cancellationToken);

    private Made Named(string key) => new(new(ProjectThings.Prompt, key), async stop => await prompts.LocateAsync(key, null, stop) is { Id: not null });

    private Task<T> MakeAsync<T>(string? project, ProjectThing thing, Func<CancellationToken, Task<bool>> isThere, Func<Task<T>> make, CancellationToken cancellationToken) => MakeAllAsync(project, [new(thing, isThere)], make, cancellationToken);

    private async Task<T> MakeAllAsync<T>(string? project, IReadOnlyList<Made> things, Func<Task<T>> make, CancellationToken cancellationToken)
    {
        if (await RequireAsync(project, ProjectRole.Editor, cancellationToken) is not { } place) return await make();
        var claimed = new List<Made>();
        try
        {
            foreach (var thing in things)
                if (await ClaimAsync(place, thing, cancellationToken)) claimed.Add(thing);
            return await make();
        }
        catch
        {
            foreach (var thing in claimed) await FreeAsync(thing);
            throw;
        }
    }

    /// <summary>What could not be made keeps no place, also when whoever asked has left. Where nobody can tell whether it was made, it stays.</summary>
    private async Task FreeAsync(Made made)
    {
        try
        {
            if (!await made.IsThere(CancellationToken.None)) await members.PutAsync(made.Thing, null, CancellationToken.None);
        }
        catch (TurnException error) when (error.Code == TurnErrorCode.StorageUnavailable)
        {
        }
    }

    /// <summary>Whether the thing has a place now that it did not have; one that nobody may see has none, and making it says that its name is not free.</summary>
    private async Task<bool> ClaimAsync(string project, Made made, CancellationToken cancellationToken)
    {
        var thing = made.Thing;
        var home = await members.HomeAsync(thing, cancellationToken);
        if (home == project) return false;
        if (home is null && !await made.IsThere(cancellationToken) && await members.ClaimAsync(thing, project, cancellationToken)) return true;
        if (!await access.SeesAsync(thing, cancellationToken)) return false;
        throw new TurnException(TurnErrorCode.VersionConflict, $"There is a {thing.Kind} \"{thing.Id}\" already, outside the project \"{project}\". Choose another name, or put it into the project first.") { Field = "project" };
    }

    private sealed record Made(ProjectThing Thing, Func<CancellationToken, Task<bool>> IsThere);
}
