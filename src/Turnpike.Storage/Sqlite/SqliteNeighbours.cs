using Turnpike.Storage.Files;

namespace Turnpike.Storage.Sqlite;

/// <summary>
/// What lies beside a database's file. Its plain name belongs to one database of the folder, which a small file beside it names (<c>contents.owner</c>); with the others it has the name of their
/// file before it (<c>other.db.contents</c>). So databases in one folder share nothing, and one that is alone in its folder finds what an older program left there.
/// </summary>
internal sealed class SqliteNeighbours(string path)
{
    private const string Mark = ".owner";
    private static readonly StringComparer Names = OperatingSystem.IsLinux() ? StringComparer.Ordinal : StringComparer.OrdinalIgnoreCase;
    private readonly string _folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
    private readonly string _file = Path.GetFileName(path);

    /// <summary>Where something has its plain name, whoever's it is.</summary>
    public string PlainOf(string name) => Path.Combine(_folder, name);

    /// <summary>Where this database's is; what nobody has claimed is claimed.</summary>
    /// <param name="name">The plain name, with the folder that it is in, if any.</param>
    /// <param name="isOurs">Whether what an older program left there, for whichever database, is this one's.</param>
    /// <exception cref="Turns.TurnException"><c>storage_unavailable</c>: the folder cannot be read or written.</exception>
    public string PlaceOf(string name, Func<bool> isOurs)
    {
        try
        {
            return Find(name, isOurs);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw SqliteErrors.Of(path, SQLitePCL.raw.SQLITE_CANTOPEN, error);
        }
    }

    private string Find(string name, Func<bool> isOurs)
    {
        var (plain, own) = (PlainOf(name), PlainOf($"{_file}.{name}"));
        var mark = plain + Mark;
        if (Path.Exists(own)) return own;
        for (var tries = 0; tries < 2; tries++)
        {
            var owner = File.Exists(mark) ? File.ReadAllText(mark).Trim() : null;
            if (Names.Equals(owner, _file)) return plain;
            if (owner is { Length: > 0 } && File.Exists(PlainOf(owner))) return own;
            if (owner is null && Path.Exists(plain) && !isOurs()) return own;
            if (Claim(mark, overwrite: owner is not null)) return plain;
        }
        return own; // another was faster twice
    }

    private bool Claim(string mark, bool overwrite)
    {
        PrivateFolder.Make(Path.GetDirectoryName(mark)!);
        var written = $"{mark}.{Environment.ProcessId}.{Environment.CurrentManagedThreadId}";
        File.WriteAllText(written, _file + "\n"); // whole before it has the name that others read
        try
        {
            File.Move(written, mark, overwrite);
            return true;
        }
        catch (IOException) when (!overwrite && File.Exists(mark))
        {
            return false;
        }
        finally
        {
            File.Delete(written);
        }
    }
}
