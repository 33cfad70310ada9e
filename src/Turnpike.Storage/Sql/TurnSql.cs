namespace Turnpike.Storage.Sql;

/// <summary>The tables of turns, of their details, and of those that run.</summary>
internal static class TurnSql
{
    public const string FindByKey = "SELECT id, request_hash FROM turns WHERE idempotency_key = @key";

    /// <summary>Whether a turn runs; no row when there is no such turn.</summary>
    public const string IsRunning = "SELECT CASE WHEN ended_at IS NULL THEN 1 ELSE 0 END FROM turns WHERE id = @id";

    /// <summary>A turn that was begun just so: it has ended as it was given, or its node runs it.</summary>
    public const string IsBegun = """
        SELECT 1 FROM turns t LEFT JOIN running r ON r.turn = t.id
        WHERE t.id = @id AND t.conversation = @conversation AND t.status = @status AND t.created_at = @createdAt AND (t.ended_at IS NOT NULL OR (r.node = @node AND r.last > 0))
        """;

    /// <summary>Keeps a new turn, with another column if there is one.</summary>
    public static string InsertWith(string? column, string? value) => $"""
        INSERT INTO turns (id, conversation, parent, status, model, prompt_key, prompt_version, prompt_hash, created_at, ended_at, idempotency_key, request_hash, project, access_key, json{(column is null ? "" : ", " + column)})
        VALUES (@id, @conversation, @parent, @status, @model, @promptKey, @promptVersion, @promptHash, @createdAt, @endedAt, @key, @requestHash, @project, @accessKey, @json{(value is null ? "" : ", " + value)})
        """;

    /// <summary>Ends a turn, once.</summary>
    public const string End = "UPDATE turns SET status = @status, model = @model, ended_at = @endedAt, json = @json WHERE id = @id AND ended_at IS NULL";

    public const string InsertDetails = "INSERT INTO turn_details (turn, request, trace, submitted) VALUES (@turn, @request, @trace, @submitted) ON CONFLICT (turn) DO UPDATE SET request = excluded.request, trace = excluded.trace, submitted = excluded.submitted";

    public const string Submitted = "SELECT submitted FROM turn_details WHERE turn = @turn AND submitted IS NOT NULL";

    public const string UpdateTrace = "UPDATE turn_details SET trace = @trace WHERE turn = @turn";

    public const string Request = "SELECT request FROM turn_details WHERE turn = @turn";

    public const string UpdateRequest = "UPDATE turn_details SET request = @request WHERE turn = @turn AND EXISTS (SELECT 1 FROM turns WHERE id = @turn AND ended_at IS NULL)";

    public const string Trace = "SELECT trace FROM turn_details WHERE turn = @turn";

    public const string Start = "INSERT INTO running (turn, node, until, last) VALUES (@turn, @node, @until, 1)";

    /// <summary>Puts a turn that waits among the running ones, its log empty.</summary>
    public const string Queue = "INSERT INTO running (turn, node, until, last) VALUES (@turn, @node, @until, 0)";

    /// <summary>Lets a turn that waited run.</summary>
    public const string StartQueued = "UPDATE running SET last = 1, until = @until WHERE turn = @turn AND last = 0";

    /// <summary>What is known of a turn that waited once it is made ready.</summary>
    public const string BeginQueued = """
        UPDATE turns SET parent = @parent, status = @status, model = @model, prompt_key = @promptKey, prompt_version = @promptVersion, prompt_hash = @promptHash, created_at = @createdAt, project = @project, access_key = @accessKey, json = @json
        WHERE id = @id AND status = 'queued' AND ended_at IS NULL
        """;

    /// <summary>A turn that was put into a conversation's queue before one and waits there still.</summary>
    public const string QueuedBefore = """
        SELECT t.id FROM turns q JOIN turns t ON t.conversation = q.conversation
        WHERE q.id = @id AND t.status = 'queued' AND t.ended_at IS NULL AND (t.created_at, t.id) < (q.created_at, q.id) LIMIT 1
        """;

