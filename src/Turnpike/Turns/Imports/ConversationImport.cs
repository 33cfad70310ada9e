using System.Text.Json;
using Turnpike.Prompts;
using Turnpike.Prompts.Checking;
using Turnpike.Turns.Access;
using Turnpike.Turns.Catalogs;
using Turnpike.Turns.Files;
using Turnpike.Turns.Json;
using Turnpike.Turns.Projects;
using Turnpike.Turns.Resources;
using Turnpike.Turns.Settings;
using Turnpike.Turns.Stores;

namespace Turnpike.Turns.Imports;

/// <summary>Imports conversations of other systems and those that were exported here. Importing the same file twice changes nothing.</summary>
public sealed class ConversationImport(IConversationStore conversations, ITurnStore turns, ISettingsStore settings, ToolCatalog tools, KeptParts kept, ProjectMaking making, IPromptStore prompts, PromptValidator validator, TimeProvider time)
{
    /// <summary>Reads a file and keeps what is in it, all or nothing.</summary>
    /// <param name="file">A LiteChat export, AI Matrx runs, or a conversation exported here.</param>
    /// <param name="dryRun">Whether only the report is made.</param>
    /// <param name="project">The project of conversations that belong to none that the file brings along; null: as the file says.</param>
    /// <param name="cancellationToken">Stops; nothing is kept.</param>
    /// <exception cref="TurnException"><c>request_invalid</c>: it is no file of a known format, or no UTF-8; <c>project_not_found, forbidden</c>: nothing may be kept there, or the key may not make the rules, tags and projects that the file brings along, or name the files of the workspace that it attaches; <c>project_not_found, rule_not_found, conversation_not_found, turn_not_found</c>: something that the key may not see has that id; <c>version_conflict</c>: something of the file came here meanwhile.</exception>
    public async Task<ImportReport> RunAsync(JsonElement file, bool dryRun, string? project, CancellationToken cancellationToken)
    {
        await making.RequireAsync(project, ProjectRole.Runner, cancellationToken);
        file = ImportedJson.Readable(file);
        var isOwn = OwnExport.Is(file);
        if (!isOwn) file = JsonElements.Once(file);
        var plan = isOwn ? OwnExport.Read(file) : MatrxRuns.Is(file) ? MatrxRuns.Read(file, time.GetUtcNow()) : LiteChatFile.Is(file) ? LiteChatFile.Read(file, time.GetUtcNow())
            : throw new TurnException(TurnErrorCode.RequestInvalid, "This is neither a LiteChat export (conversation with interactions), nor AI Matrx runs (with messages), nor a conversation exported here.");
        RequireSettings(plan);
        foreach (var (conversation, _) in plan.Conversations)
        {
            var attached = Attached(conversation);
            ResourceRules.CheckPaths(attached, field: "conversation.resources");
            for (var i = 0; i < attached.Count; i++) ResourceRules.CheckId(attached[i].Id, $"conversation.resources[{i}].id");
        }
        await LeaveUnknownToolsAsync(plan, cancellationToken);
        var (before, fresh) = (new ImportedBefore(turns, plan), new List<(Conversation Conversation, List<TurnBeginning> Turns)>());
        foreach (var one in plan.Conversations)
        {
            if (await conversations.FindAsync(one.Conversation.Id, cancellationToken) is { } known) await before.SkipAsync(known, one.Conversation, one.Turns, cancellationToken);
            else if (await LeftAsync(plan, Placed(one.Conversation, plan, project), one.Turns, cancellationToken) is { } left) fresh.Add((left.Conversation, [.. left.Turns.Select(turn => turn with { Conversation = left.Conversation })]));
        }
        foreach (var (conversation, _) in fresh) await new MissingHere(settings, prompts, validator, plan).TellAsync(conversation, cancellationToken);
        var chosen = new ImportedSettings(settings, plan);
        await chosen.ChooseAsync(cancellationToken);
        if (dryRun) await making.CheckAsync(Batch(chosen, fresh, plan), cancellationToken);
        else await KeepAsync(chosen, fresh, plan, cancellationToken);
        return new() { Source = plan.Source, DryRun = dryRun, Items = [.. plan.Notes.Select(notes => notes.ToItem())] };
    }

