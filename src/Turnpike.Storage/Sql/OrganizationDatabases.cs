using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Turnpike.Storage.Stores;
using Turnpike.Turns.Access;
using Turnpike.Turns.Events;
using Turnpike.Turns.Stores;

namespace Turnpike.Storage.Sql;

/// <summary>
/// A database for each organization, so that no statement has to be told whose rows it may see and none can forget: this is the one place where it is decided.
/// The default organization's is <paramref name="home"/>, which also knows the others; they are opened, and made, at first use.
/// </summary>
/// <param name="home">The default organization's, disposed by whoever opened it.</param>
/// <param name="open">Opens the database of a place.</param>
internal sealed class OrganizationDatabases(SqlDatabase home, Func<string, SqlDatabase> open) : SqlDatabase, IDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<Task<SqlDatabase>>> _others = new(StringComparer.Ordinal);
    private readonly OlderTurns _older = OlderTurns.Of(home);

    /// <summary>Ends when what older programs left in the databases of now is as this one wants it.</summary>
    public Task UpToDate => _older.Done;

    /// <summary>Where an organization's things are: its id, or what stands for one that cannot be the name of a file or a schema.</summary>
    public static string PlaceOf(string organization) => organization.Length <= 40 && organization.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter == '_') && !organization.StartsWith("x_", StringComparison.Ordinal)
        ? organization
        : "x_" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(organization)))[..32];

    internal override async Task<T> WriteAsync<T>(Func<SqlSession, Task<T>> work, CancellationToken cancellationToken)
    {
        var organization = OrganizationScope.Current; // the work may run on a thread that another organization's request started
        var database = await OfAsync(organization);
        return await database.WriteAsync(session => InAsync(organization, session, work), cancellationToken);
    }

    internal override async Task<T> WriteInLineAsync<T>(Func<SqlSession, Task<T>> work, CancellationToken cancellationToken)
    {
        var organization = OrganizationScope.Current;
        var database = await OfAsync(organization);
        return await database.WriteInLineAsync(session => InAsync(organization, session, work), cancellationToken);
    }

    internal override async Task<T> WriteAfterAsync<T>(string turn, Func<SqlSession, Task<T>> work, CancellationToken cancellationToken)
    {
        var organization = OrganizationScope.Current;
        var database = await OfAsync(organization);
        return await database.WriteAfterAsync(turn, session => InAsync(organization, session, work), cancellationToken);
    }

    internal override Task<T> ReadAsync<T>(Func<SqlSession, Task<T>> work, CancellationToken cancellationToken) =>
        OrganizationScope.Current is var organization && organization == OrganizationScope.Default ? home.ReadAsync(work, cancellationToken) : ReadAsync(organization, work, cancellationToken);

    /// <summary>A turn's events are appended by the task that runs it, whose organization was opened when the turn was saved.</summary>
    internal override void Append(TurnEvent happened) => OfAsync(OrganizationScope.Current).AsTask().GetAwaiter().GetResult().Append(happened);

    internal override async Task AppendAsync(TurnEvent happened, CancellationToken cancellationToken) => await (await OfAsync(OrganizationScope.Current)).AppendAsync(happened, cancellationToken);

    internal override async Task<IReadOnlyList<string>> RenewAsync(string node, IReadOnlyCollection<string> turns, long until, CancellationToken cancellationToken) =>
        await (await OfAsync(OrganizationScope.Current)).RenewAsync(node, turns, until, cancellationToken);

    /// <summary>All organizations are on one server, with one clock.</summary>
    internal override TimeSpan ClockOffset => home.ClockOffset;

    internal override Task ReadClockAsync(CancellationToken cancellationToken) => home.ReadClockAsync(cancellationToken);

    public override Task CheckAsync(CancellationToken cancellationToken) => home.CheckAsync(cancellationToken);

    public override StoreChanges Changes => home.Changes;

    public override async ValueTask DisposeAsync()
    {
        await _older.DisposeAsync();
        foreach (var other in _others.Values)
        {
            if (other is { IsValueCreated: true, Value.IsCompletedSuccessfully: true }) await (await other.Value).DisposeAsync();
        }
    }

    /// <summary>As <see cref="DisposeAsync"/>, for a provider of services that is disposed without waiting.</summary>
    public void Dispose() => Task.Run(() => DisposeAsync().AsTask()).GetAwaiter().GetResult();

    private async Task<T> ReadAsync<T>(string organization, Func<SqlSession, Task<T>> work, CancellationToken cancellationToken) => await (await OfAsync(organization)).ReadAsync(work, cancellationToken);

    private static async Task<T> InAsync<T>(string organization, SqlSession session, Func<SqlSession, Task<T>> work)
    {
        using (OrganizationScope.Enter(organization)) return await work(session);
    }

    private ValueTask<SqlDatabase> OfAsync(string organization) => organization == OrganizationScope.Default ? new(home)
        : _others.TryGetValue(organization, out var known) && known is { IsValueCreated: true, Value.IsCompletedSuccessfully: true } ? new(known.Value.Result) : new(OpenedAsync(organization));

    private async Task<SqlDatabase> OpenedAsync(string organization)
    {
        var other = _others.GetOrAdd(organization, id => new(() => Task.Run(() => OpenAsync(id))));
        try
        {
            return await other.Value;
        }
        catch
        {
            _others.TryRemove(new(organization, other)); // the next one tries again
            throw;
        }
    }

    private async Task<SqlDatabase> OpenAsync(string organization)
    {
        var database = open(PlaceOf(organization));
        database.Changes.Listen(home.Changes.Tell);
        try
        {
            await home.WriteAsync(session => session.ExecuteAsync(OrganizationSql.Note, ("@id", organization)), CancellationToken.None);
        }
        catch
        {
            await database.DisposeAsync(); // the next try opens another
            throw;
        }
        _older.Begin(database);
        return database;
    }
}
