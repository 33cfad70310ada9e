using System.Diagnostics;
using Turnpike.Hosts.Tests.Npm;

namespace Turnpike.Hosts.Tests.Tools;

/// <summary>The tool server in Node that listens for streamable HTTP.</summary>
internal sealed class ToolProgram : IDisposable
{
    private readonly Process _node;

    private ToolProgram(Process node, string url) => (_node, Url) = (node, url);

    public string Url { get; }

    public static async Task<ToolProgram> StartAsync()
    {
        var folder = await NpmFolder.ReadyAsync("mcp");
        var node = Process.Start(new ProcessStartInfo("node", ["server.mjs", "--http"]) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true })!;
        node.BeginErrorReadLine();
        var port = await node.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
        return new(node, $"http://127.0.0.1:{port}/mcp");
    }

    public void Kill()
    {
        _node.Kill();
        _node.WaitForExit();
    }

    public void Dispose()
    {
        if (!_node.HasExited) Kill();
        _node.Dispose();
    }
}
