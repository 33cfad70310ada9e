using System.Text.Json.Nodes;
using Turnpike.Turns.Json;

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
        var changed = old.Concat(now).Select(pair => pair.Key).Where(key => !ForeignJson.AreSame(old[key], now[key])).ToHashSet(StringComparer.Ordinal);
        var own = FrontMatter.Of(yaml).Own;
        var parameters = changed.Contains("config") ? new ParameterMerge(yaml["config"] as JsonObject, own, old["config"] as JsonObject, now["config"] as JsonObject) : null;
        var isOwn = changed.Contains(Own) || (parameters is not null && !ForeignJson.AreSame(parameters.Own, own));
        var mine = isOwn ? OwnOf(parameters?.Own ?? own, old[Own] as JsonObject ?? [], now[Own] as JsonObject ?? []) : null;
        var placed = mine is null ? [] : Placed(yaml, mine);
        var merged = new JsonObject();
        foreach (var (key, value) in yaml)
        {
            if (key == Own || key.StartsWith(Own + ".", StringComparison.Ordinal)) Add(merged, key, mine is null ? value : placed[key], keepNull: mine is null);
            else Add(merged, key, changed.Contains(key) ? Value(key, yaml, old, now, parameters) : value, keepNull: !changed.Contains(key));
        }
        foreach (var key in now.Select(pair => pair.Key).Where(key => changed.Contains(key) && key != Own && !yaml.ContainsKey(key))) Add(merged, key, Value(key, yaml, old, now, parameters));
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

    private static JsonNode? Value(string key, JsonObject yaml, JsonObject old, JsonObject now, ParameterMerge? parameters) => key switch
    {
        "tools" => Tools(yaml, old, now),
        "config" => parameters!.Config,
        _ => Merged(yaml[key], old[key], now[key]),
    };

    /// <summary>What the file says, with what the edit changed; what we write where the file says it in another form.</summary>
    public static JsonNode? Merged(JsonNode? file, JsonNode? old, JsonNode? now)
    {
        if (ForeignJson.AreSame(old, now)) return file;
        if (file is not JsonObject said || old is not JsonObject before || now is not JsonObject after) return now;
        if (said.Count != before.Count || !said.All(pair => before.ContainsKey(pair.Key))) return now;
        var merged = new JsonObject();
        foreach (var (key, value) in said)
            if (after.ContainsKey(key)) merged[key] = Merged(value, before[key], after[key])?.DeepClone();
        foreach (var (key, value) in after) if (!before.ContainsKey(key)) merged[key] = value?.DeepClone();
        return merged;
    }

    /// <summary>Tools as the file describes them, with what a prompt cannot hold, as long as they did not change; those of "toolDefs" stand there.</summary>
    private static JsonArray Tools(JsonObject yaml, JsonObject old, JsonObject now)
    {
        var said = (yaml["tools"] as JsonArray ?? []).OfType<JsonObject>().ToArray();
        var before = (old["tools"] as JsonArray ?? []).OfType<JsonObject>().ToArray();
        var elsewhere = (yaml["toolDefs"] as JsonArray ?? []).OfType<JsonObject>().Select(tool => tool["name"]?.ToString()).ToHashSet();
        var all = new JsonArray();
        foreach (var tool in now["tools"] as JsonArray ?? [])
        {
            var same = tool is JsonObject one && before.Any(other => ForeignJson.AreSame(other, one)) ? one["name"]?.ToString() : null;
            if (same is not null && elsewhere.Contains(same)) continue;
            all.Add((same is null ? tool : said.FirstOrDefault(other => other["name"]?.ToString() == same) ?? tool)!.DeepClone());
        }
        return all;
    }

    /// <summary>Our own settings: those that did not change as they stand in the file, those that a prompt cannot hold too.</summary>
    private static JsonObject OwnOf(JsonObject file, JsonObject old, JsonObject now)
    {
        var own = new JsonObject();
        foreach (var (name, value) in file)
        {
            if (name == "tools" && value is JsonObject tools && !ForeignJson.AreSame(old[name], now[name])) Add(own, name, OwnTools(tools, old, now));
            else Add(own, name, Merged(value, old[name], now[name]));
        }
        foreach (var (name, value) in now) if (!file.ContainsKey(name)) Add(own, name, value);
        return own;
    }

    private static JsonObject OwnTools(JsonObject tools, JsonObject old, JsonObject now)
    {
        var changed = (JsonObject)tools.DeepClone();
        foreach (var name in (ReadOnlySpan<string>)["approval", "only", "remove"])
        {
            var value = Merged(tools[name], old["tools"]?[name], now["tools"]?[name]);
            if (value is null) changed.Remove(name);
            else changed[name] = value.DeepClone();
        }
        return changed;
    }

    private static void Add(JsonObject to, string name, JsonNode? value, bool keepNull = false)
    {
        if (keepNull || value is not (null or JsonObject { Count: 0 } or JsonArray { Count: 0 })) to[name] = value?.DeepClone();
    }
}
