using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Turnpike.Prompts;
using Turnpike.Prompts.Testing;
using Turnpike.Storage.Files;
using Turnpike.Storage.Postgres;
using Turnpike.Storage.Secrets;
using Turnpike.Storage.Sql;
using Turnpike.Storage.Sqlite;
using Turnpike.Storage.Stores;
using Turnpike.Turns.Access;
using Turnpike.Turns.Auditing;
using Turnpike.Turns.Files;
using Turnpike.Turns.Projects;
using Turnpike.Turns.Settings;
using Turnpike.Turns.Stores;
using Turnpike.Turns.Usage;

namespace Turnpike.Storage;

/// <summary>Chooses where turns, conversations and prompts are kept.</summary>
public static class StorageServices
{
    private static readonly string[] Words = ["Data Source", "DataSource", "Filename"]; // with which connection strings begin

    /// <summary>Keeps everything in one SQLite file. It is opened, and migrated, when the first store is asked for.</summary>
    /// <param name="services">Where the stores are registered.</param>
    /// <param name="path">The file; it and its folder are made when they do not exist.</param>
    /// <exception cref="ArgumentException">The path is empty, or no path: a connection string or <c>:memory:</c>.</exception>
    public static IServiceCollection AddTurnpikeSqlite(this IServiceCollection services, string path) => services.AddTurnpikeSqlite(new SqliteOptions { Path = path });

    /// <summary>Keeps everything in one SQLite file. It is opened, and migrated, when the first store is asked for.</summary>
    /// <param name="services">Where the stores are registered.</param>
    /// <param name="options">Where the file is and how careful the database is.</param>
    /// <exception cref="ArgumentException">The path is empty, or no path: a connection string or <c>:memory:</c>.</exception>
    public static IServiceCollection AddTurnpikeSqlite(this IServiceCollection services, SqliteOptions options)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(options);
        CheckPath(options.Path);
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(provider => SqliteDatabase.Open(options, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IContentPlace>(provider => ContentsOf(provider.GetRequiredService<SqliteDatabase>(), new(options.Path)));
        return services.AddStores(
            provider => provider.GetRequiredService<SqliteDatabase>(),
            provider => SqliteOrganizations.Of(provider.GetRequiredService<SqliteDatabase>(), options, provider.GetRequiredService<TimeProvider>()),
            new SqliteNeighbours(options.Path).PlainOf("secrets.key"));
    }

    private static void CheckPath(string path)
    {
        if (string.IsNullOrWhiteSpace(path)) throw new ArgumentException("The path of the SQLite file is empty. Name a file, such as \"data/turnpike.db\".", nameof(path));
        if (path == ":memory:") throw new ArgumentException("A SQLite database is kept in a file here. Without AddTurnpikeSqlite everything is kept in memory.", nameof(path));
        if (Words.Any(word => path.StartsWith(word, StringComparison.OrdinalIgnoreCase) && path.AsSpan(word.Length).TrimStart().StartsWith("=")))
            throw new ArgumentException("The SQLite file is named by its path alone, such as \"data/turnpike.db\", and not by a connection string.", nameof(path)); // which may hold a password, and is not repeated
    }

    /// <summary>Keeps everything in a PostgreSQL database, which any number of nodes may share. It is connected to, and migrated, when the first store is asked for.</summary>
    /// <param name="services">Where the stores are registered.</param>
    /// <param name="connectionString">Npgsql's words or a <c>postgresql://</c> URI.</param>
    /// <exception cref="ArgumentException">The connection string cannot be read; the message names the word at fault and no value.</exception>
    public static IServiceCollection AddTurnpikePostgres(this IServiceCollection services, string connectionString) => services.AddTurnpikePostgres(new PostgresOptions { ConnectionString = connectionString });

    /// <summary>Keeps everything in a PostgreSQL database, which any number of nodes may share. It is connected to, and migrated, when the first store is asked for.</summary>
    /// <param name="services">Where the stores are registered.</param>
    /// <param name="options">Where the database is and how much of it is used.</param>
    /// <exception cref="ArgumentException">The connection string cannot be read; the message names the word at fault and no value.</exception>
    public static IServiceCollection AddTurnpikePostgres(this IServiceCollection services, PostgresOptions options)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(options);
        NpgsqlDataSource.Create(options.Settings()).Dispose(); // connects to nothing; what does not fit is said here, to whoever sets the program up
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(provider => PostgresDatabase.Open(options, provider.GetRequiredService<TimeProvider>(), provider.GetService<ILogger<PostgresDatabase>>() ?? NullLogger<PostgresDatabase>.Instance));
        services.AddSingleton<IContentPlace, ContentTable>();
        return services.AddStores(
            provider => provider.GetRequiredService<PostgresDatabase>(),
            provider => PostgresOrganizations.Of(provider.GetRequiredService<PostgresDatabase>()),
            Path.GetFullPath(options.SecretsFile));
    }

    /// <summary>Seals secrets with keys of the host's, the same on all nodes, instead of those of a file. Called after the database was chosen.</summary>
    /// <param name="services">Where the stores are registered.</param>
    /// <param name="keys">One or more keys, each 32 bytes in base64, separated by commas or blanks; the last one seals, all of them open.</param>
    /// <exception cref="ArgumentException">They cannot be read.</exception>
    public static IServiceCollection AddTurnpikeSecretsKey(this IServiceCollection services, string keys)
    {
        ArgumentNullException.ThrowIfNull(services);
        return services.Replace(SecretBoxOf(SealKeys.Of(keys)));
    }

