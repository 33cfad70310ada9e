using Turnpike.Prompts;
using Turnpike.Turns;

namespace Turnpike.Hosts.Tests.Storage;

/// <summary>What every store of prompts promises.</summary>
public abstract class PromptStoreContract(StoreSet stores) : StoreContract(stores)
{
    private static Prompt New(string key, string body = "Hello") => new() { Key = key, Body = body };

    private Task<Prompt> SaveAsync(Prompt prompt, int? expected = null) => Stores.Prompts.SaveAsync(prompt, expected, Cancellation);

    private Task<Prompt?> FindAsync(string id, string? version = null) => Stores.Prompts.FindAsync(id, version, Cancellation);

    [Fact]
    public async Task The_first_save_makes_version_1_with_id_hash_and_date()
    {
        var saved = await SaveAsync(New("a") with { Author = "me", Note = "why", Version = 12, CreatedAt = Noon.AddYears(-1), Hash = "forged", Labels = ["production"] });

        Assert.Equal((1, "me", "why", Stores.Clock.GetUtcNow(), PromptHash.Of(saved)), (saved.Version, saved.Author, saved.Note, saved.CreatedAt, saved.Hash));
        Assert.Empty(saved.Labels);
        Assert.Matches("^pmpt_[0-9a-f]{48}$", saved.Id);
        Assert.Equal("Hello", (await FindAsync("a"))!.Body);
        Assert.Equal(("a", 1), ((await FindAsync(saved.Id!))!.Key, (await FindAsync(saved.Id!))!.Version));
    }

    [Fact]
    public async Task A_prompt_comes_back_as_it_was_saved()
    {
        var prompt = new Prompt
        {
            Key = "dir/a.b-c_d",
            Title = "T",
            Description = "D",
            Tags = ["x", "y"],
            Model = "a/b",
            Parameters = new() { TopK = 3 },
            Tools = ["t"],
            Rules = ["tag:r"],
            Messages = [new() { Role = "system", Content = [new() { Type = "text", Text = "S" }] }, new() { Role = "history" }],
            Variables = [new() { Name = "city", Type = VariableType.Enum, Options = [System.Text.Json.JsonSerializer.SerializeToElement("Paris")] }],
        };
        var saved = await SaveAsync(prompt);
        Assert.Equal(PromptHash.Of(prompt), PromptHash.Of((await FindAsync("dir/a.b-c_d"))!));
        Assert.Equal(PromptHash.Of(prompt), saved.Hash);
    }

