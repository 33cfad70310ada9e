using Turnpike.Prompts;
using Turnpike.Turns;
using Turnpike.Turns.Events;
using Turnpike.Turns.Stores;

namespace Turnpike.Hosts.Tests.Storage;

/// <summary>What every store of conversations promises.</summary>
public abstract class ConversationStoreContract(StoreSet stores) : StoreContract(stores)
{
    private static Conversation New(string id, int minute = 0) => new() { Id = id, CreatedAt = Noon, UpdatedAt = Noon.AddMinutes(minute) };

    [Fact]
    public async Task A_conversation_comes_back_as_it_was_kept()
    {
        var prompt = new Prompt { Key = "summarize", Version = 2, Id = "pmpt_1", Title = "Sum", Tags = ["a"], Messages = [new() { Role = "user", Content = [new() { Type = "text", Text = "{{text}}" }] }] };
        await Stores.Conversations.AddAsync(New("conv_1") with
        {
            Title = "Grüße",
            Prompt = prompt,
            Model = "a/b",
            Parameters = new() { Temperature = 0.5 },
            Tools = NameSelection.Adding(["search"]),
            Variables = Variables("""{"city": "Paris"}"""),
        }, Cancellation);

        var kept = (await Stores.Conversations.FindAsync("conv_1", Cancellation))!;

        Assert.Equal(("Grüße", "a/b", 0.5, "+search", "Paris", Noon), (kept.Title, kept.Model, kept.Parameters!.Temperature, kept.Tools.ToString(), kept.Variables["city"].GetString(), kept.UpdatedAt));
        Assert.Equal(("summarize", 2, "pmpt_1", "Sum"), (kept.Prompt!.Key, kept.Prompt.Version, kept.Prompt.Id, kept.Prompt.Title));
        Assert.Equal(PromptHash.Of(prompt), PromptHash.Of(kept.Prompt));
    }

    [Fact]
    public async Task A_prompt_cannot_pass_for_another_by_the_hash_it_brings()
    {
        var honest = new Prompt { Key = "a", Body = "honest" };
        await Stores.Conversations.AddAsync(New("conv_1") with { Prompt = new Prompt { Body = "forged", Hash = PromptHash.Of(honest) } }, Cancellation);
        await Stores.Conversations.AddAsync(New("conv_2") with { Prompt = honest }, Cancellation);
        Assert.Equal("forged", (await Stores.Conversations.FindAsync("conv_1", Cancellation))!.Prompt!.Body);
        Assert.Equal("honest", (await Stores.Conversations.FindAsync("conv_2", Cancellation))!.Prompt!.Body);
    }

    [Fact]
    public async Task A_conversation_that_is_unknown_is_null()
    {
        Assert.Null(await Stores.Conversations.FindAsync("conv_x", Cancellation));
        Assert.Null(await Stores.Conversations.UpdateAsync("conv_x", now => now, Cancellation));
        Assert.False(await Stores.Conversations.DeleteAsync("conv_x", Cancellation));
    }

    [Fact]
    public async Task An_id_is_given_once()
    {
        await Stores.Conversations.AddAsync(New("conv_1"), Cancellation);
        await RefusedAsync(TurnErrorCode.ConversationBusy, () => Stores.Conversations.AddAsync(New("conv_1"), Cancellation));
    }

    [Fact]
    public async Task Two_writers_do_not_undo_each_other()
    {
        await Stores.Conversations.AddAsync(New("conv_1"), Cancellation);
        await Task.WhenAll(Enumerable.Range(0, 50).Select(i => Stores.Conversations.UpdateAsync("conv_1", now => now with { Title = now.Title + "x" }, Cancellation)));
        Assert.Equal(50, (await Stores.Conversations.FindAsync("conv_1", Cancellation))!.Title!.Length);
    }

