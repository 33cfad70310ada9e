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
        return services.AddStores(
            provider => provider.GetRequiredService<SqliteDatabase>(),
            provider => SqliteOrganizations.Of(provider.GetRequiredService<SqliteDatabase>(), options, provider.GetRequiredService<TimeProvider>()),
            Path.Combine(Path.GetDirectoryName(Path.GetFullPath(options.Path))!, "contents"));
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
        return services.AddStores(
            provider => provider.GetRequiredService<PostgresDatabase>(),
            provider => provider.GetRequiredService<PostgresDatabase>(),
            Path.GetFullPath(options.Contents));
    }

    private static IServiceCollection AddStores(this IServiceCollection services, Func<IServiceProvider, SqlDatabase> home, Func<IServiceProvider, SqlDatabase> organizations, string contents)
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
        services.AddSingleton<ISecretBox>(new SecretBox(new(Path.Combine(Path.GetDirectoryName(contents)!, "secrets.key"))));
        services.AddSingleton<IPromptStore, SqlPromptStore>();
        services.AddSingleton<IPromptDrafts, SqlPromptDrafts>();
        services.AddSingleton<IPromptUses, SqlPromptUses>();
        services.AddSingleton<IConversationStore, SqlConversationStore>();
        services.AddSingleton<ITurnStore, SqlTurnStore>();
        services.AddSingleton<ITurnLog, SqlTurnLog>();
        services.AddSingleton<IOpenCallStore, SqlOpenCallStore>();
        services.AddSingleton<IToolServerStore, SqlToolServerStore>();
        services.AddSingleton<IStoredCompletions, SqlStoredCompletions>();
        services.AddSingleton<ISettingsStore, SqlSettingsStore>();
        services.AddOptions();
        services.AddSingleton(new ContentFolder(contents));
        services.AddSingleton<IContentStore, SqlContentStore>();
        services.AddSingleton<IFileStore, SqlFileStore>();
        services.AddSingleton<IUsageStore, SqlUsageStore>();
        return services;
    }
}
