using Microsoft.Extensions.AI;
using Microsoft.Extensions.Options;
using Turnpike.Turns.Catalogs;

namespace Turnpike.Tests.Turns;

public sealed class ToolCatalogTests
{
    private readonly Source _sound = new("sound");
    private readonly Source _silent = new("silent");

    [Fact]
    public async Task A_source_that_never_answers_is_not_waited_for_once_another_that_answers_late_has_what_is_wanted()
    {
        var listing = Catalog().ListAsync(["TOOL"], null, TestContext.Current.CancellationToken).AsTask();
        Assert.False(listing.IsCompleted);
        _sound.Answer.SetResult([AIFunctionFactory.Create(() => "fine", "tool")]);
        Assert.Equal("tool", Assert.Single(await listing.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken)).Name);
    }

    [Fact]
    public async Task All_sources_are_waited_for_when_the_others_have_not_what_is_wanted_and_one_that_fails_is_told_of()
    {
        var failures = new List<string>();
        var listing = Catalog().ListAsync(["other"], (source, error) => failures.Add($"{source}: {error.Message}"), TestContext.Current.CancellationToken).AsTask();
        _sound.Answer.SetResult([AIFunctionFactory.Create(() => "fine", "tool")]);
        Assert.False(listing.IsCompleted);
        _silent.Answer.SetException(new InvalidOperationException("Gone."));
        Assert.Equal("tool", Assert.Single(await listing).Name);
        Assert.Equal(["silent: Gone."], failures);
    }

    [Fact]
    public async Task A_tool_is_not_taken_for_two_before_the_source_that_has_the_plain_name_answers()
    {
        var listing = Catalog().ListAsync(["tool", "sound.tool"], null, TestContext.Current.CancellationToken).AsTask();
        _sound.Answer.SetResult([AIFunctionFactory.Create(() => "fine", "tool")]);
        Assert.False(listing.IsCompleted);
        _silent.Answer.SetResult([AIFunctionFactory.Create(() => "late", "tool")]);
        Assert.Equal([("sound.tool", "sound"), ("tool", "silent")], (await listing).Select(tool => (tool.Name, tool.Source)));
    }

    private ToolCatalog Catalog() => new([_silent, _sound], [], Options.Create(new ToolGroupOptions()));

    private sealed class Source(string name) : IToolSource
    {
        public string Name => name;

        public TaskCompletionSource<IReadOnlyList<AIFunction>> Answer { get; } = new();

        public ValueTask<IReadOnlyList<AIFunction>> ListAsync(CancellationToken cancellationToken) => new(Answer.Task);
    }
}
