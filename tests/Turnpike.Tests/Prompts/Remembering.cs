using System.Text.Json;
using Turnpike.Opening;
using Turnpike.Prompts;
using Turnpike.Turns;

namespace Turnpike.Tests.Prompts;

/// <summary>What a version says is read once; which version a name stands for is asked each time.</summary>
public sealed class Remembering
{
    private readonly CountedStore _store = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private PromptResolver Node() => new(_store, new PartialLoader(_store));

    private static async Task<string> SaysAsync(PromptResolver node, PromptReference prompt) => (await node.ResolveAsync(prompt, Cancellation)).Prompt.Messages[0].Content[0].Text!;

    private Task<Prompt> SaveAsync(string text) => _store.SaveAsync(new PromptBuilder("p").User(text).Build(), null, Cancellation);

    [Fact]
    public async Task A_version_is_read_once_however_many_ask_at_the_same_time()
    {
        await SaveAsync("one");
        var node = Node();
        _store.Gate = new();
        var asked = Enumerable.Range(0, 50).Select(_ => Task.Run(() => SaysAsync(node, "p"), Cancellation)).ToArray();
        await _store.Entered.Task.WaitAsync(Cancellation);
        _store.Gate.SetResult();
        Assert.All(await Task.WhenAll(asked), text => Assert.Equal("one", text));
        Assert.Equal((1, 1), (_store.Reads, node.Remembered));
        await SaysAsync(node, "p@1");
        await SaysAsync(node, new PromptReference { Id = "p", Overlay = JsonSerializer.SerializeToElement(new { }) });
        Assert.Equal(1, _store.Reads);
    }

    [Fact]
    public async Task One_that_stops_waiting_does_not_stop_the_others()
    {
        await SaveAsync("one");
        var node = Node();
        _store.Gate = new();
        using var leaves = new CancellationTokenSource();
        var first = node.ResolveAsync("p", leaves.Token).AsTask();
        await _store.Entered.Task.WaitAsync(Cancellation);
        var second = SaysAsync(node, "p");
        await leaves.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        _store.Gate.SetResult();
        Assert.Equal(("one", 1), (await second, _store.Reads));
    }

    [Fact]
    public async Task A_save_and_a_moved_label_count_at_once_on_every_node()
    {
        await SaveAsync("one");
        PromptResolver[] nodes = [Node(), Node()];
        foreach (var node in nodes) Assert.Equal("one", await SaysAsync(node, "p"));
        await SaveAsync("two");
        foreach (var node in nodes) Assert.Equal(("two", "two", "one"), (await SaysAsync(node, "p"), await SaysAsync(node, "p@latest"), await SaysAsync(node, "p@1")));
        await _store.LabelAsync("p", "production", 1, false, Cancellation);
        foreach (var node in nodes) Assert.Equal("one", await SaysAsync(node, "p"));
        await _store.ArchiveAsync("p", true, Cancellation);
        foreach (var node in nodes) Assert.Equal(TurnErrorCode.PromptNotFound, (await Assert.ThrowsAsync<TurnException>(() => SaysAsync(node, "p"))).Code);
    }

    [Fact]
    public async Task What_is_remembered_is_forgotten_when_asked_and_is_never_much()
    {
        var node = Node();
        for (var i = 1; i <= 1100; i++)
        {
            await SaveAsync($"text {i}");
            await SaysAsync(node, "p");
        }
        Assert.InRange(node.Remembered, 1, 1000);
        var before = _store.Reads;
        node.Clear();
        Assert.Equal(("text 1100", before + 1, 1), (await SaysAsync(node, "p"), _store.Reads, node.Remembered));
    }

    [Fact]
    public async Task A_read_that_failed_is_tried_again()
    {
        await SaveAsync("one");
        var node = Node();
        _store.Fails = true;
        await Assert.ThrowsAsync<IOException>(() => SaysAsync(node, "p"));
        _store.Fails = false;
        Assert.Equal("one", await SaysAsync(node, "p"));
    }

    /// <summary>Prompts in memory that count how often a version is read.</summary>
    private sealed class CountedStore : IPromptStore
    {
        private readonly IPromptStore _inner = new InMemoryPromptStore(TimeProvider.System);
        private int _reads;

        public TaskCompletionSource? Gate { get; set; }
        public TaskCompletionSource Entered { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
        public bool Fails { get; set; }
        public int Reads => _reads;

        public async Task<Prompt?> FindAsync(string id, string? version, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _reads);
            Entered.TrySetResult();
            if (Fails) throw new IOException("The disk is gone.");
            if (Gate is { } gate) await gate.Task;
            return await _inner.FindAsync(id, version, cancellationToken);
        }

        public Task<PromptPlace?> LocateAsync(string id, string? version, CancellationToken cancellationToken) => _inner.LocateAsync(id, version, cancellationToken);
        public Task<Prompt> SaveAsync(Prompt prompt, int? expectedVersion, CancellationToken cancellationToken) => _inner.SaveAsync(prompt, expectedVersion, cancellationToken);
        public Task<IReadOnlyList<PromptVersion>> VersionsAsync(string id, CancellationToken cancellationToken) => _inner.VersionsAsync(id, cancellationToken);
        public Task<bool> LabelAsync(string id, string label, int? version, bool evenProtected, CancellationToken cancellationToken) => _inner.LabelAsync(id, label, version, evenProtected, cancellationToken);
        public Task<bool> ProtectAsync(string id, string label, bool isProtected, CancellationToken cancellationToken) => _inner.ProtectAsync(id, label, isProtected, cancellationToken);
        public Task<IReadOnlyList<PromptLabel>> LabelsAsync(string id, CancellationToken cancellationToken) => _inner.LabelsAsync(id, cancellationToken);
        public Task<bool> ArchiveAsync(string id, bool isArchived, CancellationToken cancellationToken) => _inner.ArchiveAsync(id, isArchived, cancellationToken);
        public Task<Page<Prompt>> ListAsync(PromptQuery query, CancellationToken cancellationToken) => _inner.ListAsync(query, cancellationToken);
        public Task<IReadOnlyList<string>> KeysAsync(CancellationToken cancellationToken) => _inner.KeysAsync(cancellationToken);
    }
}
