using System.Text.Json;
using Turnpike.Storage.Files;
using Turnpike.Storage.Sql;
using Turnpike.Turns;
using Turnpike.Turns.Access;
using Turnpike.Turns.Events;
using Turnpike.Turns.Files;
using Turnpike.Turns.Json;
using Turnpike.Turns.Stores;

namespace Turnpike.Storage.Stores;

/// <summary>Turns as rows.</summary>
internal static class TurnRows
{
    /// <summary>A turn with its text opened, if nobody had looked for secrets in it; a mask where the key that sealed it is gone.</summary>
    public static Turn Parse(byte[] json, ISecretBox box)
    {
        var turn = Parse(json);
        if (!json.AsSpan().StartsWith(Unread)) return turn;
        try
        {
            return turn with { IsUnread = true, Content = box.Open(SealedOf(json)!, UnreadPurpose) };
        }
        catch (TurnException gone) when (gone.Code == TurnErrorCode.StorageUnavailable)
        {
            return turn with { IsUnread = true, Content = SecretText.Mask };
        }
    }

    /// <summary>The turn as JSON; what was typed sealed in front, if nobody has looked for secrets in it.</summary>
    public static string Json(Turn turn, ISecretBox box)
    {
        if (!turn.IsUnread || turn.Content.Length == 0) return Json(turn);
        var json = JsonSerializer.Serialize(turn with { Content = "" }, TurnpikeJson.Relaxed.Turn);
        return $$"""{"unread":{{JsonSerializer.Serialize(box.Seal(turn.Content, UnreadPurpose), TurnpikeJson.Relaxed.String)}},{{json.AsSpan(1)}}""";
    }

    public static Turn Parse(byte[] json)
    {
        var turn = KeptJson.Read(json, TurnpikeJson.Relaxed.Turn)!;
        return json.AsSpan().StartsWith(Sealed) ? turn with { Sealed = SealedOf(json) } : turn;
    }

    /// <summary>The turn as JSON; its sealed secrets, which nobody is shown, stand in front.</summary>
    public static string Json(Turn turn)
    {
        var json = JsonSerializer.Serialize(turn, TurnpikeJson.Relaxed.Turn);
        return turn.Sealed is { } kept ? $$"""{"sealed":{{JsonSerializer.Serialize(kept, TurnpikeJson.Relaxed.String)}},{{json.AsSpan(1)}}""" : json;
    }

    private const string UnreadPurpose = "queued-turn";

    private static ReadOnlySpan<byte> Unread => "{\"unread\":"u8;

    private static ReadOnlySpan<byte> Sealed => "{\"sealed\":"u8;

    private static string? SealedOf(byte[] json)
    {
        var reader = new Utf8JsonReader(json);
        for (var i = 0; i < 3; i++) reader.Read();
        return reader.GetString();
    }

    /// <summary>The name of the token's user whose turn it is, in the flow of whoever begins it; null for keys. The work on a database may run in another.</summary>
    public static string? TokenUser(TurnBeginning beginning) => KeyScope.Current is { IsOfToken: true } key && key.Id == beginning.AccessKey ? key.Name : null;

    /// <summary>Keeps the beginning of a turn, with its first event and, if it runs, its lease.</summary>
    public static async Task InsertAsync(SqlSession session, TurnBeginning beginning, string json, byte[] request, byte[] trace, string? user = null)
    {
        var turn = beginning.Turn;
        if (beginning.IsQueued) await BeginQueuedAsync(session, turn, beginning.Conversation.Project, beginning.AccessKey, json);
        else await InsertAsync(session, turn, beginning.IdempotencyKey, beginning.RequestHash, beginning.Conversation.Project, beginning.AccessKey, json);
        if (user is not null) await session.ExecuteAsync(UsageSql.KeepUser, ("@key", beginning.AccessKey), ("@name", user));
        foreach (var hash in ContentReferences.Of(turn)) await ContentRows.ReferAsync(session, turn.Id, hash);
        await session.ExecuteAsync(TurnSql.InsertDetails, ("@turn", turn.Id), ("@request", request), ("@trace", trace), ("@submitted", beginning.Submitted is { Length: > 0 } submitted ? Packed.Pack(submitted.Span) : null));
        await InsertAsync(session, beginning.Started);
        foreach (var happened in beginning.Rest) await InsertAsync(session, happened);
        if (turn.HasEnded) await InsertAttemptsAsync(session, turn);
        if (beginning.IsQueued) await session.ExecuteAsync(TurnSql.StartQueued, ("@until", beginning.LeaseUntil.ToUnixTimeMilliseconds()), ("@turn", turn.Id));
        else if (!turn.HasEnded) await session.ExecuteAsync(TurnSql.Start, ("@turn", turn.Id), ("@node", beginning.Node), ("@until", beginning.LeaseUntil.ToUnixTimeMilliseconds()));
        if (turn.HasEnded) await ConversationSearchRows.KeepTurnAsync(session, turn.Id, ConversationSearchRows.WordsOf(turn));
    }

