using System.Text.Json;
using Turnpike.Turns.Json;
using Turnpike.Turns.Resources;

namespace Turnpike.Turns.Stores;

/// <summary>Joins what a turn changed of its conversation with what others changed while the turn was prepared.</summary>
internal static class ConversationMerge
{
    /// <summary>The conversation as it is now, with the turn's changes. What both changed is as the turn says.</summary>
    /// <param name="now">As it is kept now.</param>
    /// <param name="opened">As the turn saw it; null: the turn's word is taken whole.</param>
    /// <param name="turns">As the turn says it is from now on.</param>
    public static Conversation Join(Conversation now, Conversation? opened, Conversation turns) => opened is null ? turns : now with // what no turn changes stays as it is now
    {
        Head = turns.Head,
        Beginning = Pick(now.Beginning, opened.Beginning, turns.Beginning),
        Title = Pick(now.Title, opened.Title, turns.Title),
        Prompt = ReferenceEquals(turns.Prompt, opened.Prompt) ? now.Prompt : turns.Prompt,
        Variables = Variables(now.Variables, opened.Variables, turns.Variables),
        TimeZone = Pick(now.TimeZone, opened.TimeZone, turns.TimeZone),
        Model = Pick(now.Model, opened.Model, turns.Model),
        Parameters = Pick(now.Parameters, opened.Parameters, turns.Parameters),
        Tools = Pick(now.Tools, opened.Tools, turns.Tools),
        Rules = Pick(now.Rules, opened.Rules, turns.Rules),
        System = Pick(now.System, opened.System, turns.System),
        Agent = Pick(now.Agent, opened.Agent, turns.Agent),
        Project = Pick(now.Project, opened.Project, turns.Project),
        Resources = Resources(now.Resources, opened.Resources, turns.Resources),
        UpdatedAt = now.UpdatedAt > turns.UpdatedAt ? now.UpdatedAt : turns.UpdatedAt,
    };

    private static IReadOnlyList<Resource> Resources(IReadOnlyList<Resource> now, IReadOnlyList<Resource> opened, IReadOnlyList<Resource> turns)
    {
        if (ReferenceEquals(opened, turns)) return now;
        var before = opened.ToDictionary(resource => resource.Id);
        var after = turns.ToDictionary(resource => resource.Id);
        var joined = now.Where(resource => !before.ContainsKey(resource.Id) || after.ContainsKey(resource.Id)) // what the turn used up or dropped goes
            .Select(resource => after.TryGetValue(resource.Id, out var changed) && (!before.TryGetValue(resource.Id, out var was) || was == resource) ? changed : resource).ToList();
        joined.AddRange(turns.Where(resource => !before.ContainsKey(resource.Id) && now.All(other => other.Id != resource.Id)));
        return joined;
    }

    private static T Pick<T>(T now, T opened, T turns) => EqualityComparer<T>.Default.Equals(opened, turns) ? now : turns;

    private static IReadOnlyDictionary<string, JsonElement> Variables(
        IReadOnlyDictionary<string, JsonElement> now, IReadOnlyDictionary<string, JsonElement> opened, IReadOnlyDictionary<string, JsonElement> turns)
    {
        if (ReferenceEquals(opened, turns)) return now;
        var joined = new Dictionary<string, JsonElement>(now);
        foreach (var (name, value) in turns)
            if (!opened.TryGetValue(name, out var before) || !ForeignJson.AreSame(before, value)) joined[name] = value;
        foreach (var name in opened.Keys)
            if (!turns.ContainsKey(name)) joined.Remove(name);
        return joined;
    }
}