    /// <summary>Rules, tags and projects are of the whole organization, and a rule may be on for everybody: whoever brings them along may make them by hand, too.</summary>
    private static void RequireSettings(ImportPlan plan)
    {
        if (plan.Rules.Count + plan.Tags.Count + plan.Projects.Count == 0 || KeyScope.Current is not { } key || Scopes.Allow(key.Scopes, Scopes.PromptsWrite)) return;
        throw new TurnException(TurnErrorCode.Forbidden, $"The file brings {plan.Rules.Count} rules, {plan.Tags.Count} tags and {plan.Projects.Count} projects along, which takes the scope \"{Scopes.PromptsWrite}\"; the key \"{key.Name}\" has {string.Join(", ", key.Scopes)}. Take them out of the file or use another key.");
    }

    /// <summary>What the turns of a conversation would be sent: its own resources, and those of its prompts.</summary>
    private static IReadOnlyList<ResourceInput> Attached(Conversation conversation) =>
        [.. conversation.Resources.Select(resource => resource.ToInput()), .. conversation.Prompt?.Resources ?? [], .. conversation.Agent?.Prompt.Resources ?? []];

    private static Conversation Placed(Conversation conversation, ImportPlan plan, string? project) =>
        project is null || plan.HasProject(conversation.Project) ? conversation : conversation with { Project = project };

    /// <summary>What is left of a conversation to keep; only our own exports keep their ids, so only their turns may be here in another conversation.</summary>
    private async Task<(Conversation Conversation, List<TurnBeginning> Turns)?> LeftAsync(ImportPlan plan, Conversation conversation, List<TurnBeginning> its, CancellationToken cancellationToken) =>
        plan.Source == "turnpike" ? await new TurnsHere(turns, plan).LeaveOutAsync(conversation, its, cancellationToken) : (conversation, its);

    /// <summary>A tool that nobody here supplies would stop the next turn, so it is not offered.</summary>
    private async Task LeaveUnknownToolsAsync(ImportPlan plan, CancellationToken cancellationToken)
    {
        if (plan.Source == "turnpike" || plan.Conversations.TrueForAll(one => one.Conversation.Tools.IsEmpty)) return;
        var known = (await tools.ListAsync((_, _) => { }, cancellationToken)).Select(tool => tool.Name).ToHashSet(StringComparer.Ordinal);
        var notes = plan.NotesById();
        for (var i = 0; i < plan.Conversations.Count; i++)
        {
            var (conversation, turns) = plan.Conversations[i];
            var unknown = conversation.Tools.Add.Where(tool => !known.Contains(tool)).ToList();
            if (unknown.Count == 0) continue;
            notes[conversation.Id].First().Changed($"not offered, for nobody here supplies them: {string.Join(", ", unknown)}");
            plan.Conversations[i] = (conversation with { Tools = NameSelection.Adding([.. conversation.Tools.Add.Except(unknown)]) }, turns);
        }
    }

    private async Task KeepAsync(ImportedSettings chosen, List<(Conversation Conversation, List<TurnBeginning> Turns)> fresh, ImportPlan plan, CancellationToken cancellationToken)
    {
        foreach (var bytes in plan.Contents) await kept.KeepAsync(bytes, cancellationToken);
        foreach (var (_, beginnings) in fresh)
        {
            for (var i = 0; i < beginnings.Count; i++)
            {
                var turn = beginnings[i].Turn;
                beginnings[i] = beginnings[i] with { Turn = turn with { Messages = await kept.DetachAsync(turn.Messages, cancellationToken), History = turn.History is { } given ? await kept.DetachAsync(given, cancellationToken) : null } };
            }
        }
        await turns.ImportAsync(Batch(chosen, fresh, plan), cancellationToken);
    }

    private static ImportBatch Batch(ImportedSettings chosen, List<(Conversation Conversation, List<TurnBeginning> Turns)> fresh, ImportPlan plan) => new()
    {
        Rules = chosen.Rules,
        Tags = chosen.Tags,
        Projects = chosen.Projects,
        Conversations = [.. fresh.Select(one => one.Conversation)],
        Turns = [.. fresh.SelectMany(one => one.Turns)],
        Calls = [.. fresh.SelectMany(one => plan.Calls.GetValueOrDefault(one.Conversation.Id, []).Select(call => call with { Project = one.Conversation.Project }))],
    };
}