    /// <summary>When the newest of a conversation's turns in the queue came.</summary>
    public const string NewestQueued = "SELECT MAX(created_at) FROM turns WHERE conversation = @conversation AND status = 'queued' AND ended_at IS NULL";

    public const string RequestCancel = "UPDATE running SET cancelled = 1 WHERE turn = @turn";

    public const string CancelRequests = "SELECT turn FROM running WHERE node = @node AND cancelled = 1 ORDER BY turn";

    public const string OfNode = "SELECT turn FROM running WHERE node = @node ORDER BY turn";

    public const string Renew = "UPDATE running SET until = @until WHERE turn = @turn AND node = @node";

    /// <summary>Takes a turn from the running ones, if its log ends where it should.</summary>
    public const string Stop = "DELETE FROM running WHERE turn = @turn AND last = @expected";

    public const string Lapsed = "SELECT turn FROM running WHERE until < @before ORDER BY turn";

    /// <summary>A turn, if its lease has run out or a node of that name left it behind.</summary>
    public const string FindLapsed = "SELECT t.json FROM turns t JOIN running r ON r.turn = t.id WHERE t.id = @id AND (r.until < @before OR r.node = @node)";

    public const string Find = "SELECT json FROM turns WHERE id = @id";

    public const string All = "SELECT json FROM turns WHERE conversation = @conversation ORDER BY created_at, id";

    public const string Open = "SELECT id FROM turns WHERE conversation = @conversation AND ended_at IS NULL ORDER BY created_at DESC, id DESC";

    /// <summary>The turns of a conversation that were never made ready, so that no request was kept of them.</summary>
    public const string Unbegun = """
        SELECT t.json FROM turns t JOIN turn_details d ON d.turn = t.id
        WHERE t.conversation = @conversation AND t.status IN ('queued', 'failed', 'cancelled', 'interrupted') AND LENGTH(d.request) = 0 ORDER BY t.created_at, t.id
        """;

    public const string ConversationOf = "SELECT conversation FROM turns WHERE id = @id";

    /// <summary>The ids of all turns of a conversation.</summary>
    public const string IdsOf = "SELECT id FROM turns WHERE conversation = @conversation";

    /// <summary>
    /// A turn and those before it, newest first by their depth. Should they answer to one another in a ring, it ends after a few rounds (Brent's way: the turn
    /// at each depth that is a power of two is marked, and a path that comes back to the mark is a ring).
    /// </summary>
    public const string Branch = """
        WITH RECURSIVE path (id, parent, conversation, depth, marked, turning) AS (
            SELECT id, parent, conversation, 1, id, 2 FROM turns WHERE id = @id
            UNION ALL
            SELECT t.id, t.parent, t.conversation, path.depth + 1,
                CASE WHEN path.depth + 1 = path.turning THEN t.id ELSE path.marked END, CASE WHEN path.depth + 1 = path.turning THEN path.turning * 2 ELSE path.turning END
            FROM turns t JOIN path ON t.id = path.parent WHERE path.depth < @limit AND t.id <> path.marked
        )
        """;

    /// <summary>A turn and those before it, oldest first.</summary>
    public const string Path = $"""
        {Branch}
        SELECT t.json FROM path JOIN turns t ON t.id = path.id ORDER BY path.depth DESC
        """;

    /// <summary>The ids of a turn and of those before it, oldest first.</summary>
    public const string PathIds = $"""
        {Branch}
        SELECT id FROM path ORDER BY depth DESC
        """;

    /// <summary>The conversations that were forked from a turn or from one behind it.</summary>
    public const string Forks = """
        WITH RECURSIVE after (id) AS (
            SELECT id FROM turns WHERE id = @id
            UNION
            SELECT t.id FROM turns t JOIN after ON t.parent = after.id
        )
        SELECT c.id FROM conversations c JOIN after ON c.forked_from = after.id ORDER BY c.id
        """;

