using Turnpike.Tests.Scripted;

namespace Turnpike.Tests.Architecture;

/// <summary>docs/triggers.md is what <c>@.help;</c> answers, behind its introduction.</summary>
public sealed class TriggersPage
{
    private const string Mark = "What `@.help;` answers:\n\n";

    [Fact]
    public async Task The_page_of_triggers_is_made_of_the_catalog()
    {
        await using var road = new Road();
        var catalog = (await road.RunAsync("@.help;")).Answer;
        var path = Repository.PathOf("docs", "triggers.md");
        var page = (await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken)).ReplaceLineEndings("\n");
        var wanted = page[..(page.IndexOf(Mark, StringComparison.Ordinal) + Mark.Length)] + catalog + "\n";
        if (Environment.GetEnvironmentVariable("TURNPIKE_APPROVE") == "1") await File.WriteAllTextAsync(path, page = wanted, TestContext.Current.CancellationToken);
        Assert.True(page == wanted, "docs/triggers.md differs from the catalog. Run the tests once with TURNPIKE_APPROVE=1.");
    }
}
