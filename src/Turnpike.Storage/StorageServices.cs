using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Turnpike.Prompts;
using Turnpike.Storage.Files;
using Turnpike.Storage.Postgres;
using Turnpike.Storage.Secrets;
using Turnpike.Storage.Sql;
using Turnpike.Storage.Sqlite;
using Turnpike.Storage.Stores;
using Turnpike.Turns.Access;
using Turnpike.Turns.Files;
using Turnpike.Turns.Settings;
using Turnpike.Turns.Stores;
using Turnpike.Turns.Usage;

namespace Turnpike.Storage;

/// <summary>Chooses where turns, conversations and prompts are kept.</summary>
public static class StorageServices
{
    /// <summary>Keeps everything in one SQLite file. It is opened, and migrated, when the first store is asked for.</summary>
    /// <param name="services">Where the stores are registered.</param>
    /// <param name="path">The file; it and its folder are made when they do not exist.</param>
    public static IServiceCollection AddTurnpikeSqlite(this IServiceCollection services, string path) => services.AddTurnpikeSqlite(new SqliteOptions { Path = path });

    /// <summary>Keeps everything in one SQLite file. It is opened, and migrated, when the first store is asked for.</summary>
    /// <param name="services">Where the stores are registered.</param>
    /// <param name="options">Where the file is and how careful the database is.</param>
    public static IServiceCollection AddTurnpikeSqlite(this IServiceCollection services, SqliteOptions options)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(options);
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(provider => SqliteDatabase.Open(options, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IContentPlace>(new ContentFolder(Beside(options, "contents")));
        return services.AddStores(
            provider => provider.GetRequiredService<SqliteDatabase>(),
            provider => SqliteOrganizations.Of(provider.GetRequiredService<SqliteDatabase>(), options, provider.GetRequiredService<TimeProvider>()),
            Beside(options, "secrets.key"));
    }

    /// <summary>Keeps everything in a PostgreSQL database, which any number of nodes may share. It is connected to, and migrated, when the first store is asked for.</summary>
    /// <param name="services">Where the stores are registered.</param>
    /// <param name="connectionString">Npgsql's words or a <c>postgresql://</c> URI.</param>
    public static IServiceCollection AddTurnpikePostgres(this IServiceCollection services, string connectionString) => services.AddTurnpikePostgres(new PostgresOptions { ConnectionString = connectionString });

    /// <summary>Keeps everything in a PostgreSQL database, which any number of nodes may share. It is connected to, and migrated, when the first store is asked for.</summary>
    /// <param name="services">Where the stores are registered.</param>
    /// <param name="options">Where the database is and how much of it is used.</param>
    public static IServiceCollection AddTurnpikePostgres(this IServiceCollection services, PostgresOptions options)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(options);
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(provider => PostgresDatabase.Open(options, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IContentPlace, ContentTable>();
        return services.AddStores(
            provider => provider.GetRequiredService<PostgresDatabase>(),
            provider => PostgresOrganizations.Of(provider.GetRequiredService<PostgresDatabase>(), options, provider.GetRequiredService<TimeProvider>()),
            Path.GetFullPath(options.SecretsFile));
    }

    /// <summary>Seals secrets with keys of the host's, the same on all nodes, instead of those of a file. Called after the database was chosen.</summary>
    /// <param name="services">Where the stores are registered.</param>
    /// <param name="keys">One or more keys, each 32 bytes in base64, separated by commas or blanks; the last one seals, all of them open.</param>
    /// <exception cref="ArgumentException">They cannot be read.</exception>
    public static IServiceCollection AddTurnpikeSecretsKey(this IServiceCollection services, string keys)
    {
        ArgumentNullException.ThrowIfNull(services);
        return services.Replace(ServiceDescriptor.Singleton<ISecretBox>(new SecretBox(SealKeys.Of(keys))));
    }

    private static string Beside(SqliteOptions options, string name) => Path.Combine(Path.GetDirectoryName(Path.GetFullPath(options.Path))!, name);

    private static IServiceCollection AddStores(this IServiceCollection services, Func<IServiceProvider, SqlDatabase> home, Func<IServiceProvider, SqlDatabase> organizations, string secrets)
    {
        services.AddSingleton(provider => new HomeDatabase(home(provider)));
        services.AddSingleton(organizations);
        services.AddSingleton<IStoreChanges>(provider => provider.GetRequiredService<SqlDatabase>().Changes);
        services.AddSingleton<IKeyStore, SqlKeyStore>();
        services.AddSingleton<KeyRing>();
        services.AddSingleton<KeyDesk>();
        services.AddSingleton<IOrganizations, SqlOrganizations>();
        services.AddSingleton<IBudgetStore, SqlBudgetStore>();
        services.AddSingleton<IAuditLog, SqlAuditLog>();
        services.AddSingleton<ISecretBox>(new SecretBox(SealKeys.OfFile(secrets)));
        services.AddSingleton<IPromptStore, SqlPromptStore>();
        services.AddSingleton<IPromptDrafts, SqlPromptDrafts>();
        services.AddSingleton<IPromptUses, SqlPromptUses>();
        services.AddSingleton<IConversationStore, SqlConversationStore>();
        services.AddSingleton<ITurnStore, SqlTurnStore>();
        services.AddSingleton<ITurnLog, SqlTurnLog>();
        services.AddSingleton<IOpenCallStore, SqlOpenCallStore>();
        services.AddSingleton<IRecordingStore, SqlRecordingStore>();
        services.AddSingleton<IToolServerStore, SqlToolServerStore>();
        services.AddSingleton<IStoredCompletions, SqlStoredCompletions>();
        services.AddSingleton<ISettingsStore, SqlSettingsStore>();
        services.AddOptions();
        services.AddSingleton<IContentStore, SqlContentStore>();
        services.AddSingleton<IFileStore, SqlFileStore>();
        services.AddSingleton<IUsageStore, SqlUsageStore>();
        return services;
    }
}
