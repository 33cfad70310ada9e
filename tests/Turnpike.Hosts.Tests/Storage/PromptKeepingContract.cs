using Turnpike.Prompts;
using Turnpike.Turns;
using Turnpike.Turns.Events;

namespace Turnpike.Hosts.Tests.Storage;

/// <summary>What every store promises about history, labels, archive, drafts and the uses of prompts.</summary>
public abstract class PromptKeepingContract(StoreSet stores) : StoreContract(stores)
{
    private static Prompt New(string key, string body = "Hello") => new() { Key = key, Body = body };

    private Task<Prompt> SaveAsync(Prompt prompt, int? expected = null) => Stores.Prompts.SaveAsync(prompt, expected, Cancellation);

    private async Task<string> FoundAsync(string query, bool archived = false) =>
        string.Join(',', (await Stores.Prompts.ListAsync(new() { Query = query, Archived = archived }, Cancellation)).Data.Select(prompt => prompt.Key).Order(StringComparer.Ordinal));

    [Fact]
    public async Task The_history_tells_every_version_newest_first()
    {
        await SaveAsync(New("a", "one") with { Author = "ann", Note = "begun" });
        var two = await SaveAsync(New("a", "two"));
        await Stores.Prompts.LabelAsync("a", "production", 1, Cancellation);
        var versions = await Stores.Prompts.VersionsAsync(two.Id!, Cancellation);
        Assert.Equal([(2, two.Hash!, ""), (1, versions[1].Hash, "production")], versions.Select(version => (version.Version, version.Hash, string.Join(',', version.Labels))));
        Assert.Equal(("ann", "begun", Stores.Clock.GetUtcNow()), (versions[1].Author, versions[1].Note, versions[1].CreatedAt));
        Assert.Empty(await Stores.Prompts.VersionsAsync("none", Cancellation));
    }

    [Fact]
    public async Task A_name_is_located_without_being_read()
    {
        var one = await SaveAsync(New("a", "one"));
        var two = await SaveAsync(New("a", "two"));
        await Stores.Prompts.LabelAsync("a", "production", 1, Cancellation);
        Assert.Equal(new PromptPlace("a", one.Id, 1, one.Hash!), await Stores.Prompts.LocateAsync("a", null, Cancellation));
        Assert.Equal(new PromptPlace("a", one.Id, 2, two.Hash!), await Stores.Prompts.LocateAsync(one.Id!, "latest", Cancellation));
        Assert.Null(await Stores.Prompts.LocateAsync("a", "3", Cancellation));
        Assert.Null(await Stores.Prompts.LocateAsync("a", "beta", Cancellation));
    }

    [Fact]
    public async Task A_protected_label_moves_only_for_who_insists()
    {
        await SaveAsync(New("a", "one"));
        await SaveAsync(New("a", "two"));
        await Stores.Prompts.LabelAsync("a", "production", 1, Cancellation);
        Assert.True(await Stores.Prompts.ProtectAsync("a", "production", true, Cancellation));
        await RefusedAsync(TurnErrorCode.Forbidden, () => Stores.Prompts.LabelAsync("a", "production", 2, Cancellation));
        await RefusedAsync(TurnErrorCode.Forbidden, () => Stores.Prompts.LabelAsync("a", "production", null, Cancellation));
        Assert.Equal([new PromptLabel("production", 1, true)], await Stores.Prompts.LabelsAsync("a", Cancellation));

        Assert.True(await Stores.Prompts.LabelAsync("a", "production", 2, evenProtected: true, Cancellation));
        Assert.Equal([new PromptLabel("production", 2, true)], await Stores.Prompts.LabelsAsync("a", Cancellation));
        Assert.True(await Stores.Prompts.ProtectAsync("a", "production", false, Cancellation));
        Assert.True(await Stores.Prompts.LabelAsync("a", "production", 1, Cancellation));
        Assert.False(await Stores.Prompts.ProtectAsync("a", "beta", true, Cancellation));
    }

