using System.Text.Json;
using Turnpike.Turns.Stores;
using Turnpike.Turns.Usage;

namespace Turnpike.Turns.Imports;

/// <summary>One conversation of a LiteChat export: interactions without a parent are the shown branch, the others stand beside theirs.</summary>
internal sealed class LiteChatConversation(ImportPlan plan, string source, IReadOnlyDictionary<string, string> providers, DateTimeOffset now)
{
    private static readonly string[] Provenance = ["regeneratedFromId", "editedFromId", "forkedFromId", "raceMainInteractionId", "workflowRunId"];
    private const int MostOrigins = 200;
    private readonly Dictionary<string, LiteChatInteraction> _byId = new(StringComparer.Ordinal);
    private readonly Dictionary<string, LiteChatInteraction?> _mains = new(StringComparer.Ordinal);
    private readonly List<LiteChatInteraction> _summaries = [];
    private readonly List<SideCall> _calls = [];

    public static string Model(string id, IReadOnlyDictionary<string, string> providers)
    {
        var colon = id.IndexOf(':', StringComparison.Ordinal);
        var (provider, model) = colon < 0 ? ("", id) : (id[..colon], id[(colon + 1)..]);
        return $"{providers.GetValueOrDefault(provider, "imported")}/{model}";
    }

    public void Read(JsonElement value, IEnumerable<JsonElement> interactions)
    {
        var members = new ImportMembers(value);
        var id = members.Text("id") ?? "";
        var notes = plan.Note("conversation", id);
        if (id.Length == 0)
        {
            notes.Skip("it has no id");
            return;
        }
        if (!plan.IsFirst(id))
        {
            notes.Skip("another conversation of the file has the same id");
            foreach (var lost in interactions) plan.Note("interaction", new ImportMembers(lost).Text("id") ?? "?").Skip("another conversation of the file has the same id as its own");
            return;
        }
        notes.Id = ImportIds.Of("conv", source, id);
        var created = members.Time("createdAt") ?? now;
        var conversation = new Conversation
        {
            Id = notes.Id,
            Title = members.Text("title"),
            Project = members.Text("projectId") is { } project && plan.HasProject(ImportIds.Of("proj", source, project)) ? ImportIds.Of("proj", source, project) : null,
            ImportedFrom = id,
            CreatedAt = created,
            UpdatedAt = members.Time("updatedAt") ?? created,
        };
        if (conversation.Project is null && members.Text("projectId") is { } gone) notes.Changed($"its project \"{gone}\" is not in the file");
        foreach (var name in (string[])["syncRepoId", "lastSyncedAt"])
            if (members.Get(name) is not null) notes.Changed($"not kept: {name}");
        var metadata = members.Object("metadata");
        if (metadata.List("enabledTools").Select(tool => tool.ToString()).ToArray() is { Length: > 0 } tools) conversation = conversation with { Tools = NameSelection.Adding(tools) };
        conversation = conversation with { Parameters = LiteChatParameters.With(TurnParameters.None, "maxSteps", metadata.Get("toolMaxStepsOverride"), notes) is var parameters && parameters != TurnParameters.None ? parameters : null };
        metadata.NoteUnread(notes, "metadata.");
        members.NoteUnread(notes);

        var turns = Turns(conversation, interactions);
        conversation = LiteChatSummaries.With(conversation, _summaries, [.. turns.Where(turn => turn.IsShown)], _calls, source, providers) with { Head = turns.FindLast(turn => turn.IsShown)?.Turn?.Id };
        if (_calls.Count > 0) plan.Calls[conversation.Id] = _calls;
        plan.Conversations.Add((conversation, [.. turns.Select(turn => GivenTurn.Beginning(turn.Turn!, conversation, null) with { IsNewConversation = false })]));
    }

