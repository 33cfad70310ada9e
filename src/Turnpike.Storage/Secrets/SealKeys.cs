using System.Security.Cryptography;
using System.Text;
using Turnpike.Storage.Files;
using Turnpike.Turns;

namespace Turnpike.Storage.Secrets;

/// <summary>
/// The ring of keys that secrets are sealed with: a file that only its owner may read, a line a key, the newest last. A new line is a rotation. It is read at
/// first use and made when there is none; one that cannot be read is looked at again at the next.
/// </summary>
internal sealed class SealKeys
{
    private const int Length = 32;
    private readonly Lock _gate = new();
    private readonly Func<List<(string Id, byte[] Key)>> _read;
    private List<(string Id, byte[] Key)>? _keys;

    private SealKeys(string place, Func<List<(string Id, byte[] Key)>> read) => (Place, _read) = (place, read);

    /// <summary>Keys of a file.</summary>
    public static SealKeys OfFile(string path) => new($"\"{path}\"", () => Read(path));

    /// <summary>Keys that the host gives, each named by its hash, so that all nodes name them alike.</summary>
    /// <exception cref="ArgumentException">One of them is not 32 bytes in base64.</exception>
    public static SealKeys Of(string keys)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(keys);
        var given = keys.Split([',', ' ', '\n', '\r', '\t'], StringSplitOptions.RemoveEmptyEntries).Select(Parse).ToList();
        return new("the keys that were given (Turnpike:SecretsKey)", () => given);
    }

    /// <summary>Where the keys are, in words.</summary>
    public string Place { get; }

    /// <summary>The key that seals.</summary>
    public (string Id, byte[] Key) Newest => Keys()[^1];

    /// <summary>The key of an id; null when it is not here.</summary>
    public byte[]? Find(string id) => Keys().FirstOrDefault(key => key.Id == id).Key;

    private List<(string Id, byte[] Key)> Keys()
    {
        lock (_gate) return _keys ??= _read();
    }

    private static (string Id, byte[] Key) Parse(string text)
    {
        var key = new byte[Length + 1];
        return Convert.TryFromBase64String(text, key, out var length) && length == Length
            ? (Convert.ToHexStringLower(SHA256.HashData(key.AsSpan(0, Length)))[..8], key[..Length])
            : throw new ArgumentException("A key that secrets are sealed with must be 32 bytes in base64; \"openssl rand -base64 32\" makes one.");
    }

    private static List<(string Id, byte[] Key)> Read(string path)
    {
        try
        {
            if (!File.Exists(path)) Make(path);
            var keys = File.ReadAllLines(path).Where(line => line.Length > 0).Select(line => line.Split(' ')).Select(parts => (parts[0], Convert.FromBase64String(parts[1]))).ToList();
            return keys.Count > 0 && keys.TrueForAll(key => key.Item2.Length == Length) ? keys : throw new FormatException("A line is an id and 32 bytes in base64.");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or FormatException or IndexOutOfRangeException)
        {
            throw new TurnException(TurnErrorCode.StorageUnavailable, "The keys that secrets are sealed with cannot be read. The program's log tells why; whoever runs it can mend that.", error) { OperatorMessage = $"The keys that secrets are sealed with cannot be read from \"{path}\": {error.Message}" };
        }
    }

    private static void Make(string path)
    {
        PrivateFolder.Make(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        var written = $"{path}.{RandomNumberGenerator.GetHexString(8, lowercase: true)}";
        try
        {
            using (var file = new FileStream(written, options))
            {
                file.Write(Encoding.ASCII.GetBytes($"{RandomNumberGenerator.GetHexString(8, lowercase: true)} {Convert.ToBase64String(RandomNumberGenerator.GetBytes(Length))}{Environment.NewLine}"));
                file.Flush(flushToDisk: true); // what it seals may be on the disk before
            }
            File.Move(written, path, overwrite: false); // whole before it has the name that others read
        }
        catch (IOException) when (File.Exists(path))
        {
            // Another program made it first.
        }
        finally
        {
            File.Delete(written);
        }
    }
}
