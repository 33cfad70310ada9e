namespace Turnpike.Hosts.Tests.Storage;

internal static class TestFolder
{
    /// <summary>A new, empty folder.</summary>
    public static string New() => Directory.CreateTempSubdirectory("turnpike-").FullName;
}
