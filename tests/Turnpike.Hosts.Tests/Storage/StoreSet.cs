using Microsoft.Extensions.DependencyInjection;
using Turnpike.Hosts.Tests.Postgres;
using Turnpike.Prompts;
using Turnpike.Storage;
using Turnpike.Storage.Postgres;
using Turnpike.Turns.Files;
using Turnpike.Turns.Settings;
using Turnpike.Turns.Stores;
using Turnpike.Turns.Usage;

namespace Turnpike.Hosts.Tests.Storage;

/// <summary>The stores of one place, empty.</summary>
public sealed class StoreSet : IAsyncDisposable
{
    private readonly ServiceProvider _provider;
    private readonly string? _folder;

    private StoreSet(IServiceCollection services, ManualClock clock, string? folder = null) => (_provider, Clock, _folder) = (services.AddSingleton<TimeProvider>(clock).BuildServiceProvider(), clock, folder);

    public IPromptStore Prompts => Get<IPromptStore>();
    public IPromptDrafts Drafts => Get<IPromptDrafts>();
    public IPromptUses Uses => Get<IPromptUses>();
    public IConversationStore Conversations => Get<IConversationStore>();
    public ITurnStore Turns => Get<ITurnStore>();
    public ITurnLog Log => Get<ITurnLog>();
    public ISettingsStore Settings => Get<ISettingsStore>();
    public IUsageStore Usage => Get<IUsageStore>();
    public IFileStore Files => Get<IFileStore>();
    public IContentStore Contents => Get<IContentStore>();
    public IToolServerStore ToolServers => Get<IToolServerStore>();
    public IStoredCompletions Completions => Get<IStoredCompletions>();
    public IOpenCallStore OpenCalls => Get<IOpenCallStore>();
    public IRecordingStore Recordings => Get<IRecordingStore>();
    internal ManualClock Clock { get; }

    public static StoreSet InMemory()
    {
        var services = new ServiceCollection();
        services.AddTurnpike();
        return new(services, new());
    }

    public static StoreSet Sqlite()
    {
        var folder = TestFolder.New();
        return new(new ServiceCollection().AddTurnpikeSqlite(Path.Combine(folder, "turnpike.db")), new(), folder);
    }

    public static StoreSet Postgres() =>
        new(new ServiceCollection().AddTurnpikePostgres(new PostgresOptions { ConnectionString = PostgresCluster.Current.NewMigratedDatabase(), Connections = 8 }), new());

    public T Get<T>() where T : notnull => _provider.GetRequiredService<T>();

    public async ValueTask DisposeAsync()
    {
        await _provider.DisposeAsync();
        if (_folder is not null) Directory.Delete(_folder, recursive: true);
    }
}
