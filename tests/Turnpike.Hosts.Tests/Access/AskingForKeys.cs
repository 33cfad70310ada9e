using Turnpike.Hosts.Tests.Server;
using Turnpike.Tests.Scripted;
using Turnpike.Turns.Access;

namespace Turnpike.Hosts.Tests.Access;

/// <summary>How often the store of keys is asked.</summary>
public sealed class AskingForKeys
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Whoever_guesses_secrets_does_not_load_the_store_and_who_shows_a_known_one_does_not_ask_it()
    {
        await using var server = new RunningServer();
        var secret = (await server.KeyAsync("admin", Scopes.Admin)).Secret;
        var (store, clock) = (new Counted(server.Get<IKeyStore>()), new ManualClock());
        using var ring = new KeyRing(store, clock);
        for (var i = 0; i < 1000; i++) Assert.NotNull(await ring.FindAsync(secret, Cancellation));
        Assert.Equal(1, store.Asked);
        for (var i = 0; i < 1000; i++) Assert.Null(await ring.FindAsync($"tp_guess{i}", Cancellation));
        Assert.InRange(store.Asked, 2, 60);
        clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Null(await ring.FindAsync("tp_guess", Cancellation));
        var before = store.Asked;
        var made = (await server.KeyAsync("new", Scopes.Turns)).Secret; // of which this ring is not told
        Assert.NotNull(await ring.FindAsync(made, Cancellation));
        Assert.Equal(before + 1, store.Asked);
    }

    [Fact]
    public async Task Many_who_come_without_a_key_while_there_are_none_do_not_load_the_store()
    {
        await using var server = new RunningServer();
        var store = new Counted(server.Get<IKeyStore>());
        using var ring = new KeyRing(store, new ManualClock());
        for (var i = 0; i < 1000; i++) Assert.True(await ring.IsEmptyAsync(Cancellation));
        Assert.InRange(store.Asked, 2, 60);
    }

    private sealed class Counted(IKeyStore inner) : IKeyStore
    {
        public int Asked { get; private set; }

        public Task<long> RevisionAsync(CancellationToken cancellationToken)
        {
            Asked++;
            return inner.RevisionAsync(cancellationToken);
        }

        public Task<IReadOnlyList<KeptKey>> AllAsync(CancellationToken cancellationToken) => inner.AllAsync(cancellationToken);

        public Task AddAsync(KeptKey key, CancellationToken cancellationToken) => inner.AddAsync(key, cancellationToken);

        public Task<KeptKey?> UpdateAsync(string id, Func<KeptKey, KeptKey> change, CancellationToken cancellationToken) => inner.UpdateAsync(id, change, cancellationToken);
    }
}
