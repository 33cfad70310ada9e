using Microsoft.Extensions.AI;
using Microsoft.Extensions.Options;
using Turnpike.Turns.Catalogs;

namespace Turnpike.Tests.Turns;

public sealed class ToolCatalogTests
{
    private readonly Source _sound = new("sound");
    private readonly Source _silent = new("silent");

    [Fact]
    public async Task A_source_that_never_answers_is_not_waited_for_once_one_in_front_of_it_that_answers_late_has_what_is_wanted()
    {
        var listing = Catalog(_sound, _silent).ListAsync(["TOOL", "sound.tool"], null, TestContext.Current.CancellationToken).AsTask();
        Assert.False(listing.IsCompleted);
        _sound.Answer.SetResult([AIFunctionFactory.Create(() => "fine", "tool")]);
        Assert.Equal("tool", Assert.Single(await listing.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken)).Name);
    }

    [Theory]
    [InlineData("tool", "silent")]
    [InlineData("sound.tool", "sound")]
    public async Task A_name_means_the_same_tool_under_the_same_name_whoever_answers_first(string wanted, string source)
    {
        var catalog = Catalog(_silent, _sound);
        var listing = catalog.ListAsync([wanted], null, TestContext.Current.CancellationToken).AsTask();
        _sound.Answer.SetResult([AIFunctionFactory.Create(() => "fine", "tool")]);
        Assert.False(listing.IsCompleted);
        _silent.Answer.SetResult([AIFunctionFactory.Create(() => "late", "tool")]);
        foreach (var tools in (IReadOnlyList<KnownTool>[])[await listing, await catalog.ListAsync([wanted], null, TestContext.Current.CancellationToken)])
            Assert.Equal((wanted, source), tools.Where(tool => ToolGlob.Names(wanted, tool)).Select(tool => (tool.Name, tool.Source)).Single());
    }

    [Fact]
    public async Task A_source_that_says_nothing_holds_up_a_name_for_two_seconds_once_and_has_it_when_it_answers()
    {
        var catalog = Catalog(_silent, _sound);
        _sound.Answer.SetResult([AIFunctionFactory.Create(() => "fine", "tool")]);
        Assert.Equal(("tool", "sound"), (await catalog.ListAsync(["tool"], null, TestContext.Current.CancellationToken)).Select(tool => (tool.Name, tool.Source)).Single());
        Assert.True(catalog.ListAsync(["tool"], null, TestContext.Current.CancellationToken).AsTask().IsCompletedSuccessfully);
        _silent.Answer.SetResult([AIFunctionFactory.Create(() => "late", "tool")]);
        Assert.Contains(("tool", "silent"), (await catalog.ListAsync(["tool"], null, TestContext.Current.CancellationToken)).Select(tool => (tool.Name, tool.Source)));
    }

    [Fact]
    public async Task A_source_that_failed_holds_up_no_name()
    {
        var listing = Catalog(_silent, _sound).ListAsync(["tool"], null, TestContext.Current.CancellationToken).AsTask();
        _sound.Answer.SetResult([AIFunctionFactory.Create(() => "fine", "tool")]);
        _silent.Answer.SetException(new InvalidOperationException("Gone."));
        Assert.Equal(("tool", "sound"), (await listing).Select(tool => (tool.Name, tool.Source)).Single());
    }

    [Fact]
    public async Task All_sources_are_waited_for_when_the_others_have_not_what_is_wanted_and_one_that_fails_is_told_of()
    {
        var failures = new List<string>();
        var listing = Catalog(_silent, _sound).ListAsync(["other"], (source, error) => failures.Add($"{source}: {error.Message}"), TestContext.Current.CancellationToken).AsTask();
        _sound.Answer.SetResult([AIFunctionFactory.Create(() => "fine", "tool")]);
        Assert.False(listing.IsCompleted);
        _silent.Answer.SetException(new InvalidOperationException("Gone."));
        Assert.Equal("tool", Assert.Single(await listing).Name);
        Assert.Equal(["silent: Gone."], failures);
    }

    private static ToolCatalog Catalog(params Source[] sources) => new(sources, [], Options.Create(new ToolGroupOptions()));

    private sealed class Source(string name) : IToolSource
    {
        public string Name => name;

        public TaskCompletionSource<IReadOnlyList<AIFunction>> Answer { get; } = new();

        public ValueTask<IReadOnlyList<AIFunction>> ListAsync(CancellationToken cancellationToken) => new(Answer.Task);
    }
}