    [Fact]
    public async Task A_change_that_throws_changes_nothing()
    {
        await Stores.Conversations.AddAsync(New("conv_1") with { Title = "Old" }, Cancellation);
        await Assert.ThrowsAsync<InvalidOperationException>(() => Stores.Conversations.UpdateAsync("conv_1", _ => throw new InvalidOperationException(), Cancellation));
        Assert.Equal("Old", (await Stores.Conversations.FindAsync("conv_1", Cancellation))!.Title);
    }

    [Fact]
    public async Task A_prompt_may_be_pinned_and_unpinned_later()
    {
        await Stores.Conversations.AddAsync(New("conv_1"), Cancellation);
        await Stores.Conversations.UpdateAsync("conv_1", now => now with { Prompt = new() { Key = "a", Body = "A" } }, Cancellation);
        Assert.Equal("A", (await Stores.Conversations.FindAsync("conv_1", Cancellation))!.Prompt!.Body);
        await Stores.Conversations.UpdateAsync("conv_1", now => now with { Prompt = null }, Cancellation);
        Assert.Null((await Stores.Conversations.FindAsync("conv_1", Cancellation))!.Prompt);
    }

    [Fact]
    public async Task Pages_follow_each_other_newest_change_first_without_loss()
    {
        for (var i = 0; i < 25; i++) await Stores.Conversations.AddAsync(New($"conv_{i:00}", minute: i / 3), Cancellation); // several with the same time
        var ids = new List<string>();
        string? after = null;
        do
        {
            var page = await Stores.Conversations.ListAsync(new() { After = after, Limit = 4 }, Cancellation);
            ids.AddRange(page.Data.Select(row => row.Id));
            after = page.Next;
        }
        while (after is not null);
        Assert.Equal(Enumerable.Range(0, 25).Reverse().Select(i => $"conv_{i:00}"), ids);
    }

    [Fact]
    public async Task A_cursor_that_never_was_one_is_refused() => await RefusedAsync(TurnErrorCode.RequestInvalid, () => Stores.Conversations.ListAsync(new() { After = "nonsense" }, Cancellation));

    [Theory]
    [InlineData("paris", "conv_1,conv_2")]
    [InlineData("in PARIS weather", "conv_2")]
    [InlineData("100%", "conv_3")]
    [InlineData("a_b", "")]
    [InlineData("ÜBER", "conv_4")]
    [InlineData("wea in pa", "conv_2")]
    [InlineData("eather", "")]
    public async Task The_title_is_searched_by_words(string query, string expected)
    {
        await Stores.Conversations.AddAsync(New("conv_1") with { Title = "Paris" }, Cancellation);
        await Stores.Conversations.AddAsync(New("conv_2") with { Title = "Weather in Paris" }, Cancellation);
        await Stores.Conversations.AddAsync(New("conv_3") with { Title = "100% aXb" }, Cancellation);
        await Stores.Conversations.AddAsync(New("conv_4") with { Title = "über uns" }, Cancellation);
        await Stores.Conversations.AddAsync(New("conv_5"), Cancellation);
        Assert.Equal(expected, string.Join(',', (await Stores.Conversations.ListAsync(new() { Query = query }, Cancellation)).Data.Select(row => row.Id).Order()));
    }

    [Theory]
    [InlineData("umbrella", "conv_1")]
    [InlineData("rain umbr", "conv_1")]
    [InlineData("Weather umbrella", "conv_1")] // the title and a turn
    [InlineData("umbrella boats", "")] // not in the same conversation
    [InlineData("boats", "conv_2")]
    [InlineData("晴", "conv_2")]
    [InlineData("secret", "")] // that turn is not stored
    public async Task What_was_said_in_turns_is_searched_too(string query, string expected)
    {
        await EndedAsync(Beginning("turn_1"), "Does it rain in Oslo?", "Take an umbrella. It's \"wet\" AND (cold) -- NOT* warm");
        await Stores.Conversations.UpdateAsync("conv_1", row => row with { Title = "Weather" }, Cancellation);
        await EndedAsync(Beginning("turn_2", "conv_2"), "Which boats?", "明日は晴れ");
        var third = Beginning("turn_3", "conv_3");
        await EndedAsync(third with { Turn = third.Turn with { Store = false } }, "A secret", "Shh");
        Assert.Equal(expected, await FoundAsync(new() { Query = query }));
    }

