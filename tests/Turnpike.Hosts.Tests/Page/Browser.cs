using System.Diagnostics.CodeAnalysis;

namespace Turnpike.Hosts.Tests.Page;

/// <summary>The browser that tests of the page are walked in.</summary>
internal static class Browser
{
    private const string Debian = "/usr/bin/chromium";

    /// <summary>Where it is; the test is skipped when there is none, and fails in CI.</summary>
    public static string Path()
    {
        var path = Environment.GetEnvironmentVariable("TURNPIKE_CHROMIUM") ?? Debian;
        if (!File.Exists(path)) Missing($"There is no Chromium at \"{path}\": apt install chromium, or name one in TURNPIKE_CHROMIUM.");
        return path;
    }

    /// <summary>Skips the test with a reason; in CI nothing may be missing.</summary>
    [DoesNotReturn]
    public static void Missing(string reason)
    {
        if (Environment.GetEnvironmentVariable("CI") is { Length: > 0 }) Assert.Fail(reason);
        Assert.Skip(reason);
    }
}
