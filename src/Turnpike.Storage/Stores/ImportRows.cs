using Turnpike.Storage.Sql;
using Turnpike.Turns.Access;
using Turnpike.Turns.Projects;
using Turnpike.Turns.Stores;

namespace Turnpike.Storage.Stores;

/// <summary>Imported things as rows. They are new, or they are refused: an import changes nothing that is here.</summary>
internal sealed class ImportRows(ISecretBox secrets)
{
    private readonly ConversationRows _conversations = new(secrets);
    private readonly ProjectRows _projects = new(secrets);

    public async Task KeepAsync(SqlSession session, ImportBatch batch)
    {
        await KeepSettingsAsync(session, batch);
        var turns = batch.Turns.Select(turn => turn.Turn.Id).ToHashSet(StringComparer.Ordinal);
        var made = new HashSet<string>(StringComparer.Ordinal);
        foreach (var conversation in batch.Conversations)
        {
            if (await ConversationRows.ExistsAsync(session, conversation.Id)) continue;
            var left = await session.QueryAsync(TurnSql.IdsOf, row => row.GetString(0), ("@conversation", conversation.Id));
            if (!turns.IsSupersetOf(left)) throw StoreErrors.HasTurns(conversation.Id);
            if (left.Count > 0 || conversation.ForkedFrom is not null) await session.ExecuteAsync(ConversationSql.Take); // it needs turns that are here: whoever deletes them meanwhile makes this begin anew
            if (conversation.ForkedFrom is { } from && !turns.Contains(from) && await session.QueryAsync(TurnSql.ConversationOf, _ => 1, ("@id", from)) is []) throw StoreErrors.NoOrigin(from);
            await _conversations.InsertAsync(session, conversation);
            made.Add(conversation.Id);
        }
        foreach (var turn in batch.Turns.Where(turn => made.Contains(turn.Turn.Conversation)))
        {
            if (await session.QueryAsync(TurnSql.ConversationOf, row => row.GetString(0), ("@id", turn.Turn.Id)) is not [var home]) await TurnRows.InsertAsync(session, turn, TurnRows.Json(turn.Turn), Packed.Pack(turn.Request.Span), SqlTurnStore.Pack(turn.Trace));
            else if (home != turn.Turn.Conversation) throw StoreErrors.IsHere("turn", turn.Turn.Id);
        }
        foreach (var call in batch.Calls) await SqlUsageStore.KeepAsync(session, UsageSql.KeepNew, call);
    }

    private async Task KeepSettingsAsync(SqlSession session, ImportBatch batch)
    {
        if (batch.Rules.Count + batch.Tags.Count + batch.Projects.Count == 0) return;
        foreach (var rule in batch.Rules) if (await session.QueryAsync(RuleSql.Find, _ => 1, ("@id", rule.Id)) is [_]) throw StoreErrors.IsHere("rule", rule.Id);
        foreach (var tag in batch.Tags) if (await session.QueryAsync(TagSql.Find, _ => 1, ("@place", RuleRows.PlaceOf(tag.Name))) is [_]) throw StoreErrors.IsHere("tag", tag.Name);
        foreach (var project in batch.Projects) if (await _projects.ChainAsync(session, project.Id) is not []) throw StoreErrors.IsHere("project", project.Id);
        foreach (var rule in batch.Rules) await RuleRows.SaveAsync(session, rule);
        foreach (var tag in batch.Tags) await RuleRows.SaveTagAsync(session, tag);
        foreach (var project in batch.Projects)
        {
            await _projects.SaveAsync(session, project);
            if (batch.Owner is { } owner) await session.ExecuteAsync(MemberSql.Set, ("@project", project.Id), ("@member", owner), ("@role", (long)ProjectRole.Owner));
        }
        session.Tell(StoreChange.Settings, "");
    }
}
