using Microsoft.Extensions.DependencyInjection;
using Turnpike.Hosts.Tests.Postgres;
using Turnpike.Prompts;
using Turnpike.Storage;
using Turnpike.Storage.Postgres;
using Turnpike.Turns.Settings;
using Turnpike.Turns.Stores;
using Turnpike.Turns.Usage;

namespace Turnpike.Hosts.Tests.Storage;

/// <summary>The stores of one place, empty.</summary>
public sealed class StoreSet : IAsyncDisposable
{
    private readonly ServiceProvider? _provider;
    private readonly string? _folder;

    private StoreSet(IPromptStore prompts, IConversationStore conversations, ITurnStore turns, ITurnLog log, ISettingsStore settings, IUsageStore usage, ManualClock clock) =>
        (Prompts, Conversations, Turns, Log, Settings, Usage, Clock) = (prompts, conversations, turns, log, settings, usage, clock);

    private StoreSet(ServiceProvider provider, string folder, ManualClock clock)
        : this(provider.GetRequiredService<IPromptStore>(), provider.GetRequiredService<IConversationStore>(), provider.GetRequiredService<ITurnStore>(), provider.GetRequiredService<ITurnLog>(), provider.GetRequiredService<ISettingsStore>(), provider.GetRequiredService<IUsageStore>(), clock) =>
        (_provider, _folder, OpenCalls) = (provider, folder, provider.GetRequiredService<IOpenCallStore>());

    public IPromptStore Prompts { get; }
    public IConversationStore Conversations { get; }
    public ITurnStore Turns { get; }
    public ITurnLog Log { get; }
    public ISettingsStore Settings { get; }
    public IOpenCallStore OpenCalls { get; private init; } = null!;
    public IUsageStore Usage { get; }
    internal ManualClock Clock { get; }

    public static StoreSet InMemory()
    {
        var (stores, clock) = (new InMemoryStores(), new ManualClock());
        return new(new InMemoryPromptStore(clock), stores.Conversations, stores.Turns, stores.Log, stores.Settings, stores.Usage, clock) { OpenCalls = stores.OpenCalls };
    }

    public static StoreSet Sqlite()
    {
        var (folder, clock) = (TestFolder.New(), new ManualClock());
        return new(new ServiceCollection().AddSingleton<TimeProvider>(clock).AddTurnpikeSqlite(Path.Combine(folder, "turnpike.db")).BuildServiceProvider(), folder, clock);
    }

    public static StoreSet Postgres()
    {
        var (connection, clock) = (PostgresCluster.Current.NewDatabase(), new ManualClock());
        return new(new ServiceCollection().AddSingleton<TimeProvider>(clock).AddTurnpikePostgres(new PostgresOptions { ConnectionString = connection, Connections = 8 }).BuildServiceProvider(), TestFolder.New(), clock);
    }

    public async ValueTask DisposeAsync()
    {
        if (_provider is not null) await _provider.DisposeAsync();
        if (_folder is not null) Directory.Delete(_folder, recursive: true);
    }
}