    [Fact]
    public async Task The_names_of_secrets_stay_those_of_all_versions_of_prompts_that_were_put_away_too()
    {
        static Prompt Declaring(string key, string name) => New(key) with { Variables = [new() { Name = name, Secret = true }, new() { Name = "plain" }] };
        await SaveAsync(Declaring("a", "one"));
        await SaveAsync(Declaring("a", "two"));
        await SaveAsync(New("a", "Without"));
        await Stores.Prompts.SaveAllAsync([Declaring("b", "three")], Cancellation);
        await Stores.Prompts.ArchiveAsync("b", true, Cancellation);
        Assert.Equal(["one", "three", "two"], (await Stores.Prompts.SecretNamesAsync(Cancellation)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Versions_are_found_by_number_and_never_change()
    {
        await SaveAsync(New("a", "one"));
        Assert.Equal(2, (await SaveAsync(New("a", "two"))).Version);

        Assert.Equal(("one", "two", "two"), ((await FindAsync("a", "1"))!.Body, (await FindAsync("a", "2"))!.Body, (await FindAsync("a"))!.Body));
        Assert.Null(await FindAsync("a", "3"));
        Assert.Null(await FindAsync("a", "0"));
        Assert.Null(await FindAsync("a", "production"));
        Assert.Null(await FindAsync("b"));
    }

    [Fact]
    public async Task A_version_equal_to_the_newest_is_not_saved_again()
    {
        var first = await SaveAsync(New("a"));
        Stores.Clock.Advance(TimeSpan.FromMinutes(1));
        var again = await SaveAsync(New("a") with { Note = "again" });
        Assert.Equal((1, first.CreatedAt, first.Id), (again.Version, again.CreatedAt, again.Id));
        await SaveAsync(New("a", "other"));
        Assert.Equal(3, (await SaveAsync(New("a"))).Version);
    }

    [Fact]
    public async Task A_lost_update_is_refused()
    {
        await RefusedAsync(TurnErrorCode.VersionConflict, () => SaveAsync(New("a"), expected: 1));
        await SaveAsync(New("a", "one"), expected: 0);
        await RefusedAsync(TurnErrorCode.VersionConflict, () => SaveAsync(New("a", "two"), expected: 0));
        await SaveAsync(New("a", "two"), expected: 1);
        await RefusedAsync(TurnErrorCode.VersionConflict, () => SaveAsync(New("a", "three"), expected: 1));
        Assert.Equal("two", (await FindAsync("a"))!.Body);
    }

    [Fact]
    public async Task A_prompt_without_a_key_cannot_be_saved() => await RefusedAsync(TurnErrorCode.RequestInvalid, () => SaveAsync(New("")));

    [Fact]
    public async Task The_label_production_names_the_default_version()
    {
        await SaveAsync(New("a", "one"));
        await SaveAsync(New("a", "two"));
        Assert.True(await Stores.Prompts.LabelAsync("a", "production", 1, Cancellation));

        Assert.Equal("one", (await FindAsync("a"))!.Body);
        Assert.Equal(["production"], (await FindAsync("a"))!.Labels);
        Assert.Empty((await FindAsync("a", "2"))!.Labels);
        Assert.Equal("one", Assert.Single((await Stores.Prompts.ListAsync(new(), Cancellation)).Data).Body);
    }

    [Fact]
    public async Task Labels_move_and_go()
    {
        await SaveAsync(New("a", "one"));
        var two = await SaveAsync(New("a", "two"));
        await Stores.Prompts.LabelAsync("a", "beta", 1, Cancellation);
        Assert.True(await Stores.Prompts.LabelAsync(two.Id!, "beta", 2, Cancellation));
        Assert.Equal("two", (await FindAsync("a", "beta"))!.Body);

        Assert.True(await Stores.Prompts.LabelAsync("a", "beta", null, Cancellation));
        Assert.Null(await FindAsync("a", "beta"));
        Assert.False(await Stores.Prompts.LabelAsync("a", "beta", 3, Cancellation));
        Assert.False(await Stores.Prompts.LabelAsync("b", "beta", 1, Cancellation));
        await RefusedAsync(TurnErrorCode.RequestInvalid, () => Stores.Prompts.LabelAsync("a", "12", 1, Cancellation));
    }

    [Fact]
    public async Task The_word_latest_always_names_the_newest_version_and_is_no_label()
    {
        await SaveAsync(New("a", "one"));
        await SaveAsync(New("a", "two"));
        await Stores.Prompts.LabelAsync("a", "production", 1, Cancellation);
        Assert.Equal("two", (await FindAsync("a", "latest"))!.Body);
        await RefusedAsync(TurnErrorCode.RequestInvalid, () => Stores.Prompts.LabelAsync("a", "latest", 1, Cancellation));
        Assert.Equal("two", (await FindAsync("a", "latest"))!.Body);
        Assert.True(await Stores.Prompts.LabelAsync("a", "latest", null, Cancellation));
    }

    [Fact]
    public async Task Saving_what_was_read_moves_no_label()
    {
        await SaveAsync(New("a", "one"));
        await Stores.Prompts.LabelAsync("a", "production", 1, Cancellation);
        var saved = await SaveAsync((await FindAsync("a"))! with { Body = "two" });
        Assert.Empty(saved.Labels);
        Assert.Equal("one", (await FindAsync("a"))!.Body);
    }

    [Fact]
    public async Task An_imported_id_is_kept_and_a_second_one_becomes_an_alias()
    {
        Assert.Equal("pmpt_old", (await SaveAsync(New("a") with { Id = "pmpt_old" })).Id);
        Assert.Equal("pmpt_old", (await SaveAsync(New("a", "two") with { Id = "pmpt_other" })).Id);

        Assert.Equal("a", (await FindAsync("pmpt_old"))!.Key);
        Assert.Equal("a", (await FindAsync("pmpt_other", "1"))!.Key);
    }

    [Fact]
    public async Task A_name_that_finds_a_prompt_is_not_the_key_of_another_one()
    {
        var saved = await SaveAsync(New("a") with { ImportedFrom = "theirs" });
        foreach (var name in (string[])[saved.Id!, "theirs"])
        {
            await RefusedAsync(TurnErrorCode.RequestInvalid, () => Stores.Prompts.SaveAsync(New(name), null, Cancellation));
            Assert.Equal("a", (await FindAsync(name))!.Key);
        }
    }

    [Fact]
    public async Task A_copy_under_another_key_gets_an_id_of_its_own()
    {
        var saved = await SaveAsync(New("a"));
        var copy = await SaveAsync(saved with { Key = "b" });
        Assert.NotEqual(saved.Id, copy.Id);
        Assert.Equal(("a", "b"), ((await FindAsync(saved.Id!))!.Key, (await FindAsync(copy.Id!))!.Key));
    }

    [Fact]
    public async Task Pages_follow_each_other_last_saved_first()
    {
        for (var i = 0; i < 10; i++)
        {
            await SaveAsync(New($"p{i}"));
            if (i % 2 == 0) Stores.Clock.Advance(TimeSpan.FromSeconds(1));
        }
        await SaveAsync(New("p3", "changed"));
        var keys = new List<string>();
        string? after = null;
        do
        {
            var page = await Stores.Prompts.ListAsync(new() { After = after, Limit = 3 }, Cancellation);
            keys.AddRange(page.Data.Select(prompt => prompt.Key));
            after = page.Next;
        }
        while (after is not null);
        Assert.Equal(["p9", "p3", "p8", "p7", "p6", "p5", "p4", "p2", "p1", "p0"], keys);
        Assert.Equal(keys, await Stores.Prompts.KeysAsync(Cancellation));
    }

    [Theory]
    [InlineData("mail", null, "letters/mail,note")]
    [InlineData("MAIL polite", null, "letters/mail")]
    [InlineData("zeitung", null, "paper")]
    [InlineData(null, "work", "letters/mail,paper")]
    [InlineData("mail", "work", "letters/mail")]
    [InlineData(null, "wor", "")]
    [InlineData(null, "c#", "note")]
    [InlineData(null, "C", "")]
    [InlineData(null, "東京 größe", "note")]
    [InlineData(null, "größe", "")]
    [InlineData(null, "☃", "paper")]
    [InlineData("mail", "☃", "")]
    [InlineData("😀", null, "")] // no words: nothing is found by them
    [InlineData("!?", null, "")]
    [InlineData("②", "work", "")]
    [InlineData(" ", null, "letters/mail,note,paper")]
    public async Task Prompts_are_searched_by_words_and_tag(string? query, string? tag, string expected)
    {
        await SaveAsync(New("letters/mail") with { Title = "A polite one", Tags = ["work", "home"] });
        await SaveAsync(New("note") with { Description = "Not for e-mail", Tags = ["C#", "東京 Größe"] });
        await SaveAsync(New("paper") with { Title = "Die Zeitung", Tags = ["Work", "☃"] });
        Assert.Equal(expected, string.Join(',', (await Stores.Prompts.ListAsync(new() { Query = query, Tag = tag }, Cancellation)).Data.Select(prompt => prompt.Key).Order()));
    }
}
