using Turnpike.Turns;
using Turnpike.Turns.Events;
using Turnpike.Turns.Stores;

namespace Turnpike.Hosts.Tests.Storage;

/// <summary>What every store promises of imports: all of it or nothing, and what is here stays as it is.</summary>
public abstract class ImportStoreContract(StoreSet stores) : StoreContract(stores)
{
    private TurnBeginning Ended(string turn, string conversation = "conv_1", string? parent = null, string? project = null)
    {
        var beginning = Beginning(turn, conversation, parent);
        return beginning with
        {
            Turn = beginning.Turn with { Status = TurnStatus.Completed, Answer = "umbrella", EndedAt = Noon },
            Conversation = beginning.Conversation with { Project = project },
            Rest = [Placed(new TurnCompleted { Usage = TurnUsage.None }, turn, 2, conversation)],
        };
    }

    private Task ImportAsync(params TurnBeginning[] turns) => Stores.Turns.ImportAsync(new() { Conversations = [.. turns.Select(turn => turn.Conversation).DistinctBy(conversation => conversation.Id)], Turns = turns }, Cancellation);

    private async Task<string> TurnsOfAsync(string conversation) => string.Join(' ', (await Stores.Turns.AllAsync(conversation, Cancellation)).Select(turn => turn.Id));

    [Fact]
    public async Task What_is_imported_is_kept_together_and_once()
    {
        var ended = Ended("turn_1");
        var batch = new ImportBatch
        {
            Rules = [new() { Id = "rule_1", Name = "Style", Content = "Plain." }],
            Tags = [new() { Name = "Writing", Rules = ["rule_1"] }],
            Projects = [new() { Id = "proj_1", Name = "Docs" }, new() { Id = "proj_2", Name = "Guides", Parent = "proj_1" }],
            Conversations = [ended.Conversation with { Project = "proj_2" }],
            Turns = [ended],
        };
        await Stores.Turns.ImportAsync(batch, Cancellation);
        await Stores.Turns.ImportAsync(batch with { Rules = [], Tags = [], Projects = [], Conversations = [ended.Conversation with { Title = "Other" }] }, Cancellation);
        Assert.Equal(["Style"], (await Stores.Settings.FindTagAsync("Writing", Cancellation))!.Rules);
        Assert.Equal(["proj_2", "proj_1"], (await Stores.Settings.ChainAsync("proj_2", Cancellation)).Select(project => project.Id));
        Assert.Equal(("proj_2", null), ((await Stores.Conversations.FindAsync("conv_1", Cancellation))!.Project, (await Stores.Conversations.FindAsync("conv_1", Cancellation))!.Title));
        Assert.Equal("conv_1", Assert.Single((await Stores.Conversations.ListAsync(new() { Query = "umbrella" }, Cancellation)).Data).Id);
        await RefusedAsync(TurnErrorCode.ProjectNotFound, () => Stores.Turns.ImportAsync(new() { Projects = [new() { Id = "proj_3", Name = "Lost", Parent = "proj_none" }], Conversations = [new() { Id = "conv_2" }] }, Cancellation));
        Assert.Null(await Stores.Conversations.FindAsync("conv_2", Cancellation));
    }

    [Fact]
    public async Task What_was_used_elsewhere_is_summed_once_also_when_its_conversation_comes_back()
    {
        var ended = Ended("turn_1", project: "proj_1");
        ended = ended with { Turn = ended.Turn with { Attempts = [new() { Step = 1, Attempt = 1, Model = "a/one", Status = TurnStatus.Completed, Usage = new() { InputTokens = 10, OutputTokens = 2 }, Milliseconds = 5 }] } };
        var batch = new ImportBatch { Conversations = [ended.Conversation], Turns = [ended], Calls = [new() { Id = "side_1", Kind = "title", Model = "a/one", Project = "proj_1", Usage = new() { InputTokens = 7, OutputTokens = 1 }, CreatedAt = Noon }] };
        await Stores.Turns.ImportAsync(batch, Cancellation);
        await Stores.Turns.ImportAsync(batch, Cancellation);
        await Stores.Conversations.DeleteAsync("conv_1", Cancellation);
        await Stores.Turns.ImportAsync(batch, Cancellation);
        var row = Assert.Single((await Stores.Usage.SumAsync(new(Noon.AddDays(-1), Noon.AddDays(1), [Turnpike.Turns.Usage.UsageBy.Project]), Cancellation)).Data);
        Assert.Equal(("proj_1", 1, 2, 17, 3, 2), (row.Project, row.Turns, row.Attempts, row.InputTokens, row.OutputTokens, row.Unpriced));
    }

