using Turnpike.Server.Http;
using Turnpike.Turns.Settings;

namespace Turnpike.Server.Api;

/// <summary>The query of a list of settings: <c>?query= ?after= ?limit=</c>.</summary>
internal static class ListQuery
{
    public static SettingsQuery Of(HttpContext http) => new() { Query = Query.Sought(http, "query"), After = Query.Text(http, "after"), Limit = Query.Number(http, "limit", 50, 1, 200) };
}
