using System.ComponentModel.DataAnnotations;
using Turnpike.Storage;
using Turnpike.Storage.Postgres;

namespace Turnpike.Server.Hosting;

/// <summary>Where everything is kept: PostgreSQL when <c>ConnectionStrings:Turnpike</c> is one, else a SQLite file in the data folder.</summary>
internal static class DatabaseChoice
{
    /// <exception cref="ValidationException">The connection string is none of PostgreSQL's, or cannot be read.</exception>
    public static void Add(IServiceCollection services, IConfiguration configuration, string data)
    {
        AddDatabase(services, configuration, data);
        if (configuration["Turnpike:SecretsKey"] is not { Length: > 0 } keys) return;
        try
        {
            services.AddTurnpikeSecretsKey(keys);
        }
        catch (ArgumentException error)
        {
            throw new ValidationException($"Turnpike:SecretsKey cannot be used. {error.Message}", error);
        }
    }

    private static void AddDatabase(IServiceCollection services, IConfiguration configuration, string data)
    {
        if (configuration.GetConnectionString("Turnpike") is not { Length: > 0 } connection)
        {
            services.AddTurnpikeSqlite(Path.Combine(Path.GetFullPath(data), "turnpike.db"));
            return;
        }
        if (!PostgresOptions.Fits(connection))
            throw new ValidationException("ConnectionStrings:Turnpike is no connection string of PostgreSQL. Give one such as \"Host=localhost;Database=turnpike;Username=turnpike\" or \"postgresql://turnpike@localhost/turnpike\", or take the setting away to keep everything in a SQLite file.");
        var options = new PostgresOptions { ConnectionString = connection, SecretsFile = Path.Combine(Path.GetFullPath(data), "secrets.key"), Connections = configuration.GetValue("Turnpike:Database:Connections", 20) };
        try
        {
            services.AddTurnpikePostgres(options);
        }
        catch (ArgumentException error)
        {
            throw new ValidationException($"ConnectionStrings:Turnpike cannot be read. {error.Message}", error);
        }
    }
}
