using Turnpike.Storage.Files;

namespace Turnpike.Server.Hosting;

/// <summary>
/// The place of the one server that usually works on a data folder. Who holds it has a lasting name, so that it ends at its start what an earlier run left behind,
/// instead of when the leases ran out. The system takes the place from a process that dies, however it dies; a second server finds it taken and goes by another name.
/// </summary>
/// <param name="data">The data folder.</param>
internal sealed class NodeSeat(string data) : IDisposable
{
    private readonly FileStream? _seat = Take(data);

    /// <summary>The node's name; null when another process holds the place.</summary>
    public string? Name => _seat is null ? null : $"{Environment.MachineName}-server";

    public void Dispose() => _seat?.Dispose();

    private static FileStream? Take(string data)
    {
        try
        {
            PrivateFolder.Make(data);
            return new FileStream(Path.Combine(data, "node.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