    [Theory]
    [InlineData("walk", 700)] // all have it
    [InlineData("wa", 700)]
    [InlineData("w", 700)]
    [InlineData("sign", 700)] // a hundred words begin so
    [InlineData("sign wal", 700)]
    [InlineData("sign harb", 80)]
    [InlineData("s", 700)]
    [InlineData("sign7", 77)] // 7 and 70 to 79
    [InlineData("walk sign7", 77)]
    [InlineData("harbour", 80)] // only the oldest have it
    [InlineData("harb walk", 80)]
    [InlineData("walk boats", 0)]
    public async Task Pages_of_a_search_follow_each_other_newest_change_first_without_loss(string query, int count)
    {
        await Stores.Turns.ImportAsync(new() { Conversations = [.. Enumerable.Range(0, 700).Select(i => New($"conv_{i:000}", minute: i / 3) with { Title = $"Walk sign{i % 100}{(i < 80 ? " harbour" : "")}" })] }, Cancellation);
        var ids = new List<string>();
        string? after = null;
        do
        {
            var page = await Stores.Conversations.ListAsync(new() { Query = query, After = after, Limit = 50 }, Cancellation);
            ids.AddRange(page.Data.Select(row => row.Id));
            after = page.Next;
        }
        while (after is not null);
        Assert.Equal(count, ids.Count);
        Assert.Equal(ids.OrderDescending(), ids);
        Assert.Equal(ids.Distinct(), ids);
    }

    [Fact]
    public async Task A_word_of_the_last_of_many_turns_is_found_by_a_beginning_that_many_words_share()
    {
        var walk = New("conv_long", minute: 500);
        Turn Said(int n) => Beginning($"turn_{n}").Turn with { Conversation = walk.Id, Parent = n == 1 ? null : $"turn_{n - 1}", Number = n, Status = TurnStatus.Completed, Content = "Walk", CleanedContent = "Walk", Answer = n == 90 ? "sign500" : "Far", EndedAt = Noon };
        await Stores.Turns.ImportAsync(new()
        {
            Conversations = [walk with { Head = "turn_90" }, .. Enumerable.Range(0, 100).Select(i => New($"conv_{i:000}", minute: i) with { Title = $"sign{i}" })],
            Turns = [.. Enumerable.Range(1, 90).Select(n => GivenTurn.Beginning(Said(n), walk, null) with { IsNewConversation = false })],
        }, Cancellation);
        var page = await Stores.Conversations.ListAsync(new() { Query = "sign", Limit = 10 }, Cancellation);
        Assert.Equal(["conv_long", "conv_099"], page.Data.Take(2).Select(row => row.Id));
    }

    [Fact]
    public async Task A_search_with_marks_looks_behind_the_newest_that_do_not_have_them()
    {
        await Stores.Turns.ImportAsync(new() { Conversations = [.. Enumerable.Range(0, 700).Select(i => New($"conv_{i:000}", minute: i) with { Title = "Walk", Project = i < 100 ? "shop" : null, Pinned = i % 10 == 0 })] }, Cancellation);
        Assert.Equal(100, (await Stores.Conversations.ListAsync(new() { Query = "walk", Project = "shop", Limit = 200 }, Cancellation)).Data.Count);
        Assert.Equal(70, (await Stores.Conversations.ListAsync(new() { Query = "walk", Pinned = true, Limit = 200 }, Cancellation)).Data.Count);
        Assert.Equal("conv_090", (await Stores.Conversations.ListAsync(new() { Query = "walk", Project = "shop", Pinned = true, Limit = 1 }, Cancellation)).Data[0].Id);
    }

