namespace Turnpike.Turns.Access;

/// <summary>Who did what, and when: a line of the audit log. It never holds what was written, only what it was done to.</summary>
public sealed record AuditEntry
{
    /// <summary>Its place in the log of its organization, from 1.</summary>
    public long Number { get; init; }
    /// <summary>When, UTC.</summary>
    public required DateTimeOffset At { get; init; }
    /// <summary>The key's name, or <c>anybody</c> before any key was made.</summary>
    public required string Who { get; init; }
    /// <summary>The key's id.</summary>
    public string? Key { get; init; }
    /// <summary>The user it acted for.</summary>
    public string? User { get; init; }
    /// <summary>The name of the operation, as in the OpenAPI document: <c>savePrompt</c>.</summary>
    public required string Action { get; init; }
    /// <summary>What it was done to, as a path of the API: of what was made where something was, else that of the request, without the query but for the project.</summary>
    public required string Target { get; init; }
    /// <summary>The HTTP status that it was answered with.</summary>
    public required int Status { get; init; }
    /// <summary>The request's id, as in its answer and in the log of the server.</summary>
    public required string Request { get; init; }
}
