using Turnpike.Turns.Access;
using Turnpike.Turns.Stores;

namespace Turnpike.Turns.Projects;

/// <summary>
/// The one place that judges what somebody may do with a project and with what belongs to it. Who asks is the key of the flow of calls (<see cref="KeyScope"/>): a
/// host's own code, and a key with the scope <c>admin</c>, may do everything. A project without members, above it as well, is open to its organization.
/// </summary>
public sealed class ProjectAccess(IProjectMembers members)
{
    private static readonly AsyncLocal<bool> Exempt = new();

    /// <summary>Whether somebody asks who is held to roles.</summary>
    public static bool IsBound => !Exempt.Value && KeyScope.Current is { } key && !key.Scopes.Contains(Scopes.Admin);

    /// <summary>Work of the product itself, such as counting what a turn used, until what is returned is disposed.</summary>
    internal static IDisposable Free()
    {
        var before = Exempt.Value;
        Exempt.Value = true;
        return new Leaving(before);
    }

    /// <summary>The role of whoever asks; null: they are no member. Whoever is not held to roles, and everybody where there are no members, is an owner.</summary>
    /// <param name="project">The project; null: none, which is everybody's.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async ValueTask<ProjectRole?> RoleAsync(string? project, CancellationToken cancellationToken)
    {
        if (project is null || !IsBound) return ProjectRole.Owner;
        var chain = await members.ChainAsync(project, cancellationToken);
        return chain.Count == 0 ? ProjectRole.Owner : RoleIn(chain, KeyScope.Current!.User);
    }

    /// <summary>The role that members nearest first give a user: what is said nearest counts.</summary>
    internal static ProjectRole? RoleIn(IReadOnlyList<ProjectMember> chain, string? user)
    {
        if (user is not null) foreach (var member in chain) if (member.User == user) return member.Role;
        return null;
    }

    /// <summary>Whether whoever asks may see a project.</summary>
    public async ValueTask<bool> SeesAsync(string? project, CancellationToken cancellationToken) => await RoleAsync(project, cancellationToken) is not null;

    /// <summary>Whether whoever asks may see a thing.</summary>
    public async ValueTask<bool> SeesAsync(ProjectThing thing, CancellationToken cancellationToken) => !IsBound || await SeesAsync(await members.HomeAsync(thing, cancellationToken), cancellationToken);

    /// <summary>The project in which a conversation begins that is begun with a prompt and names none: that of the prompt, if whoever asks may see it; null: none.</summary>
    /// <param name="prompt">The prompt's key; empty: it has none.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async ValueTask<string?> HomeAsync(string prompt, CancellationToken cancellationToken) =>
        prompt is { Length: > 0 } && await members.HomeAsync(new(ProjectThings.Prompt, prompt), cancellationToken) is { } home && await SeesAsync(home, cancellationToken) ? home : null;

    /// <summary>As <see cref="HomeAsync(string, CancellationToken)"/> says, of a prompt that a trigger chose: by then the layers are laid.</summary>
    internal async ValueTask<string?> HomeAsync(PreparedTurn turn, CancellationToken cancellationToken)
    {
        if (!turn.Draft.IsNewConversation || turn.Draft.Project is not null) return null;
        foreach (var key in KeysOf(turn)) if (await HomeAsync(key, cancellationToken) is { } home) return home;
        return null;
    }

    /// <summary>Asks for a role in a project. False when whoever asks is no member: then it does not exist for them.</summary>
    /// <exception cref="TurnException"><c>forbidden</c>: they are, with a lower role.</exception>
    public async ValueTask<bool> AllowsAsync(string? project, ProjectRole needed, CancellationToken cancellationToken)
    {
        if (await RoleAsync(project, cancellationToken) is not { } role) return false;
        return role >= needed ? true : throw Refused(project!, role, needed);
    }

    /// <summary>Asks for a role in the project of a thing. False when whoever asks is no member of it.</summary>
    /// <exception cref="TurnException"><c>forbidden</c>.</exception>
    public async ValueTask<bool> AllowsAsync(ProjectThing thing, ProjectRole needed, CancellationToken cancellationToken) =>
        !IsBound || await AllowsAsync(await members.HomeAsync(thing, cancellationToken), needed, cancellationToken);

    /// <summary>Asks for a role in a project.</summary>
    /// <exception cref="TurnException"><c>project_not_found</c>: they are no member; <c>forbidden</c>: they are, with a lower role.</exception>
    public async ValueTask RequireAsync(string? project, ProjectRole needed, CancellationToken cancellationToken)
    {
        if (!await AllowsAsync(project, needed, cancellationToken)) throw new TurnException(TurnErrorCode.ProjectNotFound, $"There is no project \"{project}\".") { Field = "project" };
    }

