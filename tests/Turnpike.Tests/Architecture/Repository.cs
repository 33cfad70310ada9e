namespace Turnpike.Tests.Architecture;

/// <summary>The checked-out files.</summary>
internal static class Repository
{
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    public static string Read(params string[] path) => File.ReadAllText(PathOf(path));

    public static string PathOf(params string[] path) => Path.Combine([Root, .. path]);

    private static string Find(string from) => File.Exists(Path.Combine(from, "Turnpike.slnx")) ? from : Find(Path.GetDirectoryName(from) ?? throw new DirectoryNotFoundException("Turnpike.slnx is in no folder above the tests."));
}
