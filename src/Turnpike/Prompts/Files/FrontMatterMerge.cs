using System.Text.Json.Nodes;
using Turnpike.Turns;

namespace Turnpike.Prompts.Files;

/// <summary>What a front matter says after a prompt was edited: what the edit did not touch stays as its writer wrote it, with what a prompt cannot hold.</summary>
internal static class FrontMatterMerge
{
    private const string Own = FrontMatter.Namespace;

    /// <param name="yaml">The front matter as it stands.</param>
    /// <param name="old">The front matter that we would write for it.</param>
    /// <param name="now">The front matter that we would write for the edited prompt.</param>
    public static JsonObject Of(JsonObject yaml, JsonObject old, JsonObject now)
    {
        var changed = old.Concat(now).Select(pair => pair.Key).Where(key => !JsonNode.DeepEquals(old[key], now[key])).ToHashSet(StringComparer.Ordinal);
        var own = FrontMatter.Of(yaml).Own;
        var isElsewhere = changed.Contains("config") && (own.ContainsKey("parameters") || own.ContainsKey("tools"));
        var mine = changed.Contains(Own) || isElsewhere ? OwnOf(own, old[Own] as JsonObject ?? [], now[Own] as JsonObject ?? [], isElsewhere) : null;
        var placed = mine is null ? [] : Placed(yaml, mine);
        var merged = new JsonObject();
        foreach (var (key, value) in yaml)
        {
            var isOwn = key == Own || key.StartsWith(Own + ".", StringComparison.Ordinal);
            if (isOwn) Add(merged, key, mine is null ? value : placed[key], keepNull: mine is null);
            else Add(merged, key, changed.Contains(key) ? Value(key, yaml, old, now, isElsewhere) : value, keepNull: !changed.Contains(key));
        }
        foreach (var key in now.Select(pair => pair.Key).Where(key => changed.Contains(key) && key != Own && !yaml.ContainsKey(key))) Add(merged, key, Value(key, yaml, old, now, isElsewhere));
        if (mine is { Count: > 0 } && !yaml.ContainsKey(Own)) merged[Own] = mine;
        return merged;
    }

    /// <summary>Our own settings, cut up among the dotted keys and the nested one of the file. What has no place yet stays in <paramref name="mine"/>.</summary>
    private static Dictionary<string, JsonNode?> Placed(JsonObject yaml, JsonObject mine)
    {
        var placed = new Dictionary<string, JsonNode?>(StringComparer.Ordinal);
        foreach (var key in yaml.Select(pair => pair.Key).Where(key => key.StartsWith(Own + ".", StringComparison.Ordinal)).OrderByDescending(key => key.Length))
        {
            var names = key[(Own.Length + 1)..].Split('.', 3);
            var target = mine;
            foreach (var name in names[..^1]) target = target?[name] as JsonObject;
            placed[key] = target?[names[^1]]?.DeepClone();
            target?.Remove(names[^1]);
        }
        foreach (var empty in mine.Where(pair => pair.Value is JsonObject { Count: 0 }).Select(pair => pair.Key).ToArray()) mine.Remove(empty);
        if (yaml.ContainsKey(Own)) placed[Own] = mine;
        return placed;
    }

    private static JsonNode? Value(string key, JsonObject yaml, JsonObject old, JsonObject now, bool isElsewhere) =>
        key == "tools" ? Tools(yaml, old, now) : key == "config" && isElsewhere ? now[key] : Merged(yaml[key], old[key], now[key]);

    /// <summary>What the file says, with what the edit changed; what we write where the file says it in another form.</summary>
    private static JsonNode? Merged(JsonNode? file, JsonNode? old, JsonNode? now)
    {
        if (JsonNode.DeepEquals(old, now)) return file;
        if (file is not JsonObject said || old is not JsonObject before || now is not JsonObject after) return now;
        var named = said.ToDictionary(pair => pair.Key, pair => Named(pair.Key, before), StringComparer.Ordinal);
        if (!named.Values.ToHashSet(StringComparer.Ordinal).SetEquals(before.Select(pair => pair.Key)) || named.Count != before.Count) return now;
        var merged = new JsonObject();
        foreach (var (key, value) in said)
            if (after.ContainsKey(named[key])) merged[key] = Merged(value, before[named[key]], after[named[key]])?.DeepClone();
        foreach (var (key, value) in after) if (!before.ContainsKey(key)) merged[key] = value?.DeepClone();
        return merged;
    }

    /// <summary>The name that we write for a key: parameters have several.</summary>
    private static string Named(string key, JsonObject before) => !before.ContainsKey(key) && ParameterTable.Find(key) is { } parameter && before.ContainsKey(parameter.Name) ? parameter.Name : key;

    /// <summary>Tools as the file describes them, with what a prompt cannot hold, as long as they did not change; those of "toolDefs" stand there.</summary>
    private static JsonArray Tools(JsonObject yaml, JsonObject old, JsonObject now)
    {
        var said = (yaml["tools"] as JsonArray ?? []).OfType<JsonObject>().ToArray();
        var before = (old["tools"] as JsonArray ?? []).OfType<JsonObject>().ToArray();
        var elsewhere = (yaml["toolDefs"] as JsonArray ?? []).OfType<JsonObject>().Select(tool => tool["name"]?.ToString()).ToHashSet();
        var all = new JsonArray();
        foreach (var tool in now["tools"] as JsonArray ?? [])
        {
            var same = tool is JsonObject one && before.Any(other => JsonNode.DeepEquals(other, one)) ? one["name"]?.ToString() : null;
            if (same is not null && elsewhere.Contains(same)) continue;
            all.Add((same is null ? tool : said.FirstOrDefault(other => other["name"]?.ToString() == same) ?? tool)!.DeepClone());
        }
        return all;
    }

    /// <summary>Our own settings: those that did not change as they stand in the file, those that a prompt cannot hold too.</summary>
    private static JsonObject OwnOf(JsonObject file, JsonObject old, JsonObject now, bool isElsewhere)
    {
        var own = new JsonObject();
        foreach (var (name, value) in file)
        {
            if (isElsewhere && name == "parameters") continue;
            if (isElsewhere && name == "tools") Add(own, name, now["tools"]);
            else if (name == "tools" && value is JsonObject tools && !JsonNode.DeepEquals(old[name], now[name])) Add(own, name, Approval(tools, old, now));
            else Add(own, name, Merged(value, old[name], now[name]));
        }
        foreach (var (name, value) in now) if (!file.ContainsKey(name)) Add(own, name, value);
        return own;
    }

    private static JsonObject Approval(JsonObject tools, JsonObject old, JsonObject now)
    {
        var changed = (JsonObject)tools.DeepClone();
        var approval = Merged(tools["approval"], old["tools"]?["approval"], now["tools"]?["approval"]);
        if (approval is null) changed.Remove("approval");
        else changed["approval"] = approval.DeepClone();
        return changed;
    }

    private static void Add(JsonObject to, string name, JsonNode? value, bool keepNull = false)
    {
        if (keepNull || value is not (null or JsonObject { Count: 0 } or JsonArray { Count: 0 })) to[name] = value?.DeepClone();
    }
}
