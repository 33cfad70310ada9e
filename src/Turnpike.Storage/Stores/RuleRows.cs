using System.Data.Common;
using System.Text.Json;
using Turnpike.Storage.Sql;
using Turnpike.Turns;
using Turnpike.Turns.Json;
using Turnpike.Turns.Settings;

namespace Turnpike.Storage.Stores;

/// <summary>Rules and tags as rows: which tag has which rule apart, all else as JSON.</summary>
internal static class RuleRows
{
    public static Rule ReadRule(DbDataReader row) => JsonSerializer.Deserialize(row.GetFieldValue<byte[]>(0), TurnpikeJson.Relaxed.Rule)!;

    public static Tag ReadTag(DbDataReader row) => JsonSerializer.Deserialize(row.GetFieldValue<byte[]>(0), TurnpikeJson.Relaxed.Tag)!;

    public static string PlaceOf(string name) => SettingsPlace.Of(name, "");

    public static async Task<Rule?> FindAsync(SqlSession session, string idOrName)
    {
        var found = await session.QueryAsync(RuleSql.Find, ReadRule, ("@id", idOrName));
        if (found.Count == 0) found = await session.QueryAsync(RuleSql.FindByPlace, ReadRule, ("@place", PlaceOf(idOrName)));
        return found is [var rule] ? await FullAsync(session, rule) : null;
    }

    /// <summary>Rules with their tags.</summary>
    public static async Task<IReadOnlyList<Rule>> FullAsync(SqlSession session, IReadOnlyList<Rule> rules)
    {
        var full = new Rule[rules.Count];
        for (var i = 0; i < full.Length; i++) full[i] = await FullAsync(session, rules[i]);
        return full;
    }

    public static async Task<Rule> SaveAsync(SqlSession session, Rule rule, bool isNew = false)
    {
        if (isNew && rule.Id.Length > 0 && await FindAsync(session, rule.Id) is not null) throw SettingsErrors.IdTaken("rule", rule.Id);
        var saved = rule.Id.Length == 0 ? rule with { Id = Ids.New("rule") } : rule;
        var place = PlaceOf(saved.Name);
        if (await session.QueryAsync(RuleSql.FindByPlace, ReadRule, ("@place", place)) is [var other] && other.Id != saved.Id) throw SettingsErrors.Taken("rule", saved.Name);
        var kept = await session.ExecuteAsync(isNew ? RuleSql.SaveNew : RuleSql.Save, ("@id", saved.Id), ("@place", place), ("@alwaysOn", saved.AlwaysOn ? 1L : 0L), ("@json", JsonSerializer.Serialize(saved with { Tags = [] }, TurnpikeJson.Relaxed.Rule)));
        if (kept == 0) throw SettingsErrors.IdTaken("rule", saved.Id);
        await session.ExecuteAsync(TagSql.UntieRule, ("@rule", saved.Id));
        foreach (var tag in saved.Tags)
        {
            await session.ExecuteAsync(TagSql.SaveNew, ("@place", PlaceOf(tag)), ("@json", JsonSerializer.Serialize(new Tag { Name = tag }, TurnpikeJson.Relaxed.Tag)));
            await session.ExecuteAsync(TagSql.Tie, ("@tag", PlaceOf(tag)), ("@rule", saved.Id));
        }
        return await FullAsync(session, saved);
    }

    public static async Task<Tag?> FindTagAsync(SqlSession session, string name) =>
        await session.QueryAsync(TagSql.Find, ReadTag, ("@place", PlaceOf(name))) is [var tag] ? await FullAsync(session, tag) : null;

    public static async Task<Tag> SaveTagAsync(SqlSession session, Tag tag, bool isNew = false)
    {
        var rules = new List<string>(tag.Rules.Count);
        foreach (var name in tag.Rules) rules.Add((await FindAsync(session, name) ?? throw SettingsErrors.NoRule(name, await NamesAsync(session), $"tag \"{tag.Name}\"")).Id);
        var place = PlaceOf(tag.Name);
        var saved = await session.ExecuteAsync(isNew ? TagSql.SaveNew : TagSql.Save, ("@place", place), ("@json", JsonSerializer.Serialize(tag with { Rules = [] }, TurnpikeJson.Relaxed.Tag)));
        if (saved == 0) throw SettingsErrors.TagTaken(tag.Name);
        await session.ExecuteAsync(TagSql.UntieTag, ("@tag", place));
        foreach (var rule in rules) await session.ExecuteAsync(TagSql.Tie, ("@tag", place), ("@rule", rule));
        return await FullAsync(session, tag);
    }

    public static async Task<Tag> FullAsync(SqlSession session, Tag tag) =>
        tag with { Rules = [.. (await session.QueryAsync(RuleSql.Tagged, ReadRule, ("@tag", PlaceOf(tag.Name)))).Select(rule => rule.Name)] };

    public static async Task<IReadOnlyList<string>> NamesAsync(SqlSession session) => await session.QueryAsync(RuleSql.Names, row => ReadRule(row).Name);

    private static async Task<Rule> FullAsync(SqlSession session, Rule rule) => rule with { Tags = await session.QueryAsync(TagSql.OfRule, row => ReadTag(row).Name, ("@rule", rule.Id)) };
}
