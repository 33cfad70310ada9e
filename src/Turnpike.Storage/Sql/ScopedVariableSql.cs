namespace Turnpike.Storage.Sql;

/// <summary>The table of variables by scope.</summary>
internal static class ScopedVariableSql
{
    public const string Find = "SELECT json FROM scoped_variables WHERE scope = @scope";

    public const string Save = "INSERT INTO scoped_variables (scope, json) VALUES (@scope, @json) ON CONFLICT (scope) DO UPDATE SET json = @json";
}
