using Turnpike.Server.Http;
using Turnpike.Turns.Settings;

namespace Turnpike.Server.Api;

/// <summary>The query of a list of settings: <c>?query= ?after= ?limit=</c>.</summary>
internal static class ListQuery
{
    public static SettingsQuery Of(HttpContext http) => new() { Query = Body.Text(http, "query"), After = Body.Text(http, "after"), Limit = Body.Number(http, "limit", 50, 1, 200) };
}
