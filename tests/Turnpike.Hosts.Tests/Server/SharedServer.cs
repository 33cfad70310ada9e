namespace Turnpike.Hosts.Tests.Server;

/// <summary>One server for the tests of a class that keep nothing and start no turn.</summary>
public sealed class SharedServer : IAsyncDisposable
{
    public RunningServer Server { get; } = new();

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}
