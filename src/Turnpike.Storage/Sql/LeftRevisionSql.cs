namespace Turnpike.Storage.Sql;

/// <summary>The table of how far the revisions of those that are gone had come.</summary>
internal static class LeftRevisionSql
{
    public const string Find = "SELECT number FROM left_revisions WHERE kind = @kind";

    public const string Note = "INSERT INTO left_revisions (kind, number) VALUES (@kind, @number) ON CONFLICT (kind) DO UPDATE SET number = @number WHERE left_revisions.number < @number";
}
