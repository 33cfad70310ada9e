namespace Turnpike.Storage.Sql;

/// <summary>The table of keys, and the number that grows with it.</summary>
internal static class KeySql
{
    private const string Columns = "json, hash, old_hash, old_until";

    public const string Revision = "SELECT number FROM key_revision";

    public const string Revise = "UPDATE key_revision SET number = number + 1";

    public const string All = $"SELECT {Columns} FROM access_keys ORDER BY created_at, id";

    public const string Find = $"SELECT {Columns} FROM access_keys WHERE id = @id";

    public const string Insert = "INSERT INTO access_keys (id, hash, old_hash, old_until, created_at, json) VALUES (@id, @hash, @oldHash, @oldUntil, @createdAt, @json)";

    public const string Update = "UPDATE access_keys SET hash = @hash, old_hash = @oldHash, old_until = @oldUntil, json = @json WHERE id = @id";
}