    /// <summary>A store, and before it what lets each user see what their roles allow.</summary>
    private static void AddGuarded<TStore, TKept>(this IServiceCollection services, Func<TKept, AuditDesk, IProjectMembers, ProjectAccess, TStore> guard) where TStore : class where TKept : class =>
        services.AddSingleton(provider => guard(ActivatorUtilities.CreateInstance<TKept>(provider), provider.GetRequiredService<AuditDesk>(), provider.GetRequiredService<IProjectMembers>(), provider.GetRequiredService<ProjectAccess>()));

    /// <summary>A store, and before it what puts its changes on record.</summary>
    private static void AddAudited<TStore, TKept>(this IServiceCollection services, Func<TKept, AuditDesk, TStore> audited) where TStore : class where TKept : class =>
        services.AddSingleton(provider => audited(ActivatorUtilities.CreateInstance<TKept>(provider), provider.GetRequiredService<AuditDesk>()));

    private static ServiceDescriptor SecretBoxOf(SealKeys keys) => ServiceDescriptor.Singleton<ISecretBox>(provider => new SecretBox(keys, provider.GetService<ILogger<SecretBox>>() ?? NullLogger<SecretBox>.Instance));

    private static ContentFolder ContentsOf(SqliteDatabase _, SqliteNeighbours neighbours) => new ContentFolder(neighbours.PlaceOf("contents", isOurs: () => true), neighbours.PlainOf("contents")); // the file that claims is there first

    private static IServiceCollection AddStores(this IServiceCollection services, Func<IServiceProvider, SqlDatabase> home, Func<IServiceProvider, SqlDatabase> organizations, string secrets)
    {
        services.AddSingleton(provider => new HomeDatabase(home(provider)));
        services.AddSingleton(organizations);
        services.AddSingleton<IStoreChanges>(provider => provider.GetRequiredService<SqlDatabase>().Changes);
        services.AddAudited<IKeyStore, SqlKeyStore>((store, desk) => new AuditedKeys(store, desk));
        services.AddSingleton<KeyRing>();
        services.AddSingleton<KeyDesk>();
        services.AddSingleton<IOrganizations, SqlOrganizations>();
        services.AddSingleton<IBudgetStore, SqlBudgetStore>();
        services.AddSingleton<IAuditLog, SqlAuditLog>();
        services.AddSingleton(provider => new AuditDesk(provider.GetRequiredService<IAuditLog>(), provider.GetRequiredService<TimeProvider>(), provider.GetService<ILogger<AuditDesk>>() ?? NullLogger<AuditDesk>.Instance));
        services.Add(SecretBoxOf(SealKeys.OfFile(secrets)));
        services.AddAudited<IProjectMembers, SqlProjectMembers>((store, desk) => new AuditedMembers(store, desk));
        services.TryAddSingleton<ProjectAccess>();
        services.AddSingleton<SqlPromptTests>();
        services.AddSingleton<IPromptTests>(provider => new GuardedPromptTests(new AuditedPromptTests(provider.GetRequiredService<SqlPromptTests>(), provider.GetRequiredService<AuditDesk>()), provider.GetRequiredService<ProjectAccess>()));
        services.AddSingleton<IPromptStore>(provider => new GuardedPrompts(new TestedPrompts(new AuditedPrompts(ActivatorUtilities.CreateInstance<SqlPromptStore>(provider), provider.GetRequiredService<AuditDesk>()), provider.GetRequiredService<SqlPromptTests>()), provider.GetRequiredService<IProjectMembers>(), provider.GetRequiredService<ProjectAccess>()));
        ShippedPrompts.Follow(services);
        services.AddGuarded<IPromptDrafts, SqlPromptDrafts>((store, _, _, access) => new GuardedDrafts(store, access));
        services.AddGuarded<IPromptUses, SqlPromptUses>((store, _, _, access) => new GuardedPromptUses(store, access));
        services.AddGuarded<IConversationStore, SqlConversationStore>((store, _, _, access) => new GuardedConversations(store, access));
        services.AddGuarded<ITurnStore, SqlTurnStore>((store, desk, members, access) => new GuardedTurns(store, members, access, desk));
        services.AddSingleton<ITurnLog, SqlTurnLog>();
        services.AddGuarded<IOpenCallStore, SqlOpenCallStore>((store, _, _, access) => new GuardedOpenCalls(store, access));
        services.AddGuarded<IRecordingStore, SqlRecordingStore>((store, _, _, access) => new GuardedRecordings(store, access));
        services.AddAudited<IToolServerStore, SqlToolServerStore>((store, desk) => new AuditedToolServers(store, desk));
        services.AddGuarded<IStoredCompletions, SqlStoredCompletions>((store, _, _, access) => new GuardedCompletions(store, access));
        services.AddGuarded<ISettingsStore, SqlSettingsStore>((store, desk, members, access) => new GuardedSettings(new AuditedSettings(store, desk), members, access));
        services.AddOptions();
        services.AddSingleton<IContentStore, SqlContentStore>();
        services.AddGuarded<IFileStore, SqlFileStore>((store, _, members, access) => new GuardedFiles(store, members, access));
        services.AddGuarded<IUsageStore, SqlUsageStore>((store, _, members, access) => new GuardedUsage(store, members, access));
        return services;
    }
}