    [Fact]
    public async Task An_archived_prompt_is_not_found_until_it_comes_back()
    {
        var kept = await SaveAsync(New("a", "one"));
        Assert.True(await Stores.Prompts.ArchiveAsync(kept.Id!, true, Cancellation));
        Assert.Null(await Stores.Prompts.FindAsync("a", null, Cancellation));
        Assert.Null(await Stores.Prompts.FindAsync("a", "1", Cancellation));
        Assert.Equal(("", "a"), (await FoundAsync(""), await FoundAsync("", archived: true)));
        Assert.Empty(await Stores.Prompts.KeysAsync(Cancellation));
        Assert.Single(await Stores.Prompts.VersionsAsync("a", Cancellation));

        Assert.True(await Stores.Prompts.ArchiveAsync("a", false, Cancellation));
        Assert.Equal("one", (await Stores.Prompts.FindAsync("a", null, Cancellation))!.Body);
        await Stores.Prompts.ArchiveAsync("a", true, Cancellation);
        Assert.Equal(2, (await SaveAsync(New("a", "two"), expected: 0)).Version);
        await Stores.Prompts.ArchiveAsync("a", true, Cancellation);
        Assert.Equal(2, (await SaveAsync(New("a", "two"))).Version);
        Assert.Equal("a", await FoundAsync(""));
        Assert.False(await Stores.Prompts.ArchiveAsync("none", true, Cancellation));
    }

    [Theory]
    [InlineData("messa", "a")]
    [InlineData("TEXT message", "a")]
    [InlineData("CAFÉ", "b")]
    [InlineData("café", "b")]
    [InlineData("essage", "")]
    [InlineData("\"OR* (near -message", "")]
    [InlineData("東京", "b")]
    [InlineData("tagged", "b")]
    public async Task Words_are_found_in_all_that_a_prompt_says(string query, string expected)
    {
        await SaveAsync(new() { Key = "a", Messages = [new() { Role = "user", Content = [new() { Type = "text", Text = "The text of a {{message}}." }] }] });
        await SaveAsync(New("b", "Das Café in 東京") with { Tags = ["Tagged"] });
        Assert.Equal(expected, await FoundAsync(query));
    }

    [Fact]
    public async Task A_prompt_of_very_many_words_is_found_by_its_title_and_tags()
    {
        var kept = await SaveAsync(New("a", string.Join(' ', Enumerable.Range(0, 200_000).Select(i => $"word{i}"))) with { Title = "Stripes", Tags = ["zebra"] });
        Assert.Equal(("a", "a", "a"), (await FoundAsync("stripes"), await FoundAsync("zebra word7"), await FoundAsync("word10000")));
        Assert.Equal(kept.Key, Assert.Single((await Stores.Prompts.ListAsync(new() { Tag = "zebra" }, Cancellation)).Data).Key);
    }

    [Fact]
    public async Task A_turn_of_very_many_words_is_found_by_the_first_of_them()
    {
        var beginning = Beginning("turn_1");
        await Stores.Turns.BeginAsync(beginning, Cancellation);
        var said = string.Join(' ', Enumerable.Range(0, 8000).Select(i => $"{i}{new string('ก', 58)}"));
        Assert.True(await Stores.Turns.EndAsync(beginning.Turn with { Status = TurnStatus.Completed, CleanedContent = "zebra " + said, EndedAt = Noon }, [], Placed(new TurnCompleted { Usage = TurnUsage.None }, "turn_1", 2), Cancellation));
        Assert.Equal("conv_1", Assert.Single((await Stores.Conversations.ListAsync(new() { Query = "zebra 17ก" }, Cancellation)).Data).Id);
    }

    [Fact]
    public async Task The_labels_of_all_prompts_are_told_at_once_without_those_of_archived_ones()
    {
        foreach (var key in (string[])["b", "a", "gone"]) await SaveAsync(New(key, "one"));
        var saved = (await SaveAsync(New("a", "two"))).CreatedAt;
        foreach (var (key, label, version) in ((string, string, int)[])[("b", "staging", 1), ("a", "Zed", 2), ("a", "live", 1), ("a", "beta", 2), ("gone", "live", 1)]) Assert.True(await Stores.Prompts.LabelAsync(key, label, version, Cancellation));
        await Stores.Prompts.ArchiveAsync("gone", true, Cancellation);
        var all = await Stores.Prompts.AllLabelsAsync(Cancellation);
        Assert.Equal([("a", "Zed", 2), ("a", "beta", 2), ("a", "live", 1), ("b", "staging", 1)], all.Select(one => (one.Key, one.Label, one.Version)));
        Assert.Equal(saved, all[0].CreatedAt);
    }

