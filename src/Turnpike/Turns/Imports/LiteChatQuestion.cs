using Microsoft.Extensions.AI;
using Turnpike.Turns.Files;
using Turnpike.Turns.Resources;

namespace Turnpike.Turns.Imports;

/// <summary>What a person asked in a LiteChat interaction: the text as it is, the rules around it, and the files.</summary>
internal sealed class LiteChatQuestion
{
    public LiteChatQuestion(ImportMembers prompt, ImportItemNotes notes, string turn)
    {
        prompt.Get("id");
        Content = prompt.Text("content") ?? "";
        Parameters = LiteChatParameters.Of(prompt.Get("parameters"), notes);
        var metadata = prompt.Object("metadata");
        metadata.Get("modelId");
        Parameters = LiteChatParameters.With(Parameters, "maxSteps", metadata.Get("maxSteps"), notes);
        Tools = [.. metadata.List("enabledTools").Select(tool => tool.ToString())];
        var rules = metadata.List("effectiveRulesContent").Select(rule => new ImportMembers(rule)).Select(rule => (Type: rule.Text("type"), Text: rule.Text("content") ?? "")).ToList();
        var message = new ChatMessage(ChatRole.User, (string?)null);
        foreach (var (_, text) in rules.Where(rule => rule.Type is "before" or "beforeUser")) message.Contents.Add(MessageParts.From(MessageParts.Rule, new TextContent(text + "\n\n")));
        if (Content.Length > 0) message.Contents.Add(MessageParts.From(MessageParts.Typed, new TextContent(Content)));
        foreach (var (_, text) in rules.Where(rule => rule.Type == "after")) message.Contents.Add(MessageParts.From(MessageParts.Rule, new TextContent("\n\n" + text)));
        foreach (var (type, text) in rules.Where(rule => rule.Type is not ("before" or "beforeUser" or "after"))) notes.Changed($"a rule of type \"{type}\" belonged to its system text, which is not kept: {Short(text)}");
        if (metadata.Text("turnSystemPrompt") is { Length: > 0 } system) notes.Changed($"its system text is not kept: {Short(system)}");
        foreach (var name in (string[])["activeTagIds", "activeRuleIds"])
            if (metadata.List(name).Select(id => id.ToString()).ToArray() is { Length: > 0 } ids) notes.Changed($"not kept: {name} {string.Join(", ", ids)}");
        var number = 0;
        foreach (var file in metadata.List("attachedFiles")) message.Contents.Add(File(new(file), notes, $"{turn}.{++number}"));
        metadata.NoteUnread(notes, "prompt.metadata.");
        prompt.NoteUnread(notes, "prompt.");
        Message = message;
    }

    public string Content { get; }
    public ChatMessage Message { get; }
    public TurnParameters Parameters { get; }
    public IReadOnlyList<string> Tools { get; }

    private static AIContent File(ImportMembers file, ImportItemNotes notes, string fallback)
    {
        var (id, name, type, path) = (file.Text("id") ?? fallback, file.Text("name"), FileTypes.Plain(file.Text("type")), file.Text("path"));
        file.Get("source");
        file.Get("size");
        var (text, base64) = (file.Text("contentText"), file.Text("contentBase64"));
        file.NoteUnread(notes, $"file {name ?? id}: ");
        if (type is not null && !FileTypes.IsType(type))
        {
            notes.Changed($"file \"{name ?? id}\": its type {Short(type)} is none");
            type = null;
        }
        var resource = new PartResource(ImportIds.Of("res", fallback, id), ResourceKinds.OfType(type ?? (name is null ? null : FileTypes.ByName(name))), name);
        if (text is not null) return MessageParts.From(resource with { Kind = "file" }, new TextContent(text));
        if (base64 is not null)
        {
            var data = base64.StartsWith("data:", StringComparison.OrdinalIgnoreCase) && base64.IndexOf(',', StringComparison.Ordinal) is var comma and > 0 ? base64[(comma + 1)..] : base64;
            var bytes = new byte[data.Length];
            if (Convert.TryFromBase64String(data, bytes, out var length) && length > 0) return MessageParts.From(resource, new DataContent(bytes.AsMemory(0, length).ToArray(), type ?? FileTypes.Sniff(bytes.AsSpan(0, Math.Min(length, 4096)))) { Name = name });
            notes.Changed($"file \"{name ?? id}\": its content is no base64 and is not kept");
        }
        else
        {
            notes.Changed($"file \"{name ?? id}\": the export has only its path{(path is null ? "" : $" \"{path}\"")}");
        }
        return MessageParts.From(resource with { Kind = "file" }, new TextContent($"[not in the export: {path ?? name ?? id}]"));
    }

    private static string Short(string text) => text.Length > 80 ? $"\"{text[..80]}…\"" : $"\"{text}\"";
}