    [Fact]
    public async Task What_is_gone_is_not_found()
    {
        await EndedAsync(Beginning("turn_1"), "apple", "pear");
        await EndedAsync(Beginning("turn_2", "conv_2"), "apple", "plum");
        await Stores.Conversations.UpdateAsync("conv_1", row => row with { Title = "Fruit" }, Cancellation);
        await Stores.Conversations.UpdateAsync("conv_1", row => row with { Title = "Trees" }, Cancellation);
        Assert.Equal("", await FoundAsync(new() { Query = "fruit" }));
        Assert.Equal("conv_1", await FoundAsync(new() { Query = "trees" }));
        Assert.True(await Stores.Turns.ForgetAsync("turn_1", Cancellation));
        Assert.Equal("conv_2", await FoundAsync(new() { Query = "apple" }));
        Assert.True(await Stores.Conversations.DeleteAsync("conv_2", Cancellation));
        Assert.Equal("", await FoundAsync(new() { Query = "apple" }));
        await Stores.Conversations.AddAsync(New("conv_4") with { Title = "four" }, Cancellation);
        Assert.Equal("", await FoundAsync(new() { Query = "plum" }));
    }

    [Fact]
    public async Task The_beginning_that_a_turn_gave_goes_with_it_and_another_one_stays()
    {
        var (begun, next) = (Beginning("turn_1"), Beginning("turn_2", parent: "turn_1", isNew: false));
        await CompleteAsync(begun with { Turn = begun.Turn with { CleanedContent = "Where is Oslo?" }, Conversation = begun.Conversation with { Beginning = "Where is Oslo?" } });
        await CompleteAsync(next with { Turn = next.Turn with { CleanedContent = "And Bergen?" }, Conversation = next.Conversation with { Beginning = "Where is Oslo?" } });
        foreach (var (id, from) in ((string, string?)[])[("conv_2", "turn_2"), ("conv_3", "turn_1"), ("conv_4", null)]) await Stores.Conversations.AddAsync(New(id) with { Head = from, ForkedFrom = from, Beginning = "Where is Oslo?" }, Cancellation);
        Assert.True(await Stores.Turns.ForgetAsync("turn_2", Cancellation));
        Assert.Equal("Where is Oslo?", (await Stores.Conversations.FindAsync("conv_1", Cancellation))!.Beginning);
        Assert.True(await Stores.Turns.ForgetAsync("turn_1", Cancellation));
        foreach (var (id, beginning) in ((string, string?)[])[("conv_1", null), ("conv_2", null), ("conv_3", null), ("conv_4", "Where is Oslo?")]) Assert.Equal(beginning, (await Stores.Conversations.FindAsync(id, Cancellation))!.Beginning);
    }

    [Fact]
    public async Task The_list_can_be_of_a_project_and_of_those_that_are_marked()
    {
        await Stores.Conversations.AddAsync(New("conv_1") with { Project = "shop" }, Cancellation);
        await Stores.Conversations.AddAsync(New("conv_2") with { Pinned = true }, Cancellation);
        await Stores.Conversations.AddAsync(New("conv_3"), Cancellation);
        await Stores.Conversations.UpdateAsync("conv_3", row => row with { Starred = true, Archived = true }, Cancellation);
        Assert.Equal("conv_1,conv_2", await FoundAsync(new()));
        Assert.Equal("conv_1", await FoundAsync(new() { Project = "shop" }));
        Assert.Equal("conv_2", await FoundAsync(new() { Pinned = true }));
        Assert.Equal("conv_1", await FoundAsync(new() { Pinned = false }));
        Assert.Equal("", await FoundAsync(new() { Starred = true }));
        Assert.Equal("conv_3", await FoundAsync(new() { Starred = true, Archived = null }));
        Assert.Equal("conv_3", await FoundAsync(new() { Archived = true }));
    }

    private async Task<string> FoundAsync(ConversationQuery query) => string.Join(',', (await Stores.Conversations.ListAsync(query, Cancellation)).Data.Select(row => row.Id).Order());