    [Fact]
    public async Task One_that_is_refused_at_its_last_setting_keeps_none_of_them()
    {
        await KeepSettingsAsync();
        await RefusedAsync(TurnErrorCode.ProjectNotFound, () => Stores.Turns.ImportAsync(new()
        {
            Rules = [new() { Id = "rule_2", Name = "New", Content = "New.", Tags = ["Fresh"] }],
            Tags = [new() { Name = "Second", Rules = ["rule_1", "rule_2"] }],
            Projects = [new() { Id = "proj_2", Name = "Below", Parent = "proj_1" }, new() { Id = "proj_3", Name = "Lost", Parent = "proj_none" }],
            Conversations = [new() { Id = "conv_1" }],
        }, Cancellation));
        await AreAsKeptAsync();
    }

    [Theory]
    [InlineData("rule_1", "Plain", "proj_2")]
    [InlineData("rule_2", "writing", "proj_2")]
    [InlineData("rule_2", "Plain", "proj_1")]
    public async Task A_setting_that_is_here_already_is_refused_and_stays_as_it_is(string rule, string tag, string project)
    {
        await KeepSettingsAsync();
        await RefusedAsync(TurnErrorCode.VersionConflict, () => Stores.Turns.ImportAsync(new()
        {
            Rules = [new() { Id = rule, Name = "Other", Content = "Ornate." }],
            Tags = [new() { Name = tag, Rules = [rule] }],
            Projects = [new() { Id = project, Name = "Guides" }],
            Conversations = [new() { Id = "conv_1" }],
        }, Cancellation));
        await AreAsKeptAsync();
    }

    private async Task KeepSettingsAsync()
    {
        await Stores.Settings.SaveRuleAsync(new() { Id = "rule_1", Name = "Style", Content = "Plain.", Tags = ["Writing"], AlwaysOn = true }, Cancellation);
        await Stores.Settings.SaveProjectAsync(new() { Id = "proj_1", Name = "Docs" }, Cancellation);
    }

    private async Task AreAsKeptAsync()
    {
        var rule = Assert.Single((await Stores.Settings.ListRulesAsync(new(), Cancellation)).Data);
        Assert.Equal(("rule_1", "Style", "Plain.", true, "Writing"), (rule.Id, rule.Name, rule.Content, rule.AlwaysOn, string.Join(',', rule.Tags)));
        var tag = Assert.Single((await Stores.Settings.ListTagsAsync(new(), Cancellation)).Data);
        Assert.Equal(("Writing", "Style"), (tag.Name, string.Join(',', tag.Rules)));
        Assert.Equal("Docs", Assert.Single((await Stores.Settings.ListProjectsAsync(new(), Cancellation)).Data).Name);
        Assert.Null(await Stores.Conversations.FindAsync("conv_1", Cancellation));
    }

    [Fact]
    public async Task Turns_come_with_their_conversation_only()
    {
        await ImportAsync(Ended("turn_1"));
        await ImportAsync(Ended("turn_1"), Ended("turn_2", parent: "turn_1"));
        await Stores.Turns.ImportAsync(new() { Turns = [Ended("turn_3", parent: "turn_1"), Ended("turn_4", "conv_none")] }, Cancellation);
        Assert.Equal("turn_1", await TurnsOfAsync("conv_1"));
        Assert.Null(await Stores.Turns.FindAsync("turn_4", Cancellation));
        await RefusedAsync(TurnErrorCode.VersionConflict, () => ImportAsync(Ended("turn_1", "conv_2"), Ended("turn_5", "conv_2", "turn_1")));
        Assert.Equal(("turn_1", ""), (await TurnsOfAsync("conv_1"), await TurnsOfAsync("conv_2")));
        Assert.Null(await Stores.Conversations.FindAsync("conv_2", Cancellation));
    }