    /// <summary>Keeps a turn that waits.</summary>
    public static async Task EnqueueAsync(SqlSession session, QueuedTurn queued, ISecretBox box)
    {
        await InsertAsync(session, queued.Turn, queued.IdempotencyKey, queued.RequestHash, null, null, Json(queued.Turn, box));
        await session.ExecuteAsync(TurnSql.InsertDetails, ("@turn", queued.Turn.Id), ("@request", Array.Empty<byte>()), ("@trace", "[]"u8.ToArray()), ("@submitted", queued.Submitted.Length > 0 ? Packed.Pack(queued.Submitted.Span) : null));
        await session.ExecuteAsync(TurnSql.Queue, ("@turn", queued.Turn.Id), ("@node", queued.Node), ("@until", queued.LeaseUntil.ToUnixTimeMilliseconds()));
    }

    private static Task<int> InsertAsync(SqlSession session, Turn turn, string? key, string? requestHash, string? project, string? accessKey, string json) =>
        session.ExecuteAsync(ConversationSearchSql.Of(session.Connection).InsertTurn,
            ("@id", turn.Id), ("@conversation", turn.Conversation), ("@parent", turn.Parent), ("@status", Status(turn.Status)), ("@model", turn.Model),
            ("@promptKey", turn.Prompt?.Key), ("@promptVersion", (long?)turn.Prompt?.Version), ("@promptHash", turn.Prompt?.Hash),
            ("@createdAt", turn.CreatedAt.ToUnixTimeMilliseconds()), ("@endedAt", turn.HasEnded ? (turn.EndedAt ?? turn.CreatedAt).ToUnixTimeMilliseconds() : null),
            ("@key", key), ("@requestHash", requestHash), ("@project", project), ("@accessKey", accessKey), ("@json", json));

    private static async Task BeginQueuedAsync(SqlSession session, Turn turn, string? project, string? accessKey, string json)
    {
        var begun = await session.ExecuteAsync(TurnSql.BeginQueued,
            ("@parent", turn.Parent), ("@status", Status(turn.Status)), ("@model", turn.Model), ("@promptKey", turn.Prompt?.Key), ("@promptVersion", (long?)turn.Prompt?.Version), ("@promptHash", turn.Prompt?.Hash),
            ("@createdAt", turn.CreatedAt.ToUnixTimeMilliseconds()), ("@project", project), ("@accessKey", accessKey), ("@json", json), ("@id", turn.Id));
        if (begun == 0) throw StoreErrors.NotRunning(turn.Id);
    }

