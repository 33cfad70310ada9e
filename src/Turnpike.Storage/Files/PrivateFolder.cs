namespace Turnpike.Storage.Files;

/// <summary>Makes the folders of data that is nobody else's.</summary>
internal static class PrivateFolder
{
    private const UnixFileMode Own = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Makes a folder, and those above it, for its owner alone; one that is there keeps its rights.</summary>
    public static void Make(string path)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(path);
        else Directory.CreateDirectory(path, Own);
    }
}
