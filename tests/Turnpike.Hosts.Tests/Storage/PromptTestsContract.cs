using Turnpike.Prompts.Testing;
using Turnpike.Turns;

namespace Turnpike.Hosts.Tests.Storage;

/// <summary>What every store of prompts' tests promises.</summary>
public abstract class PromptTestsContract(StoreSet stores) : StoreContract(stores)
{
    private static readonly PromptTests Tests = new() { Key = "greet", Labels = ["production"], Cases = [new() { Name = "says hello", Content = "hi", Expect = [new() { Contains = "Hello" }] }] };

    private IPromptTests Store => Stores.Get<IPromptTests>();

    [Fact]
    public async Task Tests_come_back_as_they_were_kept_with_a_revision_that_guards_them()
    {
        Assert.Null(await Store.FindAsync("greet", Cancellation));
        Assert.Equal((1, Stores.Clock.GetUtcNow()), await Store.SaveAsync(Tests, 0, Cancellation) is var first ? (first.Revision, first.SavedAt) : default);
        Assert.Equal(2, (await Store.SaveAsync(Tests with { Labels = [] }, null, Cancellation)).Revision);
        var stale = await Assert.ThrowsAsync<TurnException>(() => Store.SaveAsync(Tests, 1, Cancellation));
        Assert.Equal(TurnErrorCode.VersionConflict, stale.Code);
        var kept = (await Store.FindAsync("greet", Cancellation))!;
        Assert.Equal((2, 0, "says hello", "hi", "Hello"), (kept.Revision, kept.Labels.Count, kept.Cases[0].Name, kept.Cases[0].Content, kept.Cases[0].Expect[0].Contains));
        await RefusedAsync(TurnErrorCode.VersionConflict, () => Store.DeleteAsync("greet", 1, Cancellation));
        Assert.True(await Store.DeleteAsync("greet", 2, Cancellation));
        Assert.False(await Store.DeleteAsync("greet", null, Cancellation));
        Assert.Null(await Store.FindAsync("greet", Cancellation));
        Assert.Equal(3, (await Store.SaveAsync(Tests, 0, Cancellation)).Revision); // not one that was read before
    }

    [Fact]
    public async Task The_newest_report_of_a_version_is_found_until_the_tests_go()
    {
        await Store.SaveAsync(Tests, null, Cancellation);
        var report = new PromptTestReport { Key = "greet", Version = 3, Hash = "abc", Revision = 1, Passed = false, Counts = true, At = Stores.Clock.GetUtcNow(), Results = [new() { Name = "says hello", Passed = false, Failures = ["The answer lacks \"Hello\"."] }] };
        await Store.ReportAsync(report, Cancellation);
        await Store.ReportAsync(report with { Passed = true, Results = [new() { Name = "says hello", Passed = true, Answer = "Hello" }] }, Cancellation);
        var kept = (await Store.ReportOfAsync("greet", "abc", Cancellation))!;
        Assert.Equal((3, 1, true, "Hello"), (kept.Version, kept.Revision, kept.Passed, kept.Results[0].Answer));
        Assert.Null(await Store.ReportOfAsync("greet", "abd", Cancellation));
        Assert.Null(await Store.ReportOfAsync("other", "abc", Cancellation));
        await Store.DeleteAsync("greet", null, Cancellation);
        Assert.Null(await Store.ReportOfAsync("greet", "abc", Cancellation));
    }
}
