using Microsoft.Extensions.DependencyInjection;
using Turnpike.Hosts.Tests.Storage;
using Turnpike.Prompts;
using Turnpike.Turns.Stores;

namespace Turnpike.Hosts.Tests.Postgres;

/// <summary>What an older program kept stops no upgrade, and is found afterwards.</summary>
public sealed class PostgresOlderDatabases : PostgresTests
{
    private const string Odd = """\u0000 half \ud83d, other half \ude00, whole \ud83d\ude00, escaped \\u0000""";

    [Fact]
    public async Task Prompts_and_titles_of_the_second_schema_are_found_by_their_words_and_tags()
    {
        _ = Ask(OlderSchema.Script(2, postgres: true) + OlderSchema.Things);
        await using var program = Open();
        await SqliteOlderDatabases.AreFoundAsync(program, Cancellation);
        Assert.Equal(0L, Ask("SELECT count(*) FROM older_words"));
    }

    [Fact]
    public async Task A_conversation_with_characters_that_PostgreSQL_cannot_unescape_is_upgraded_with_what_it_is_marked_with()
    {
        _ = Ask(OlderSchema.Script(51, postgres: true) + $$"""
            INSERT INTO conversations (id, updated_at, search, json) VALUES ('conv_1', 1, '', '{"id":"conv_1","project":"proj_1","pinned":true,"metadata":"{{Odd}}","createdAt":"2025-01-31T12:00:00+00:00","updatedAt":"2025-01-31T12:00:00+00:00"}')
            """);
        await using var program = Open();
        Assert.Equal("conv_1", Assert.Single((await program.GetRequiredService<IConversationStore>().ListAsync(new() { Project = "proj_1", Pinned = true, Starred = false }, Cancellation)).Data).Id);
    }

    [Fact]
    public async Task A_prompt_with_characters_that_PostgreSQL_cannot_unescape_is_upgraded_with_its_secret_names()
    {
        _ = Ask(OlderSchema.Script(104, postgres: true) + $$"""
            INSERT INTO prompt_contents (hash, json) VALUES ('h1', '{"title":"{{Odd}}","variables":[{"name":"token","secret":true,"default":"{{Odd}}"},{"name":"open"}],"messages":[]}');
            INSERT INTO prompts (key, id, newest, saved_at) VALUES ('guide', 'pmpt_1', 1, 1);
            INSERT INTO prompt_versions (key, version, hash, created_at, search, tags) VALUES ('guide', 1, 'h1', 1, 'guide', '')
            """);
        await using var program = Open();
        Assert.Equal(["token"], await program.GetRequiredService<IPromptStore>().SecretNamesAsync(Cancellation));
    }
}