    [Fact]
    public async Task A_deleted_conversation_comes_back_only_with_all_turns_that_others_go_on_from()
    {
        await ImportAsync(Ended("turn_1"), Ended("turn_2", parent: "turn_1"));
        await Stores.Conversations.AddAsync(new() { Id = "conv_fork", Head = "turn_2", ForkedFrom = "turn_2" }, Cancellation);
        await Stores.Conversations.DeleteAsync("conv_1", Cancellation);
        await RefusedAsync(TurnErrorCode.VersionConflict, () => ImportAsync(Ended("turn_1"), Ended("turn_3", parent: "turn_1")));
        Assert.Null(await Stores.Turns.FindAsync("turn_3", Cancellation));
        await ImportAsync(Ended("turn_1"), Ended("turn_2", parent: "turn_1"), Ended("turn_3", parent: "turn_2"));
        Assert.Equal("turn_1 turn_2 turn_3", await TurnsOfAsync("conv_1"));
    }

    [Fact]
    public async Task A_fork_is_not_kept_when_what_it_goes_on_from_is_gone()
    {
        await RefusedAsync(TurnErrorCode.TurnNotFound, () => Stores.Turns.ImportAsync(new() { Conversations = [new() { Id = "conv_fork", Head = "turn_gone", ForkedFrom = "turn_gone" }] }, Cancellation));
        Assert.Null(await Stores.Conversations.FindAsync("conv_fork", Cancellation));
    }

    [Fact]
    public async Task A_ring_of_turns_is_read_once_around_and_by_nobody_forever()
    {
        await ImportAsync(Ended("turn_0", parent: "turn_0"));
        await ImportAsync(Ended("turn_a", "conv_2", "turn_c"), Ended("turn_b", "conv_2", "turn_a"), Ended("turn_c", "conv_2", "turn_b"), Ended("turn_d", "conv_2", "turn_c"), Ended("turn_e", "conv_2", "turn_d"));
        foreach (var (newest, path) in ((string, string)[])[("turn_0", "turn_0"), ("turn_b", "turn_c turn_a turn_b"), ("turn_e", "turn_a turn_b turn_c turn_d turn_e")])
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
            limit.CancelAfter(TimeSpan.FromSeconds(20));
            Assert.Equal(path, string.Join(' ', (await Stores.Turns.PathAsync(newest, 10_000, Cancellation).WaitAsync(limit.Token)).Select(turn => turn.Id)));
            Assert.Equal(path, string.Join(' ', await Stores.Turns.PathIdsAsync(newest, int.MaxValue, Cancellation).WaitAsync(limit.Token)));
            var siblings = await Stores.Turns.SiblingsAsync(new() { Id = newest == "turn_0" ? "conv_1" : "conv_2" }, newest, 10_000, Cancellation).WaitAsync(limit.Token);
            Assert.Equal(path.Split(' ').Order(), siblings.Keys.Order());
            Assert.Equal(newest == "turn_e" ? "turn_a turn_d" : newest, string.Join(' ', siblings[newest == "turn_e" ? "turn_d" : newest]));
        }
    }

    [Fact]
    public async Task The_projects_of_a_path_are_told_with_how_deep_they_lie()
    {
        await ImportAsync(Ended("turn_1", project: "shop"), Ended("turn_2", parent: "turn_1", project: "shop"), Ended("turn_3", "conv_2", "turn_2", "garden"), Ended("turn_4", "conv_3", "turn_3"));
        await Stores.Conversations.UpdateAsync("conv_3", fork => fork with { Head = "turn_4", ForkedFrom = "turn_3" }, Cancellation);
        Assert.Equal("garden:2 shop:3", await HomesAsync("turn_4", 10));
        Assert.Equal("garden:2", await HomesAsync("turn_4", 2));
        Assert.Equal("", await HomesAsync("turn_none", 10));
        await Stores.Conversations.DeleteAsync("conv_1", Cancellation);
        Assert.Equal("garden:1 shop:2", await HomesAsync("turn_3", int.MaxValue));
    }

    private async Task<string> HomesAsync(string turn, int limit) =>
        string.Join(' ', (await Stores.Get<Turnpike.Turns.Projects.IProjectMembers>().HomesOfPathAsync(turn, limit, Cancellation)).OrderBy(home => home.Value).Select(home => $"{home.Key}:{home.Value}"));
}
