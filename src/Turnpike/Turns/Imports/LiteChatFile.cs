using System.Text.Json;

namespace Turnpike.Turns.Imports;

/// <summary>
/// LiteChat exports, version 1: one conversation with its interactions, a list of those, or a whole configuration. Secrets and code are never read.
/// Format: https://github.com/DimitriGilbert/LiteChat
/// </summary>
internal static class LiteChatFile
{
    private const string Source = "litechat";
    private const string Prompts = "import them with POST /api/prompts/import, or turnpike prompts import";
    private static readonly string[] Lists = ["conversations", "interactions", "rules", "tags", "tagRuleLinks", "projects", "providerConfigs"];
    private static readonly Dictionary<string, string> NotRead = new(StringComparer.Ordinal)
    {
        ["settings"] = "settings of another program",
        ["apiKeys"] = "secrets are never imported",
        ["mods"] = "code is never imported",
        ["syncRepos"] = "they hold access to repositories",
        ["mcpServers"] = "they may hold secrets; add them under tools",
        ["promptTemplates"] = Prompts,
        ["agents"] = Prompts,
        ["workflows"] = "code is never imported",
    };

    public static bool Is(JsonElement file) => file.ValueKind switch
    {
        JsonValueKind.Object => file.TryGetProperty("interactions", out _) || file.TryGetProperty("conversations", out _) || file.TryGetProperty("conversation", out _) || IsList(file),
        JsonValueKind.Array => file.EnumerateArray().All(one => one.ValueKind == JsonValueKind.Object && one.TryGetProperty("conversation", out _)),
        _ => false,
    };

    /// <summary>One list of a configuration, exported by itself: <c>{version, exportedAt, rules: […]}</c>.</summary>
    private static bool IsList(JsonElement file) => file.TryGetProperty("version", out _)
        && file.EnumerateObject().Any(member => member.Name is "rules" or "tags" or "tagRuleLinks" or "projects" or "providerConfigs" || NotRead.ContainsKey(member.Name));

    public static ImportPlan Read(JsonElement file, DateTimeOffset now)
    {
        var plan = new ImportPlan("litechat");
        if (file.ValueKind == JsonValueKind.Array)
        {
            foreach (var one in file.EnumerateArray()) Pair(plan, one, now);
            return plan;
        }
        if (file.TryGetProperty("conversation", out _))
        {
            Pair(plan, file, now);
            return plan;
        }
        var members = new ImportMembers(file);
        RequireVersion(members);
        members.Get("exportedAt");
        var providers = members.List("providerConfigs").Select(config => new ImportMembers(config)).Where(config => config.Text("id") is not null).GroupBy(config => config.Text("id")!).ToDictionary(group => group.Key, group => group.First().Text("type") ?? "imported");
        foreach (var (id, type) in providers) plan.Note("providerConfig", id).Skip($"keys and addresses are never imported; its type \"{type}\" names the provider of its models");
        new LiteChatSettings(plan, Source, providers).Read(members);
        var interactions = members.List("interactions").ToLookup(interaction => IdOf(interaction, "conversationId") ?? "");
        var known = new HashSet<string>(StringComparer.Ordinal);
        foreach (var conversation in members.List("conversations"))
        {
            if (conversation.ValueKind != JsonValueKind.Object)
            {
                plan.Note("conversation", "?").Skip("it is no object");
                continue;
            }
            var id = IdOf(conversation, "id") ?? "";
            new LiteChatConversation(plan, Source, providers, now).Read(conversation, known.Add(id) ? interactions[id] : []);
        }
        foreach (var orphan in interactions.Where(group => !known.Contains(group.Key)).SelectMany(group => group)) plan.Note("interaction", IdOf(orphan, "id") ?? "?").Skip("its conversation is not in the file");
        foreach (var (name, why) in NotRead)
        {
            var count = members.Get(name) is { } list ? list.ValueKind == JsonValueKind.Array ? list.GetArrayLength() : 1 : 0;
            if (count > 0) plan.Note(name, $"{count}").Skip(why);
        }
        foreach (var name in members.Unread()) plan.Note(name, "1").Skip("nothing here knows it");
        return plan;
    }

    /// <exception cref="TurnException"><c>request_invalid</c>: the export is of another version than 1.</exception>
    private static void RequireVersion(ImportMembers members)
    {
        if (members.Text("version") is { } version and not "1") throw NotVersion1(version);
    }

    /// <summary>What is said of an export of another version, by every import.</summary>
    public static TurnException NotVersion1(string version) => new(TurnErrorCode.RequestInvalid, $"This LiteChat export has the format version \"{version}\", and version 1 is read. Export it again with a LiteChat that writes version 1.") { Field = "version" };

    /// <summary>Why a list of a configuration is left out where only prompts are read.</summary>
    public static string WhyNoPrompt(string list) => Lists.Contains(list) ? "import them with POST /api/conversations/import, or turnpike conversations import" : NotRead.GetValueOrDefault(list, "nothing here knows it");

    private static string? IdOf(JsonElement one, string name) => one.ValueKind == JsonValueKind.Object && one.TryGetProperty(name, out var id) ? id.ToString() : null;

    private static void Pair(ImportPlan plan, JsonElement pair, DateTimeOffset now)
    {
        var members = new ImportMembers(pair);
        RequireVersion(members);
        members.Get("exportedAt");
        if (members.Get("conversation") is not { ValueKind: JsonValueKind.Object } conversation)
        {
            plan.Note("conversation", "?").Skip("it is no object");
            return;
        }
        new LiteChatConversation(plan, Source, new Dictionary<string, string>(), now).Read(conversation, members.List("interactions"));
        foreach (var name in members.Unread()) plan.Note(name, "1").Skip("nothing here knows it");
    }
}
