using Turnpike.Turns.Catalogs;

namespace Turnpike.Hosts.Tests.Storage;

/// <summary>What every store of tool servers promises.</summary>
public abstract class ToolServerStoreContract(StoreSet stores) : StoreContract(stores)
{
    [Fact]
    public async Task A_server_comes_back_as_it_was_kept_and_is_found_without_case()
    {
        var server = new ToolServer { Name = "Local", Transport = "stdio", Command = "node", Args = ["a", "b"], Env = new Dictionary<string, string> { ["KEY"] = "v" }, Headers = new Dictionary<string, string> { ["H"] = "w" }, Tools = ["x*"], Trusted = true };
        await Stores.ToolServers.SaveAsync(new() { Name = "local", Url = "http://x" }, Cancellation);
        await Stores.ToolServers.SaveAsync(server, Cancellation);
        var kept = Assert.Single(await Stores.ToolServers.ListAsync(Cancellation));
        Assert.Equal(("Local", "stdio", "node", "v", "w", true), (kept.Name, kept.Transport, kept.Command, kept.Env["KEY"], kept.Headers["H"], kept.Trusted));
        Assert.Equal(["a", "b", "x*"], kept.Args.Concat(kept.Tools));
        Assert.True(await Stores.ToolServers.DeleteAsync("LOCAL", Cancellation));
        Assert.False(await Stores.ToolServers.DeleteAsync("local", Cancellation));
        Assert.Empty(await Stores.ToolServers.ListAsync(Cancellation));
    }
}