    [Fact]
    public async Task The_mark_of_the_lists_is_another_one_after_each_change_of_them()
    {
        var marks = new List<string> { await Stores.Prompts.MarkAsync(Cancellation) };
        Func<Task>[] changes =
        [
            () => SaveAsync(New("a", "one")), () => SaveAsync(New("a", "two")), () => Stores.Prompts.SaveAllAsync([New("b", "one"), New("c", "one")], Cancellation), () => Stores.Prompts.LabelAsync("a", "production", 1, Cancellation),
            () => Stores.Prompts.LabelAsync("a", "production", 2, Cancellation), () => Stores.Prompts.LabelAsync("a", "production", null, Cancellation), () => Stores.Prompts.ArchiveAsync("b", true, Cancellation), () => Stores.Prompts.ArchiveAsync("b", false, Cancellation),
        ];
        foreach (var change in changes)
        {
            await change();
            marks.Add(await Stores.Prompts.MarkAsync(Cancellation));
        }
        Assert.Equal(marks.Count, marks.Distinct().Count());
        await Stores.Prompts.ListAsync(new(), Cancellation);
        Assert.False(await Stores.Prompts.LabelAsync("nobody", "x", 1, Cancellation));
        Assert.Equal(marks[^1], await Stores.Prompts.MarkAsync(Cancellation));
    }

