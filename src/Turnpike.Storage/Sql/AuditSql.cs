namespace Turnpike.Storage.Sql;

/// <summary>The table of the audit log. There is no statement that changes or deletes a row.</summary>
internal static class AuditSql
{
    /// <summary>Takes the next number; whoever comes second waits here.</summary>
    public const string Next = "UPDATE audit_number SET number = number + 1";

    public const string Append = "INSERT INTO audit_log (number, at, json) SELECT number, @at, @json FROM audit_number";

    public const string Read = "SELECT number, json FROM audit_log WHERE number > @after ORDER BY number LIMIT @limit";
}
