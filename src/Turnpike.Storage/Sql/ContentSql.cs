namespace Turnpike.Storage.Sql;

/// <summary>The tables of contents and of who needs them.</summary>
internal static class ContentSql
{
    public const string Keep = "INSERT INTO contents (hash, size, kept_at) VALUES (@hash, @size, @keptAt) ON CONFLICT (hash) DO UPDATE SET kept_at = @keptAt";

    public const string HasPieces = "SELECT 1 FROM content_pieces WHERE hash = @hash LIMIT 1";

    public const string KeepPiece = "INSERT INTO content_pieces (hash, place, data) VALUES (@hash, @place, @data) ON CONFLICT (hash, place) DO NOTHING";

    public const string Size = "SELECT size FROM contents WHERE hash = @hash";

    /// <summary>The bytes of a content's pieces together; 0 when it has none.</summary>
    public const string PiecesSize = "SELECT CAST(COALESCE(SUM(LENGTH(data)), 0) AS BIGINT) FROM content_pieces WHERE hash = @hash";

    public const string Piece = "SELECT data FROM content_pieces WHERE hash = @hash AND place = @place";

    public const string DeletePieces = "DELETE FROM content_pieces WHERE hash = @hash";

    /// <summary>Contents that nothing refers to and that nobody brought of late.</summary>
    public const string Unneeded = "SELECT hash FROM contents c WHERE c.kept_at < @before AND NOT EXISTS (SELECT 1 FROM content_refs r WHERE r.hash = c.hash) LIMIT 1000";

    public const string Delete = "DELETE FROM contents WHERE hash = @hash";

    public const string Refer = "INSERT INTO content_refs (owner, hash) VALUES (@owner, @hash) ON CONFLICT (owner, hash) DO NOTHING";

    /// <summary>Bytes that are let go count as brought at that moment: a copy of the database from before still finds them for a while.</summary>
    public const string LetGo = "UPDATE contents SET kept_at = @now WHERE hash IN (SELECT hash FROM content_refs WHERE owner = @owner AND (@hash IS NULL OR hash = @hash))";

    public const string Release = "DELETE FROM content_refs WHERE owner = @owner AND (@hash IS NULL OR hash = @hash)";
}
