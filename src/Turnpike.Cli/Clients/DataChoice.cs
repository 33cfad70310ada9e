using Microsoft.Extensions.DependencyInjection;
using Turnpike.Storage;
using Turnpike.Storage.Postgres;

namespace Turnpike.Cli.Clients;

/// <summary>Where a program in this process keeps everything: where a server with the same environment does. PostgreSQL when <c>ConnectionStrings__Turnpike</c> names one, else a SQLite file in the data folder.</summary>
internal static class DataChoice
{
    /// <exception cref="UsageException">A variable cannot be used.</exception>
    public static void Add(IServiceCollection services, string data, Surroundings here)
    {
        if (here.Variable("ConnectionStrings__Turnpike") is not { Length: > 0 } connection) services.AddTurnpikeSqlite(Path.Combine(data, "turnpike.db"));
        else AddPostgres(services, connection, data);
        if (here.Variable("Turnpike__SecretsKey") is not { Length: > 0 } keys) return;
        try
        {
            services.AddTurnpikeSecretsKey(keys);
        }
        catch (ArgumentException error)
        {
            throw new UsageException($"Turnpike__SecretsKey cannot be used. {error.Message}", "Set it as the server has it.");
        }
    }

    private static void AddPostgres(IServiceCollection services, string connection, string data)
    {
        const string Hint = "Give one such as \"Host=localhost;Database=turnpike;Username=turnpike\", or unset it to keep everything in the data folder.";
        if (!PostgresOptions.Fits(connection)) throw new UsageException("ConnectionStrings__Turnpike is no connection string of PostgreSQL.", Hint);
        try
        {
            services.AddTurnpikePostgres(new PostgresOptions { ConnectionString = connection, SecretsFile = Path.Combine(data, "secrets.key"), Connections = 4 });
        }
        catch (ArgumentException error)
        {
            throw new UsageException($"ConnectionStrings__Turnpike cannot be read. {error.Message}", Hint);
        }
    }
}
