namespace Turnpike.Server.Access;

/// <summary>What the audit log calls a route that is not in the OpenAPI document: the operation there that does the same.</summary>
internal sealed record AuditedAs(string Action);
