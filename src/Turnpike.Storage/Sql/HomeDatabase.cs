namespace Turnpike.Storage.Sql;

/// <summary>The database of the default organization, which also holds what all organizations share: keys, budgets, the audit log.</summary>
internal sealed record HomeDatabase(SqlDatabase Database);