    private List<LiteChatInteraction> Turns(Conversation conversation, IEnumerable<JsonElement> values)
    {
        var all = new List<LiteChatInteraction>();
        foreach (var value in values)
        {
            var members = new ImportMembers(value);
            var interaction = new LiteChatInteraction(members, plan.Note("interaction", members.Text("id") ?? "?"), source);
            if (interaction.IsSummary) _summaries.Add(interaction);
            else if (!interaction.IsTurn)
            {
                if (interaction.UsageOnly(conversation, providers) is { } call) _calls.Add(call);
            }
            else if (!_byId.TryAdd(interaction.Id, interaction)) interaction.Notes.Skip("another interaction of the conversation has the same id");
            else all.Add(interaction);
        }
        foreach (var interaction in all)
        {
            if (interaction.ParentId is not { } parent) continue;
            interaction.Main = Main(parent);
            if (interaction.Main is null) interaction.Notes.Changed($"its parent \"{parent}\" is not in the conversation; it stands on the shown branch");
        }
        var shown = all.Where(interaction => interaction.IsShown).OrderBy(interaction => interaction.Index).ThenBy(interaction => interaction.StartedAt ?? now).ToList();
        string? before = null;
        foreach (var interaction in shown)
        {
            interaction.Turn = interaction.Make(conversation, before, Asked(interaction), providers);
            before = interaction.Turn.Id;
        }
        foreach (var interaction in all.Where(interaction => !interaction.IsShown)) interaction.Turn = interaction.Make(conversation, interaction.Main!.Turn!.Parent, Asked(interaction), providers);
        foreach (var interaction in all) Origin(interaction);
        return [.. shown, .. all.Where(interaction => !interaction.IsShown)];
    }

    /// <summary>The turn of the shown branch that what stands beside an interaction stands beside; null: the interaction is not there, or they stand beside one another in a ring.</summary>
    private LiteChatInteraction? Main(string parent)
    {
        var (walked, main) = (new List<string>(), (LiteChatInteraction?)null);
        for (var id = parent; !_mains.TryGetValue(id, out main);)
        {
            _mains[id] = null; // so it stays in a ring
            walked.Add(id);
            if (!_byId.TryGetValue(id, out var found)) break;
            if (found.ParentId is { } above && _byId.ContainsKey(above)) id = above;
            else
            {
                main = found;
                break;
            }
        }
        foreach (var id in walked) _mains[id] = main;
        return main;
    }

    /// <summary>The interaction that has the question: itself, else the one that it stands beside, or was made of.</summary>
    private LiteChatInteraction Asked(LiteChatInteraction interaction)
    {
        var (seen, left) = (new HashSet<string>(StringComparer.Ordinal), new Queue<LiteChatInteraction>([interaction]));
        while (left.TryDequeue(out var one))
        {
            if (one.HasQuestion) return one;
            if (!seen.Add(one.Id)) continue;
            if (seen.Count > MostOrigins) break;
            if (one.Main is { } main) left.Enqueue(main);
            foreach (var name in Provenance[..2]) if (one.Metadata.Text(name) is { } from && _byId.TryGetValue(from, out var origin)) left.Enqueue(origin);
        }
        interaction.Notes.Changed("its question is not in the conversation: it says none, and what it was made of is not there or says none either");
        return interaction;
    }

    private void Origin(LiteChatInteraction interaction)
    {
        foreach (var name in Provenance)
        {
            if (interaction.Metadata.Text(name) is not { } from) continue;
            if (name is "regeneratedFromId" or "editedFromId" && _byId.TryGetValue(from, out var origin) && interaction.Turn!.Origin is null)
                interaction.Turn = interaction.Turn with { Origin = new(origin.Turn!.Id, name == "editedFromId" ? TurnOriginKind.Edit : TurnOriginKind.Regenerate) };
            else interaction.Notes.Changed($"not kept: {name} \"{from}\"{(_byId.ContainsKey(from) ? "" : ", which is not in the conversation")}");
        }
        interaction.Metadata.NoteUnread(interaction.Notes, "metadata.");
    }
}
