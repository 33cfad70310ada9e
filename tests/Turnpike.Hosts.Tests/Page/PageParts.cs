using Turnpike.Server.Page;

namespace Turnpike.Hosts.Tests.Page;

/// <summary>What the page was built into.</summary>
internal static class PageParts
{
    /// <summary>The path of a script of the page; without a page the test is skipped, and fails in CI.</summary>
    public static string Needed()
    {
        if (PageFile.All.Keys.FirstOrDefault(path => path.EndsWith(".js", StringComparison.Ordinal)) is { } script) return script;
        Browser.Missing("The server was built without its page: npm is missing.");
        return "";
    }
}
