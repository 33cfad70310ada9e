namespace Turnpike.Storage.Sql;

/// <summary>The table of tool servers.</summary>
internal static class ToolServerSql
{
    public const string List = "SELECT json, place FROM tool_servers ORDER BY place";

    public const string Save = "INSERT INTO tool_servers (place, json) VALUES (@place, @json) ON CONFLICT (place) DO UPDATE SET json = excluded.json";

    public const string Delete = "DELETE FROM tool_servers WHERE place = @place";
}