    private async Task EndedAsync(TurnBeginning beginning, string said, string answered)
    {
        await Stores.Turns.BeginAsync(beginning, Cancellation);
        var last = Placed(new TurnCompleted { Usage = TurnUsage.None }, beginning.Turn.Id, 2, beginning.Turn.Conversation);
        Assert.True(await Stores.Turns.EndAsync(beginning.Turn with { Status = TurnStatus.Completed, CleanedContent = said, Answer = answered, EndedAt = Noon.AddSeconds(1) }, [], last, Cancellation));
    }

    [Fact]
    public async Task The_list_can_be_of_one_prompt()
    {
        await Stores.Conversations.AddAsync(New("conv_1") with { Prompt = new() { Key = "a" } }, Cancellation);
        await Stores.Conversations.AddAsync(New("conv_2") with { Prompt = new() { Key = "b" } }, Cancellation);
        Assert.Equal("conv_2", Assert.Single((await Stores.Conversations.ListAsync(new() { Prompt = "b" }, Cancellation)).Data).Id);
    }

    [Fact]
    public async Task Deleting_a_conversation_deletes_its_turns_and_their_events()
    {
        await CompleteAsync(Beginning("turn_1") with { IdempotencyKey = "key", RequestHash = "hash" });
        Assert.True(await Stores.Conversations.DeleteAsync("conv_1", Cancellation));

        Assert.Null(await Stores.Conversations.FindAsync("conv_1", Cancellation));
        Assert.Null(await Stores.Turns.FindAsync("turn_1", Cancellation));
        Assert.Null(await Stores.Turns.RequestAsync("turn_1", Cancellation));
        Assert.Empty(await Stores.Log.ReadAsync("turn_1", 0, 10, Cancellation));
        await CompleteAsync(Beginning("turn_1") with { IdempotencyKey = "key", RequestHash = "other" });
    }

    [Theory]
    [InlineData("turn_2")]
    [InlineData("turn_1")] // its own turn answers to an earlier one than it was made from
    [InlineData(null)] // it has no turn of its own
    public async Task Deleting_keeps_what_a_fork_was_made_from_until_the_fork_goes_too(string? parent)
    {
        await CompleteAsync(Beginning("turn_1"));
        await CompleteAsync(Beginning("turn_2", parent: "turn_1", isNew: false));
        await CompleteAsync(Beginning("turn_3", parent: "turn_2", isNew: false));
        var fork = New("conv_2") with { Head = "turn_2", ForkedFrom = "turn_2" };
        await Stores.Conversations.AddAsync(fork, Cancellation);
        await Stores.Conversations.DeleteAsync("conv_1", Cancellation);
        Assert.Equal(["turn_1", "turn_2"], (await Stores.Turns.PathAsync("turn_2", 10, Cancellation)).Select(turn => turn.Id));
        Assert.Null(await Stores.Turns.FindAsync("turn_3", Cancellation));
        if (parent is not null) await CompleteAsync(Beginning("turn_4", "conv_2", parent, isNew: false) with { OnHead = false, Opened = fork, Conversation = fork with { Head = "turn_4" } });
        await Stores.Conversations.DeleteAsync("conv_2", Cancellation);
        foreach (var turn in (string[])["turn_1", "turn_2", "turn_4"]) Assert.Null(await Stores.Turns.FindAsync(turn, Cancellation));
        await RefusedAsync(TurnErrorCode.TurnNotFound, () => Stores.Conversations.AddAsync(fork, Cancellation));
        Assert.Null(await Stores.Conversations.FindAsync("conv_2", Cancellation));
    }

    [Fact]
    public async Task A_turn_that_runs_when_its_conversation_is_deleted_can_write_no_more()
    {
        var beginning = Beginning("turn_1");
        await Stores.Turns.BeginAsync(beginning, Cancellation);
        await Stores.Conversations.DeleteAsync("conv_1", Cancellation);

        Assert.False(await EndAsync(beginning));
        Assert.Empty(await Stores.Turns.RenewAsync("node_1", ["turn_1"], Noon.AddHours(1), Cancellation));
    }
}
