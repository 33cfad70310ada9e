using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Turnpike.Hosts.Tests.Storage;
using Turnpike.Pipeline;
using Turnpike.Prompts;
using Turnpike.Providers.Echo;
using Turnpike.Providers.Mcp;
using Turnpike.Storage;
using Turnpike.Turns;
using Turnpike.Turns.Catalogs;
using Turnpike.Turns.Files;
using Turnpike.Turns.Stores;

namespace Turnpike.Hosts.Tests.Samples;

/// <summary>Services that a program puts together itself, in whichever order.</summary>
public sealed class HostsOfTheLibrary : IDisposable
{
    private readonly string _folder = TestFolder.New();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Storage_and_tool_servers_may_be_disposed_without_waiting()
    {
        string id;
        using (var provider = Services().BuildServiceProvider())
        {
            Assert.Empty(provider.GetRequiredService<IToolSources>().Now);
            var runner = provider.GetRequiredService<TurnRunner>();
            id = (await runner.StartAsync(new() { Content = "Hi" }, Stop)).Turn.Id;
            await runner.WaitAsync(id, Stop);
        }
        using var again = Services().BuildServiceProvider();
        Assert.Equal((TurnStatus.Completed, "Hi"), await again.GetRequiredService<ITurnStore>().FindAsync(id, Stop) is { } kept ? (kept.Status, kept.Content) : default);
    }

    [Fact]
    public async Task A_generic_host_removes_contents_that_nothing_refers_to()
    {
        var builder = Host.CreateApplicationBuilder();
        foreach (var service in Services()) builder.Services.Add(service);
        builder.Services.Configure<UploadOptions>(options => options.Unreferenced = TimeSpan.Zero);
        using var host = builder.Build();
        var contents = host.Services.GetRequiredService<IContentStore>();
        var hash = (await contents.KeepAsync(new MemoryStream([1, 2, 3]), 100, Stop)).Hash;
        await host.StartAsync(Stop);
        while (await contents.OpenAsync(hash, Stop) is { } still)
        {
            await still.DisposeAsync();
            await Task.Delay(20, Stop); // the cleaner has just begun
        }
        await host.StopAsync(Stop);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Prompts_that_ship_stand_behind_the_kept_ones_whichever_was_added_first(bool promptsFirst)
    {
        var services = new ServiceCollection();
        var turnpike = services.AddTurnpike();
        if (promptsFirst) turnpike.AddBuiltInPrompts();
        services.AddTurnpikeSqlite(Path.Combine(_folder, "turnpike.db"));
        if (!promptsFirst) turnpike.AddBuiltInPrompts();
        await using var provider = services.BuildServiceProvider();
        var prompts = provider.GetRequiredService<IPromptStore>();
        Assert.NotNull(await prompts.FindAsync(BuiltInPrompts.All[0].Key, null, Stop));
        await prompts.SaveAsync(new() { Key = "own", Body = "Hi" }, null, Stop);
        await using var other = new ServiceCollection().AddTurnpikeSqlite(Path.Combine(_folder, "turnpike.db")).BuildServiceProvider();
        Assert.NotNull(await other.GetRequiredService<IPromptStore>().FindAsync("own", null, Stop)); // it is in the file
    }

    [Fact]
    public async Task Options_of_tool_servers_that_do_not_fit_are_told_by_their_member()
    {
        await using var provider = Services().Configure<McpOptions>(options => options.Connect = TimeSpan.Zero).BuildServiceProvider();
        var fault = Assert.Throws<OptionsValidationException>(provider.GetRequiredService<TurnRunner>);
        Assert.StartsWith("McpOptions.Connect is \"00:00:00\". ", Assert.Single(fault.Failures), StringComparison.Ordinal);
    }

    private ServiceCollection Services()
    {
        var services = new ServiceCollection();
        services.AddTurnpikeSqlite(Path.Combine(_folder, "turnpike.db"));
        services.AddTurnpike().AddModels(new EchoProvider()).UseModel("builtin/echo");
        services.AddToolServers();
        return services;
    }
}
