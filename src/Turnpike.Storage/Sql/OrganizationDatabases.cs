using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Turnpike.Turns.Access;
using Turnpike.Turns.Events;
using Turnpike.Turns.Stores;

namespace Turnpike.Storage.Sql;

/// <summary>
/// A database for each organization, so that no statement has to be told whose rows it may see and none can forget: this is the one place where it is decided.
/// The default organization's is <paramref name="home"/>; the others are opened, and made, at first use.
/// </summary>
/// <param name="home">The default organization's, disposed by whoever opened it.</param>
/// <param name="open">Opens the database of a place.</param>
/// <param name="places">The places that were made before.</param>
internal sealed class OrganizationDatabases(SqlDatabase home, Func<string, SqlDatabase> open, Func<IReadOnlyList<string>> places) : SqlDatabase
{
    private readonly ConcurrentDictionary<string, Lazy<SqlDatabase>> _others = new(StringComparer.Ordinal);

    /// <summary>Where an organization's things are: its id, or what stands for one that cannot be the name of a file or a schema.</summary>
    public static string PlaceOf(string organization) => organization.Length <= 40 && organization.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter == '_') && !organization.StartsWith("x_", StringComparison.Ordinal)
        ? organization
        : "x_" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(organization)))[..32];

    internal override IReadOnlyList<SqlDatabase> Everywhere => [home, .. places().Union(_others.Keys, StringComparer.Ordinal).Select(Opened)];

    private SqlDatabase Current => OrganizationScope.Current is var organization && organization == OrganizationScope.Default ? home : Opened(PlaceOf(organization));

    internal override Task<T> WriteAsync<T>(Func<SqlSession, Task<T>> work, CancellationToken cancellationToken)
    {
        var organization = OrganizationScope.Current; // the work may run on a thread that another organization's request started
        return Current.WriteAsync(session => InAsync(organization, session, work), cancellationToken);
    }

    private static async Task<T> InAsync<T>(string organization, SqlSession session, Func<SqlSession, Task<T>> work)
    {
        using (OrganizationScope.Enter(organization)) return await work(session);
    }

    internal override Task<T> ReadAsync<T>(Func<SqlSession, Task<T>> work, CancellationToken cancellationToken) => Current.ReadAsync(work, cancellationToken);

    internal override Task SettleAsync() => Current.SettleAsync();

    internal override TimeSpan ClockOffset => Current.ClockOffset;

    internal override Task ReadClockAsync(CancellationToken cancellationToken) => Current.ReadClockAsync(cancellationToken);

    public override StoreChanges Changes => home.Changes;

    internal override void Append(TurnEvent happened) => Current.Append(happened);

    internal override Task AppendAsync(TurnEvent happened, CancellationToken cancellationToken) => Current.AppendAsync(happened, cancellationToken);

    public override async ValueTask DisposeAsync()
    {
        foreach (var other in _others.Values)
        {
            if (other.IsValueCreated) await other.Value.DisposeAsync();
        }
    }

    private SqlDatabase Open(string place)
    {
        var opened = open(place);
        opened.Changes.Listen(home.Changes.Tell);
        return opened;
    }

    private SqlDatabase Opened(string place)
    {
        var other = _others.GetOrAdd(place, name => new(() => Open(name)));
        try
        {
            return other.Value;
        }
        catch
        {
            _others.TryRemove(new(place, other)); // the next one tries again
            throw;
        }
    }
}
