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
    public static Rule ReadRule(DbDataReader row) => KeptJson.Read(row.GetFieldValue<byte[]>(0), TurnpikeJson.Relaxed.Rule)! with { Revision = (int)row.GetInt64(1) };

    public static Tag ReadTag(DbDataReader row) => KeptJson.Read(row.GetFieldValue<byte[]>(0), TurnpikeJson.Relaxed.Tag)! with { Revision = (int)row.GetInt64(1) };

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

    public static async Task<Rule> SaveAsync(SqlSession session, Rule rule, int? expected = null)
    {
        var saved = rule.Id.Length == 0 ? rule with { Id = Ids.New("rule") } : rule;
        await session.ExecuteAsync(RuleSql.Take);
        var before = (expected == 0 ? await FindAsync(session, saved.Id) : await session.QueryAsync(RuleSql.Find, ReadRule, ("@id", saved.Id)) is [var kept] ? kept : null)?.Revision;
        if (expected is { } revision) SettingsErrors.RefuseOther("rule", saved.Id, before, revision);
        saved = saved with { Revision = await LeftRevisions.NextAsync(session, LeftRevisions.Rules, before) };
        var place = PlaceOf(saved.Name);
        if (await session.QueryAsync(RuleSql.FindByPlace, ReadRule, ("@place", place)) is [var other] && other.Id != saved.Id) throw SettingsErrors.Taken("rule", saved.Name);
        await session.ExecuteAsync(RuleSql.Save, ("@id", saved.Id), ("@revision", (long)saved.Revision), ("@place", place), ("@alwaysOn", saved.AlwaysOn ? 1L : 0L), ("@json", JsonSerializer.Serialize(saved with { Tags = [], Revision = 0 }, TurnpikeJson.Relaxed.Rule)));
        var had = await TagsOfAsync(session, saved.Id);
        await session.ExecuteAsync(TagSql.UntieRule, ("@rule", saved.Id));
        var (made, first) = (new HashSet<string>(StringComparer.Ordinal), (long)await LeftRevisions.NextAsync(session, LeftRevisions.Tags, null));
        foreach (var tag in saved.Tags)
        {
            if (await session.ExecuteAsync(TagSql.SaveNew, ("@place", PlaceOf(tag)), ("@revision", first), ("@json", JsonSerializer.Serialize(new Tag { Name = tag }, TurnpikeJson.Relaxed.Tag))) > 0) made.Add(PlaceOf(tag));
            await session.ExecuteAsync(TagSql.Tie, ("@tag", PlaceOf(tag)), ("@rule", saved.Id));
        }
        foreach (var tag in Changed(had.Select(PlaceOf), saved.Tags.Select(PlaceOf)).Except(made)) await session.ExecuteAsync(TagSql.Touch, ("@place", tag));
        return await FullAsync(session, saved);
    }

    public static async Task<bool> DeleteAsync(SqlSession session, string id, int? expected)
    {
        await session.ExecuteAsync(RuleSql.Take);
        if (expected is { } revision && await FindAsync(session, id) is { } kept) SettingsErrors.RefuseOther("rule", id, kept.Revision, revision);
        foreach (var tag in await TagsOfAsync(session, id)) await session.ExecuteAsync(TagSql.Touch, ("@place", PlaceOf(tag)));
        return await LeftRevisions.NoteAsync(session, LeftRevisions.Rules, await session.QueryAsync(RuleSql.Delete, row => (int)row.GetInt64(0), ("@id", id)));
    }

    public static async Task<Tag?> FindTagAsync(SqlSession session, string name) =>
        await session.QueryAsync(TagSql.Find, ReadTag, ("@place", PlaceOf(name))) is [var tag] ? await FullAsync(session, tag) : null;

    public static async Task<Tag> SaveTagAsync(SqlSession session, Tag tag, int? expected = null)
    {
        var place = PlaceOf(tag.Name);
        await session.ExecuteAsync(RuleSql.Take);
        var before = await session.QueryAsync(TagSql.Find, ReadTag, ("@place", place)) is [var kept] ? kept.Revision : (int?)null;
        if (expected is { } revision) SettingsErrors.RefuseOther("tag", tag.Name, before, revision);
        var rules = new List<string>(tag.Rules.Count);
        foreach (var name in tag.Rules) rules.Add((await FindAsync(session, name) ?? throw SettingsErrors.NoRule(name, await NamesAsync(session), $"tag \"{tag.Name}\"")).Id);
        var saved = tag with { Revision = await LeftRevisions.NextAsync(session, LeftRevisions.Tags, before) };
        await session.ExecuteAsync(TagSql.Save, ("@place", place), ("@revision", (long)saved.Revision), ("@json", JsonSerializer.Serialize(saved with { Rules = [], Revision = 0 }, TurnpikeJson.Relaxed.Tag)));
        var had = await RulesOfAsync(session, place);
        await session.ExecuteAsync(TagSql.UntieTag, ("@tag", place));
        foreach (var rule in rules) await session.ExecuteAsync(TagSql.Tie, ("@tag", place), ("@rule", rule));
        foreach (var rule in Changed(had, rules)) await session.ExecuteAsync(RuleSql.Touch, ("@id", rule));
        return await FullAsync(session, saved);
    }

    public static async Task<bool> DeleteTagAsync(SqlSession session, string name, int? expected)
    {
        var place = PlaceOf(name);
        await session.ExecuteAsync(RuleSql.Take);
        if (expected is { } revision && await session.QueryAsync(TagSql.Find, ReadTag, ("@place", place)) is [var kept]) SettingsErrors.RefuseOther("tag", name, kept.Revision, revision);
        foreach (var rule in await RulesOfAsync(session, place)) await session.ExecuteAsync(RuleSql.Touch, ("@id", rule));
        return await LeftRevisions.NoteAsync(session, LeftRevisions.Tags, await session.QueryAsync(TagSql.Delete, row => (int)row.GetInt64(0), ("@place", place)));
    }

    public static async Task<Tag> FullAsync(SqlSession session, Tag tag) =>
        tag with { Rules = [.. (await session.QueryAsync(RuleSql.Tagged, ReadRule, ("@tag", PlaceOf(tag.Name)))).Select(rule => rule.Name)] };

    public static async Task<IReadOnlyList<string>> NamesAsync(SqlSession session) => await session.QueryAsync(RuleSql.Names, row => ReadRule(row).Name);

    private static async Task<Rule> FullAsync(SqlSession session, Rule rule) => rule with { Tags = await TagsOfAsync(session, rule.Id) };

    private static async Task<List<string>> TagsOfAsync(SqlSession session, string rule) => await session.QueryAsync(TagSql.OfRule, row => ReadTag(row).Name, ("@rule", rule));

    private static async Task<List<string>> RulesOfAsync(SqlSession session, string tag) => await session.QueryAsync(RuleSql.Tagged, row => ReadRule(row).Id, ("@tag", tag));

    /// <summary>What is in one of them only.</summary>
    private static HashSet<string> Changed(IEnumerable<string> before, IEnumerable<string> now)
    {
        var changed = before.ToHashSet(StringComparer.Ordinal);
        changed.SymmetricExceptWith(now);
        return changed;
    }
}