    /// <summary>Holds what a request itself names against the same projects, before any hook, loader or tool hears of it.</summary>
    /// <exception cref="TurnException"><c>project_not_found, conversation_not_found, prompt_not_found, forbidden</c>.</exception>
    internal async ValueTask CheckAsync(TurnRequest request, CancellationToken cancellationToken)
    {
        if (!IsBound) return;
        await RequireAsync(request.Project, ProjectRole.Runner, cancellationToken);
        if (request.Conversation is { } conversation && !await AllowsAsync(new ProjectThing(ProjectThings.Conversation, conversation), ProjectRole.Runner, cancellationToken)) throw StoreErrors.NoConversation(conversation);
        if (request.Prompt?.Id is { } prompt && !await AllowsAsync(new ProjectThing(ProjectThings.Prompt, prompt), ProjectRole.Runner, cancellationToken)) throw NoPrompt(prompt);
    }

    /// <summary>Holds a prepared turn against the projects of its conversation and of the stored prompts that it uses: it takes runners.</summary>
    /// <exception cref="TurnException"><c>project_not_found, prompt_not_found, forbidden</c>.</exception>
    internal async ValueTask CheckAsync(PreparedTurn turn, CancellationToken cancellationToken)
    {
        if (!IsBound) return;
        await RequireAsync(turn.Draft.Project, ProjectRole.Runner, cancellationToken);
        foreach (var key in KeysOf(turn)) if (!await AllowsAsync(new ProjectThing(ProjectThings.Prompt, key), ProjectRole.Runner, cancellationToken)) throw NoPrompt(key);
    }

    /// <summary>
    /// Holds an import against the projects of whatever has its ids already, and of the turns that it goes on from: ids of a file are not made here, so they may
    /// name what whoever asks does not see. It takes runners, of rules and projects editors; of the conversations' projects runners, of those that projects are put below editors.
    /// </summary>
    /// <exception cref="TurnException"><c>project_not_found, rule_not_found, conversation_not_found, turn_not_found, forbidden</c>.</exception>
    internal async ValueTask CheckAsync(ImportBatch batch, CancellationToken cancellationToken)
    {
        if (!IsBound) return;
        var made = batch.Projects.Select(project => project.Id).ToHashSet(StringComparer.Ordinal);
        foreach (var id in made) if (!await AllowsAsync(id, ProjectRole.Editor, cancellationToken)) throw NotFree(TurnErrorCode.ProjectNotFound, "project", id);
        foreach (var rule in batch.Rules) await FreeAsync(TurnErrorCode.RuleNotFound, new(ProjectThings.Rule, rule.Id), ProjectRole.Editor, cancellationToken);
        foreach (var conversation in batch.Conversations) await FreeAsync(TurnErrorCode.ConversationNotFound, new(ProjectThings.Conversation, conversation.Id), ProjectRole.Runner, cancellationToken);
        var turns = batch.Conversations.SelectMany(conversation => (string?[])[conversation.Head, conversation.ForkedFrom]).Concat(batch.Turns.SelectMany(turn => (string?[])[turn.Turn.Id, turn.Turn.Parent]));
        foreach (var turn in turns.OfType<string>().Distinct(StringComparer.Ordinal)) await FreeAsync(TurnErrorCode.TurnNotFound, new(ProjectThings.Turn, turn), ProjectRole.Runner, cancellationToken);
        foreach (var project in batch.Conversations.Select(conversation => conversation.Project).Distinct()) if (project is not null && !made.Contains(project)) await RequireAsync(project, ProjectRole.Runner, cancellationToken);
        foreach (var parent in batch.Projects.Select(project => project.Parent).Distinct()) if (parent is not null && !made.Contains(parent)) await RequireAsync(parent, ProjectRole.Editor, cancellationToken);
    }

    private static IEnumerable<string> KeysOf(PreparedTurn turn) => turn.Draft.Prompts.Select(used => used.Prompt.Key).Where(key => key is { Length: > 0 });

    private async ValueTask FreeAsync(TurnErrorCode code, ProjectThing thing, ProjectRole needed, CancellationToken cancellationToken)
    {
        if (!await AllowsAsync(thing, needed, cancellationToken)) throw NotFree(code, thing.Kind, thing.Id);
    }

    private static TurnException NotFree(TurnErrorCode code, string kind, string id) => new(code, $"There is no {kind} \"{id}\", and the id is not free. Nothing was imported. Take it out of the file, or import it where the id is free.");

    private static TurnException NoPrompt(string key) => new(TurnErrorCode.PromptNotFound, $"There is no prompt \"{key}\".") { Field = "prompt" };

    private static TurnException Refused(string project, ProjectRole role, ProjectRole needed) =>
        new(TurnErrorCode.Forbidden, $"The user \"{KeyScope.Current!.User}\" is {Word(role)} of the project \"{project}\"; this takes {Word(needed)}. An owner of the project can give that role.") { Field = "project" };

    private static string Word(ProjectRole role) => role switch { ProjectRole.Viewer => "viewer", ProjectRole.Runner => "runner", ProjectRole.Editor => "editor", _ => "owner" };

    private sealed class Leaving(bool before) : IDisposable
    {
        public void Dispose() => Exempt.Value = before;
    }
}
