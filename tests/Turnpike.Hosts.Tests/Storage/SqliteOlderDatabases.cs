using Microsoft.Extensions.DependencyInjection;
using Turnpike.Prompts;
using Turnpike.Storage.Sql;
using Turnpike.Turns.Stores;

namespace Turnpike.Hosts.Tests.Storage;

/// <summary>What an older program kept is found as if this one had kept it.</summary>
public sealed class SqliteOlderDatabases : SqliteTests
{
    [Fact]
    public async Task Prompts_and_titles_of_the_second_schema_are_found_by_their_words_and_tags()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(FilePath)!);
        Run(OlderSchema.Script(2, postgres: false) + OlderSchema.Things);
        await using var program = Open();
        await AreFoundAsync(program, Cancellation);
        Assert.Equal(0, Ask("SELECT count(*) FROM older_words"));
    }

    internal static async Task AreFoundAsync(ServiceProvider program, CancellationToken cancellationToken)
    {
        var (prompts, conversations) = (program.GetRequiredService<IPromptStore>(), program.GetRequiredService<IConversationStore>());
        Assert.Equal("guide", Assert.Single((await prompts.ListAsync(new() { Tag = "zebra crossing" }, cancellationToken)).Data).Key); // at once, whether or not its words are there
        await ((OrganizationDatabases)program.GetRequiredService<SqlDatabase>()).UpToDate.WaitAsync(cancellationToken);
        foreach (var query in (PromptQuery[])[new() { Tag = "zebra crossing" }, new() { Query = "streifen" }, new() { Query = "東京" }, new() { Query = "zebra", Tag = "Zebra Crossing" }])
            Assert.Equal("guide", Assert.Single((await prompts.ListAsync(query, cancellationToken)).Data).Key);
        Assert.Empty((await prompts.ListAsync(new() { Tag = "zebra" }, cancellationToken)).Data);
        foreach (var words in (string[])["reise", "東京", "nach reise"])
            Assert.Equal("conv_1", Assert.Single((await conversations.ListAsync(new() { Query = words }, cancellationToken)).Data).Id);
    }
}