    [Fact]
    public async Task Many_prompts_are_saved_at_once_and_all_of_them_are_counted()
    {
        await Stores.Prompts.MarkAsync(Cancellation); // the database is there
        var saved = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => Task.Run(() => SaveAsync(New($"many{i}", "one")), Cancellation)));
        Assert.All(saved, prompt => Assert.Equal(1, prompt.Version));
        var mark = long.Parse(await Stores.Prompts.MarkAsync(Cancellation), System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(40, mark);
    }

    [Fact]
    public async Task Words_are_looked_for_in_the_version_that_lists_show()
    {
        await SaveAsync(New("a", "apple"));
        await SaveAsync(New("a", "banana"));
        Assert.Equal(("", "a"), (await FoundAsync("apple"), await FoundAsync("banana")));
        await Stores.Prompts.LabelAsync("a", "production", 1, Cancellation);
        Assert.Equal(("a", ""), (await FoundAsync("apple"), await FoundAsync("banana")));
        await Stores.Prompts.LabelAsync("a", "production", null, Cancellation);
        Assert.Equal(("", "a"), (await FoundAsync("apple"), await FoundAsync("banana")));
    }

    [Fact]
    public async Task A_word_that_very_many_say_is_found_in_the_order_in_which_they_were_saved()
    {
        await Stores.Prompts.SaveAllAsync([.. Enumerable.Range(0, 2010).Select(i => New($"p{i}", i % 200 == 0 ? "common rare" : "common"))], Cancellation);
        string? after = null;
        for (var page = 0; page < 3; page++)
        {
            var (listed, found) = (await Stores.Prompts.ListAsync(new() { After = after, Limit = 10 }, Cancellation), await Stores.Prompts.ListAsync(new() { Query = "comm", After = after, Limit = 10 }, Cancellation));
            Assert.Equal(listed.Data.Select(prompt => prompt.Key), found.Data.Select(prompt => prompt.Key));
            Assert.Equal((10, listed.Next), (found.Data.Count, after = found.Next));
        }
        Assert.Equal(Enumerable.Range(0, 11).Select(i => $"p{i * 200}").Order(StringComparer.Ordinal), (await Stores.Prompts.ListAsync(new() { Query = "common rar", Limit = 50 }, Cancellation)).Data.Select(prompt => prompt.Key).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Several_are_saved_together_and_found_by_the_ids_they_had_elsewhere()
    {
        var kept = await Stores.Prompts.SaveAllAsync([New("a"), New("b") with { ImportedFrom = "litechat:7" }], Cancellation);
        Assert.Equal(["a", "b"], kept.Select(prompt => prompt.Key));
        Assert.Equal("b", (await Stores.Prompts.FindAsync("litechat:7", null, Cancellation))!.Key);
        await RefusedAsync(TurnErrorCode.RequestInvalid, () => Stores.Prompts.SaveAllAsync([New("c"), New("")], Cancellation));
        await RefusedAsync(TurnErrorCode.RequestInvalid, () => Stores.Prompts.SaveAllAsync([New("c") with { Id = "ours" }, New("ours")], Cancellation));
        Assert.Null(await Stores.Prompts.FindAsync("c", null, Cancellation));
    }

    [Fact]
    public async Task A_draft_is_changed_in_place_and_guarded_by_its_revision()
    {
        PromptDraft draft = new() { Key = "a", BasedOn = 3, Prompt = New("a", "{{#if"), Author = "ann" };
        Assert.Null(await Stores.Drafts.FindAsync("a", Cancellation));
        Assert.Equal(1, (await Stores.Drafts.SaveAsync(draft, 0, Cancellation)).Revision);
        await RefusedAsync(TurnErrorCode.VersionConflict, () => Stores.Drafts.SaveAsync(draft, 0, Cancellation));
        var second = await Stores.Drafts.SaveAsync(draft with { BasedOn = 9, Prompt = New("a", "two") }, 1, Cancellation);
        Assert.Equal((2, 3, "two", "ann", Stores.Clock.GetUtcNow()), (second.Revision, second.BasedOn, second.Prompt.Body, second.Author, second.SavedAt));
        Assert.Null(await Stores.Prompts.FindAsync("a", null, Cancellation));
        Assert.True(await Stores.Drafts.DeleteAsync("a", null, Cancellation));
        Assert.False(await Stores.Drafts.DeleteAsync("a", null, Cancellation));
    }

    [Fact]
    public async Task A_draft_that_went_on_is_neither_deleted_as_the_one_that_was_read_nor_with_the_one_that_was_published()
    {
        PromptDraft draft = new() { Key = "a", BasedOn = 3, Prompt = New("a", "one") };
        for (var revision = 0; revision < 2; revision++) await Stores.Drafts.SaveAsync(draft, revision, Cancellation);
        await RefusedAsync(TurnErrorCode.VersionConflict, () => Stores.Drafts.DeleteAsync("a", 1, Cancellation));
        await Stores.Drafts.PublishedAsync("a", 1, 4, Cancellation);
        Assert.Equal((2, 4), await Stores.Drafts.FindAsync("a", Cancellation) is { } newer ? (newer.Revision, newer.BasedOn) : default);
        await Stores.Drafts.PublishedAsync("a", 2, 5, Cancellation);
        Assert.Null(await Stores.Drafts.FindAsync("a", Cancellation));
        await Stores.Drafts.PublishedAsync("a", 2, 5, Cancellation);
        Assert.Equal(3, (await Stores.Drafts.SaveAsync(draft, 0, Cancellation)).Revision);
        Assert.True(await Stores.Drafts.DeleteAsync("a", 3, Cancellation));
        Assert.False(await Stores.Drafts.DeleteAsync("a", 3, Cancellation));
    }

    [Fact]
    public async Task A_draft_that_is_made_anew_is_not_the_one_that_was_read()
    {
        PromptDraft draft = new() { Key = "a", BasedOn = 3, Prompt = New("a", "one") };
        for (var made = 1; made <= 3; made++)
        {
            Assert.Equal(made, (await Stores.Drafts.SaveAsync(draft, 0, Cancellation)).Revision);
            for (var old = 1; old < made; old++) await RefusedAsync(TurnErrorCode.VersionConflict, () => Stores.Drafts.SaveAsync(draft, old, Cancellation));
            await Stores.Drafts.DeleteAsync("a", null, Cancellation);
        }
    }

    [Fact]
    public async Task Turns_are_found_by_the_version_they_ran()
    {
        var prompt = await SaveAsync(New("a"));
        for (var i = 1; i <= 5; i++)
        {
            var beginning = Beginning($"turn_{i}", $"conv_{i}");
            await CompleteAsync(beginning with { Turn = beginning.Turn with { Prompt = new("a", i % 2 + 1, prompt.Hash!), CreatedAt = Noon.AddMinutes(i) }, Conversation = beginning.Conversation with { Prompt = prompt } });
        }
        var page = await Stores.Uses.ListAsync("a", null, null, 3, Cancellation);
        Assert.Equal(["turn_5", "turn_4", "turn_3"], page.Data.Select(use => use.Turn));
        Assert.Equal(["turn_2", "turn_1"], (await Stores.Uses.ListAsync("a", null, page.Next, 3, Cancellation)).Data.Select(use => use.Turn));
        var ofTwo = await Stores.Uses.ListAsync("a", 1, null, 9, Cancellation);
        Assert.Equal([("turn_4", "conv_4", 1, TurnStatus.Completed), ("turn_2", "conv_2", 1, TurnStatus.Completed)], ofTwo.Data.Select(use => (use.Turn, use.Conversation, use.Version!.Value, use.Status)));
        Assert.Equal("Hello", (await Stores.Uses.PromptOfAsync("turn_1", Cancellation))!.Body);
        Assert.Null(await Stores.Uses.PromptOfAsync("turn_9", Cancellation));
    }
}