    /// <summary>Keeps the end of a turn, and nothing else of one that is not to be stored; false when it has ended already.</summary>
    public static async Task<bool> EndAsync(SqlSession session, Turn turn, string json, string words, TurnEvent[] ending)
    {
        var expected = ending[0].Sequence - 1;
        var endedAt = (turn.EndedAt ?? ending[^1].At).ToUnixTimeMilliseconds();
        if (await session.ExecuteAsync(TurnSql.End, ("@status", Status(turn.Status)), ("@model", turn.Model), ("@endedAt", endedAt), ("@json", json), ("@id", turn.Id)) == 0) return false;
        await session.ExecuteAsync(EventSql.Move, ("@turn", turn.Id), ("@expected", expected));
        if (await session.ExecuteAsync(TurnSql.Stop, ("@turn", turn.Id), ("@expected", expected)) == 0) throw StoreErrors.LogIncomplete(turn.Id);
        foreach (var happened in ending) await InsertAsync(session, happened);
        await InsertAttemptsAsync(session, turn);
        if (turn.Store == false) await LetGoAsync(session, turn);
        else if (!turn.IsUnread) await ConversationSearchRows.KeepTurnAsync(session, turn.Id, words);
        session.Tell(StoreChange.Turn, turn.Id);
        return true;
    }

    /// <summary>Takes the content from a turn that is not to be stored, and from the messages that came with it.</summary>
    private static async Task LetGoAsync(SqlSession session, Turn turn)
    {
        await ForgetAsync(session, turn);
        if (turn.Parent is { } parent && await session.QueryAsync(TurnSql.Find, row => Parse(row.GetFieldValue<byte[]>(0)), ("@id", parent)) is [{ CameAlong: true } given]) await ForgetAsync(session, given);
    }

    /// <summary>Takes the content from a turn that has ended.</summary>
    public static async Task ForgetAsync(SqlSession session, Turn turn)
    {
        await session.ExecuteAsync(TurnSql.Forget, ("@json", Json(turn.WithoutContent())), ("@id", turn.Id));
        await session.ExecuteAsync(TurnSql.EmptyDetails, ("@request", Packed.Pack("{}"u8)), ("@trace", Packed.Pack("[]"u8)), ("@turn", turn.Id));
        await session.ExecuteAsync(EventSql.DeleteBefore, ("@turn", turn.Id));
        await session.ExecuteAsync(RecordingSql.Delete, ("@turn", turn.Id));
        await session.ExecuteAsync(OpenCallSql.Forget, ("@turn", turn.Id));
        await ContentRows.ReleaseAsync(session, turn.Id);
        await ConversationSearchRows.ForgetTurnAsync(session, turn.Id);
        await session.ExecuteAsync(ConversationSql.LeaveOut, ("@id", turn.Conversation));
    }

    private static Task<int> InsertAsync(SqlSession session, TurnEvent happened)
    {
        var data = new System.Buffers.ArrayBufferWriter<byte>(256);
        TurnEventJson.WritePayload(data, happened);
        return session.ExecuteAsync(EventSql.Insert,
            ("@turn", happened.Turn), ("@last", happened.Sequence), ("@first", happened.Sequence), ("@type", happened.Type),
            ("@at", happened.At.ToUnixTimeMilliseconds()), ("@data", System.Text.Encoding.UTF8.GetString(data.WrittenSpan)));
    }

    private static async Task InsertAttemptsAsync(SqlSession session, Turn turn)
    {
        for (var i = 0; i < turn.Attempts.Count; i++) await InsertAsync(session, turn.Id, i + 1, turn.Attempts[i]);
    }

    private static Task<int> InsertAsync(SqlSession session, string turn, long number, TurnAttempt attempt) => session.ExecuteAsync(AttemptSql.Insert,
        ("@turn", turn), ("@number", number), ("@step", (long)attempt.Step), ("@attempt", (long)attempt.Attempt), ("@model", attempt.Model), ("@request", attempt.ProviderRequestId), ("@status", Status(attempt.Status)),
        ("@input", attempt.Usage?.InputTokens), ("@cached", attempt.Usage?.CachedTokens), ("@output", attempt.Usage?.OutputTokens), ("@reasoning", attempt.Usage?.ReasoningTokens),
        ("@estimated", attempt.Usage is { } usage ? usage.Estimated ? 1L : 0L : null), ("@cost", KeptCost.Of(attempt.Cost)), ("@currency", attempt.Cost?.Currency),
        ("@error", attempt.Error?.Code), ("@milliseconds", attempt.Milliseconds), ("@firstToken", attempt.TimeToFirstToken));

    public static string Status(TurnStatus status) => status.ToString().ToLowerInvariant();
}
