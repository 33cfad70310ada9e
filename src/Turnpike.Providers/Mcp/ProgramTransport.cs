using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using Microsoft.Extensions.Logging;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using Turnpike.Turns.Catalogs;

namespace Turnpike.Providers.Mcp;

/// <summary>Starts a tool server that is a program, and speaks with it over its standard streams, of which nothing is read without bound.</summary>
internal sealed partial class ProgramTransport(ToolServer server, int mostBytes, ILoggerFactory loggers, ILogger logger, ServerSecrets secrets) : IClientTransport
{
    private static readonly UTF8Encoding Utf8 = new(false);

    public string Name => server.Name;

    public async Task<ITransport> ConnectAsync(CancellationToken cancellationToken = default)
    {
        var process = new Process { StartInfo = Start() };
        try
        {
            process.Start();
        }
        catch (Exception error) when (error is Win32Exception or InvalidOperationException)
        {
            process.Dispose();
            throw new IOException($"The program \"{server.Command}\" cannot be started: {error.Message}", error);
        }
        var said = new LastWords(secrets.Clean, line => Said(logger, server.Name, line));
        _ = said.ListenAsync(process.StandardError);
        var streams = new StreamClientTransport(process.StandardInput.BaseStream, new MessageStream(process.StandardOutput.BaseStream, mostBytes, MessageFraming.Lines), loggers);
        return new ProgramSession(await streams.ConnectAsync(cancellationToken), process, said);
    }

    private ProcessStartInfo Start()
    {
        var inShell = OperatingSystem.IsWindows() && !string.Equals(Path.GetFileName(server.Command), "cmd.exe", StringComparison.OrdinalIgnoreCase); // npx and its like are scripts there
        var start = new ProcessStartInfo(inShell ? "cmd.exe" : server.Command!)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = Utf8,
            StandardOutputEncoding = Utf8,
            StandardErrorEncoding = Utf8,
            UseShellExecute = false,
            CreateNoWindow = true,
        };
        foreach (var argument in inShell ? ["/c", server.Command!, .. server.Args] : server.Args) start.ArgumentList.Add(inShell && !argument.Contains(' ', StringComparison.Ordinal) ? Escaped(argument) : argument);
        start.Environment.Clear(); // our keys are none of its business
        foreach (var (name, value) in StdioClientTransportOptions.GetDefaultEnvironmentVariables()) start.Environment[name] = value;
        foreach (var (name, value) in server.Env) start.Environment[name] = value;
        return start;
    }

    private static string Escaped(string argument) => string.Concat(argument.Select(letter => letter is '&' or '^' or '>' or '<' or '|' ? $"^{letter}" : letter.ToString()));

    [LoggerMessage(Level = LogLevel.Debug, Message = "Tool server {Server} says: {Line}")]
    private static partial void Said(ILogger logger, string server, string line);
}
