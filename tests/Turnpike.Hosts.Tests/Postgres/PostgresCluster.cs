using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Npgsql;
using Turnpike.Hosts.Tests.Storage;
using Turnpike.Storage.Postgres;

namespace Turnpike.Hosts.Tests.Postgres;

/// <summary>
/// A PostgreSQL server that the tests start themselves, in a folder of its own and for this run only. Where PostgreSQL is not installed the tests that need it
/// are skipped; where <c>CI</c> is set they fail.
/// </summary>
internal sealed class PostgresCluster
{
    private static readonly Lazy<PostgresCluster> Shared = new(() => new());
    private static int _databases;
    private readonly string _folder = TestFolder.New();
    private readonly string _bin = Find() ?? throw new FileNotFoundException("PostgreSQL is not installed: no initdb under /usr/lib/postgresql or on the PATH.");
    private readonly int _port = FreePort();
    private readonly Lazy<string> _migrated;

    private PostgresCluster()
    {
        _migrated = new(Migrated);
        if (Environment.IsPrivilegedProcess) Run("chown", "postgres", _folder); // the server refuses to run as root
        Do("initdb", "-D", Data, "-A", "trust", "-U", "turnpike", "-E", "UTF8", "--locale=C", "--no-sync");
        Start();
    }

    /// <summary>The server of this run; skips the test where there is none.</summary>
    public static PostgresCluster Current
    {
        get
        {
            try
            {
                return Shared.Value;
            }
            catch (FileNotFoundException missing) when (Environment.GetEnvironmentVariable("CI") is not ("true" or "1"))
            {
                Assert.Skip(missing.Message);
                throw;
            }
        }
    }

    /// <summary>Stops the server of this run, if it was started.</summary>
    public static void End()
    {
        if (Shared.IsValueCreated) Shared.Value.Dispose();
    }

    /// <summary>A server of a test's own, which it may stop and start.</summary>
    public static PostgresCluster Own()
    {
        _ = Current; // skips
        return new();
    }

    private string Data => Path.Combine(_folder, "data");

    /// <summary>A new, empty database: its connection string.</summary>
    public string NewDatabase() => ConnectionString(Create(""));

    /// <summary>The same with the schema in it: a copy of one that was migrated once, which takes a tenth of the time.</summary>
    public string NewMigratedDatabase() => ConnectionString(Create(" TEMPLATE " + _migrated.Value));

    private string Create(string like)
    {
        var name = $"test_{Interlocked.Increment(ref _databases)}";
        using var connection = new NpgsqlConnection(ConnectionString("postgres") + ";Pooling=false");
        connection.Open();
        using var command = new NpgsqlCommand($"CREATE DATABASE {name}{like}", connection);
        command.ExecuteNonQuery();
        return name;
    }

    private string Migrated()
    {
        var name = Create("");
        using var database = PostgresDatabase.Open(new() { ConnectionString = ConnectionString(name), Listens = false }, TimeProvider.System);
        return name;
    }

    public void Start() => Do("pg_ctl", "start", "-w", "-D", Data, "-l", Path.Combine(_folder, "log"), "-o", $"-p {_port} -k {_folder} -c listen_addresses=127.0.0.1 -c fsync=off -c max_connections=300 -c shared_buffers=64MB");

    /// <param name="how"><c>fast</c>: connections are cut; <c>immediate</c>: as if the machine had lost power.</param>
    public void Stop(string how = "fast") => Do("pg_ctl", "stop", "-w", "-D", Data, "-m", how);

    public void Dispose()
    {
        if (!Directory.Exists(_folder)) return;
        if (File.Exists(Path.Combine(Data, "postmaster.pid"))) Stop("immediate");
        Directory.Delete(_folder, recursive: true);
    }

    private string ConnectionString(string database) => $"Host=127.0.0.1;Port={_port};Username=turnpike;Database={database}";

    private void Do(string program, params string[] arguments)
    {
        program = Path.Combine(_bin, program);
        if (Environment.IsPrivilegedProcess) Run("runuser", ["-u", "postgres", "--", program, .. arguments]);
        else Run(program, arguments);
    }

    private static void Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = "/", RedirectStandardOutput = true };
        start.RedirectStandardError = true;
        using var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        var said = "";
        process.ErrorDataReceived += (_, line) => said += line.Data;
        process.BeginErrorReadLine();
        if (!process.WaitForExit(TimeSpan.FromMinutes(1)) || process.ExitCode != 0) throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: {said}");
    }

    private static string? Find()
    {
        var installed = Directory.Exists("/usr/lib/postgresql") ? Directory.GetDirectories("/usr/lib/postgresql").OrderDescending().Select(version => Path.Combine(version, "bin")) : [];
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        return installed.Concat(path).FirstOrDefault(folder => File.Exists(Path.Combine(folder, "initdb")));
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
