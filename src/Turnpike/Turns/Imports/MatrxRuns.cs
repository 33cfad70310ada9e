using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Turnpike.Prompts;
using Turnpike.Prompts.Imports;
using Turnpike.Turns.Stores;

namespace Turnpike.Turns.Imports;

/// <summary>Run rows of AI Matrx: one, a list, or <c>{runs: []}</c>. A run's turns are its user's messages, each with what the assistant said until the next one.</summary>
internal static class MatrxRuns
{
    private const string Source = "aimatrx";

    public static bool Is(JsonElement file) => Rows(file) is { Count: > 0 } rows && rows.All(row => row.ValueKind == JsonValueKind.Object && row.TryGetProperty("messages", out _) && (row.TryGetProperty("source_type", out _) || row.TryGetProperty("source_id", out _) || row.TryGetProperty("variable_values", out _)));

    public static ImportPlan Read(JsonElement file, DateTimeOffset now)
    {
        var plan = new ImportPlan(Source);
        foreach (var row in Rows(file)!) Run(plan, new(row), now);
        return plan;
    }

    private static List<JsonElement>? Rows(JsonElement file) => file.ValueKind switch
    {
        JsonValueKind.Array => [.. file.EnumerateArray()],
        JsonValueKind.Object when file.TryGetProperty("runs", out var runs) && runs.ValueKind == JsonValueKind.Array => [.. runs.EnumerateArray()],
        JsonValueKind.Object => [file],
        _ => null,
    };

    private static void Run(ImportPlan plan, ImportMembers run, DateTimeOffset now)
    {
        var id = run.Text("id") ?? "";
        var notes = plan.Note("run", id);
        if (id.Length == 0)
        {
            notes.Skip("it has no id");
            return;
        }
        if (!plan.IsFirst(id))
        {
            notes.Skip("another run of the file has the same id");
            return;
        }
        notes.Id = ImportIds.Of("conv", Source, id);
        var settings = run.Object("settings");
        var model = settings.Text("model_id") is { } named ? "imported/" + named : null;
        if (model is not null) notes.Changed($"its model \"{model}\" stays with its turns; the next turn is answered by the model of today");
        var parameters = TurnParameters.None;
        foreach (var name in settings.Unread())
        {
            if (name is "store" or "stream") settings.Get(name);
            else parameters = LiteChatParameters.With(parameters, name, settings.Get(name), notes);
        }
        var created = run.Time("created_at") ?? now;
        var messages = run.List("messages").Select((message, at) => Said(new(message), $"messages[{at}]", notes)).ToList();
        var system = messages.TakeWhile(message => message.Role == "system").Select(message => message.Text).ToArray();
        if (run.Number("total_tokens") is { } tokens) notes.Changed($"its {tokens} tokens are not told apart by turn and are not kept");
        if (run.Text("source_id") is { } prompt) notes.Changed($"it came from {run.Text("source_type") ?? "prompt"} \"{prompt}\"; its messages stand for it");
        run.Get("source_type");
        run.Get("updated_at");
        if (run.Text("status") is { } status and not ("completed" or "active")) notes.Changed($"its status \"{status}\" is not kept; its turns are completed");
        var conversation = new Conversation
        {
            Id = notes.Id,
            Title = run.Text("name"),
            ImportedFrom = id,
            Parameters = parameters == TurnParameters.None ? null : parameters,
            Prompt = system.Length == 0 ? null : new Prompt { Messages = [new() { Role = "system", Content = [new() { Type = "text", Text = string.Join("\n\n", system).Replace("{{", @"\{{", StringComparison.Ordinal) }] }] },
            Variables = run.Get("variable_values") is { ValueKind: JsonValueKind.Object } values ? Values(values, notes) : new Dictionary<string, JsonElement>(),
            CreatedAt = created,
            UpdatedAt = created,
        };
        run.NoteUnread(notes);
        var turns = Turns(conversation, messages[system.Length..], model ?? "imported/unknown", notes);
        conversation = conversation with { Head = turns.Count == 0 ? null : turns[^1].Id };
        plan.Conversations.Add((conversation, [.. turns.Select(turn => GivenTurn.Beginning(turn, conversation, null) with { IsNewConversation = false })]));
    }

    /// <summary>Who says what in a message; of a list of parts the texts, and the others are told of.</summary>
    private static (string? Role, string Text) Said(ImportMembers message, string path, ImportItemNotes notes)
    {
        var (role, content) = (message.Text("role"), message.Get("content"));
        foreach (var left in (string[])["tool_calls", "toolCalls", "attachments", "name"]) if (message.Text(left) is { } value && value is not ("" or "[]" or "{}")) notes.Changed($"{path}.{left}: left out, it is not read");
        var parts = content is not { } given ? [] : new ForeignMessages(notes.Changed, text => text).Content(FoundPrompt.Node(given), path + ".content");
        if (parts.Count(part => part.Text is null) is > 0 and var images) notes.Changed($"{path}.content: {images} image(s) left out, images of runs are not imported");
        return (role, string.Join("\n", parts.Select(part => part.Text).OfType<string>()));
    }

    private static Dictionary<string, JsonElement> Values(JsonElement given, ImportItemNotes notes) =>
        ImportSecrets.Without(JsonObject.Create(given), "variable_values", notes.Changed)!.AsObject().ToDictionary(value => value.Key, value => value.Value is { } kept ? FoundPrompt.Element(kept) : JsonElement.Parse("null"));

    private static List<Turn> Turns(Conversation conversation, List<(string? Role, string Text)> messages, string model, ImportItemNotes notes)
    {
        var told = new List<(string Asked, List<string> Answers)>();
        for (var i = 0; i < messages.Count; i++)
        {
            var (role, text) = messages[i];
            if (role == "user")
            {
                told.Add((text, []));
            }
            else if (role == "assistant")
            {
                if (told.Count == 0)
                {
                    notes.Changed($"answer {i + 1} has no question before it");
                    told.Add(("", []));
                }
                told[^1].Answers.Add(text);
            }
            else
            {
                notes.Changed($"message {i + 1} of role \"{role}\" is not kept: it stands between turns");
            }
        }
        var turns = new List<Turn>();
        foreach (var (asked, answers) in told)
        {
            var answer = answers.Count == 0 ? null : string.Join("\n\n", answers.Where(text => text.Length > 0)); // what stood between them, calls of tools, is not kept
            var isGiven = asked.Length == 0 && answer is { Length: > 0 };
            ChatMessage[] question = asked.Length == 0 ? [] : [new(ChatRole.User, [MessageParts.From(MessageParts.Typed, new TextContent(asked))])];
            ChatMessage[] said = answer is null ? [] : [new(ChatRole.Assistant, answer)];
            turns.Add(new()
            {
                Id = ImportIds.Of("turn", Source, $"{conversation.Id}.{turns.Count}"),
                Conversation = conversation.Id,
                Parent = turns.Count == 0 ? null : turns[^1].Id,
                Status = answer is null ? TurnStatus.Interrupted : TurnStatus.Completed,
                Content = asked,
                CleanedContent = asked,
                Answer = answer ?? "",
                Messages = [.. question, .. said],
                Usage = isGiven ? TurnUsage.None : ImportedUsage.Estimated(question, said),
                Model = model,
                Given = isGiven,
                CreatedAt = conversation.CreatedAt,
                EndedAt = conversation.CreatedAt,
            });
        }
        return turns;
    }
}
