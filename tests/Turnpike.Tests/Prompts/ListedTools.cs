using Turnpike.Prompts;
using Turnpike.Prompts.Tools;
using Turnpike.Tests.Scripted;

namespace Turnpike.Tests.Prompts;

/// <summary>The tools of stored prompts are read when something changed, and then once.</summary>
public sealed class ListedTools
{
    private int _pages;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private (IPromptStore Store, PromptToolList List) New()
    {
        var store = Watched<IPromptStore>.Of(new InMemoryPromptStore(TimeProvider.System), (name, _, pass) =>
        {
            if (name == nameof(IPromptStore.ListAsync)) Interlocked.Increment(ref _pages);
            return pass();
        });
        return (store, new(store, 400));
    }

    private static string Names(IReadOnlyList<PromptTool> tools) => string.Join(' ', tools.Select(tool => tool.Name));

    [Fact]
    public async Task They_are_read_again_after_each_change_and_not_otherwise()
    {
        var (store, list) = New();
        foreach (var key in (string[])["a", "b"]) await store.SaveAsync(new PromptBuilder(key).User("one").Build(), null, Cancellation);
        var first = await list.ReadAsync(Cancellation);
        Assert.Same(first, await list.ReadAsync(Cancellation));
        Assert.Equal(("run_a run_b", 1), (Names(first), _pages));
        await store.SaveAsync(new PromptBuilder("a").User("two").Description("Second.").Build(), null, Cancellation);
        Assert.Equal("Second.", (await list.ReadAsync(Cancellation))[0].Description);
        await store.LabelAsync("a", "production", 1, Cancellation);
        Assert.NotEqual("Second.", (await list.ReadAsync(Cancellation))[0].Description);
        await store.ArchiveAsync("b", true, Cancellation);
        Assert.Equal(("run_a", 4), (Names(await list.ReadAsync(Cancellation)), _pages));
    }

    [Fact]
    public async Task Partials_are_none_and_only_they()
    {
        var (store, list) = New();
        foreach (var key in (string[])["_greeting", "team/_tone", "_team/greeting", "faq._v2"]) await store.SaveAsync(new PromptBuilder(key).User("one").Build(), null, Cancellation);
        Assert.Equal("run__team_greeting run_faq__v2", Names(await list.ReadAsync(Cancellation)));
    }

    [Fact]
    public async Task Many_who_ask_at_once_have_them_read_once()
    {
        var (store, list) = New();
        await store.SaveAsync(new PromptBuilder("a").User("one").Build(), null, Cancellation);
        var all = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(async () => await list.ReadAsync(Cancellation), Cancellation)));
        Assert.All(all, tools => Assert.Equal("run_a", Names(tools)));
        Assert.Equal(1, _pages);
    }

    [Fact]
    public async Task No_more_are_read_than_may_be()
    {
        var (store, list) = New();
        for (var i = 0; i < 700; i++) await store.SaveAsync(new PromptBuilder($"p{i}").User("one").Build(), null, Cancellation);
        Assert.Equal((400, 2), ((await list.ReadAsync(Cancellation)).Count, _pages));
    }
}