    /// <summary>For each turn of a path, itself and those of a conversation that answer to the same one: its own, and for a fork those that it goes on from.</summary>
    public const string Siblings = $"""
        {Branch}, origin (id, parent, depth, marked, turning) AS (
            SELECT id, parent, 1, id, 2 FROM turns WHERE id = @forkedFrom
            UNION ALL
            SELECT t.id, t.parent, origin.depth + 1,
                CASE WHEN origin.depth + 1 = origin.turning THEN t.id ELSE origin.marked END, CASE WHEN origin.depth + 1 = origin.turning THEN origin.turning * 2 ELSE origin.turning END
            FROM turns t JOIN origin ON t.id = origin.parent WHERE t.id <> origin.marked
        ), sibling (turn, id) AS (
            SELECT id, id FROM path
            UNION
            SELECT path.id, t.id FROM path JOIN turns t ON t.parent = path.parent WHERE t.conversation = @conversation
            UNION
            SELECT path.id, t.id FROM path JOIN turns t ON t.conversation = @conversation AND t.parent IS NULL WHERE path.parent IS NULL
            UNION
            SELECT path.id, origin.id FROM path JOIN origin ON origin.parent = path.parent
            UNION
            SELECT path.id, origin.id FROM path JOIN origin ON origin.parent IS NULL WHERE path.parent IS NULL
        )
        SELECT s.turn, s.id FROM sibling s JOIN turns t ON t.id = s.id ORDER BY s.turn, t.created_at, s.id
        """;

    /// <summary>
    /// The turns that nothing needs once a conversation is gone: its own, and those of conversations deleted earlier that led to them, to its head, or to what it was
    /// forked from, without those that another conversation was forked from.
    /// </summary>
    public const string Needless = """
        WITH RECURSIVE lost (id, parent) AS (
            SELECT id, parent FROM turns
            WHERE conversation = @conversation OR (id IN (@head, @forkedFrom) AND NOT EXISTS (SELECT 1 FROM conversations c WHERE c.id = turns.conversation))
            UNION
            SELECT t.id, t.parent FROM turns t JOIN lost ON t.id = lost.parent WHERE NOT EXISTS (SELECT 1 FROM conversations c WHERE c.id = t.conversation)
        ), kept (id, parent) AS (
            SELECT id, parent FROM lost
            WHERE EXISTS (SELECT 1 FROM turns t WHERE t.parent = lost.id AND t.id NOT IN (SELECT id FROM lost))
               OR EXISTS (SELECT 1 FROM conversations c WHERE c.head = lost.id)
               OR EXISTS (SELECT 1 FROM conversations c WHERE c.forked_from = lost.id)
            UNION
            SELECT lost.id, lost.parent FROM kept JOIN lost ON lost.id = kept.parent
        )
        SELECT id FROM lost WHERE id NOT IN (SELECT id FROM kept)
        """;

    /// <summary>Rewrites a turn that has ended, without its content.</summary>
    public const string Forget = "UPDATE turns SET json = @json, forgotten = 1 WHERE id = @id AND ended_at IS NOT NULL";

    public const string EmptyDetails = "UPDATE turn_details SET request = @request, trace = @trace, submitted = NULL WHERE turn = @turn";

    public const string FindExternal = "SELECT target FROM external_ids WHERE owner = @owner AND kind = @kind AND id = @id";

    /// <summary>Keeps what an id of a client names; one that names something already stays with it while that is there.</summary>
    public const string AddExternal = """
        INSERT INTO external_ids (owner, kind, id, target) VALUES (@owner, @kind, @id, @target)
        ON CONFLICT (owner, kind, id) DO UPDATE SET target = excluded.target
        WHERE NOT EXISTS (SELECT 1 FROM conversations c WHERE c.id = external_ids.target) AND NOT EXISTS (SELECT 1 FROM turns t WHERE t.id = external_ids.target)
        """;

    /// <summary>Forgets all ids of clients for a turn or a conversation.</summary>
    public const string ForgetExternal = "DELETE FROM external_ids WHERE target = @target";

    /// <summary>Deletes a turn; returns the hash of the prompt that it ran.</summary>
    public const string Delete = "DELETE FROM turns WHERE id = @id RETURNING prompt_hash";
}
