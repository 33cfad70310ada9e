using Turnpike.Turns.Projects;

namespace Turnpike.Hosts.Tests.Storage;

/// <summary>What every store of members of projects promises.</summary>
public abstract class ProjectMembersContract(StoreSet stores) : StoreContract(stores)
{
    private IProjectMembers Members => Stores.Get<IProjectMembers>();

    private Task<Turnpike.Turns.Settings.Project> ProjectAsync(string id, string? parent = null) => Stores.Settings.SaveProjectAsync(new() { Id = id, Name = id, Parent = parent }, Cancellation);

    private Task SetAsync(string project, string user, ProjectRole role) => Members.SetAsync(new(project, user, role), Cancellation);

    private async Task<string> ChainAsync(string project) => string.Join(' ', (await Members.ChainAsync(project, Cancellation)).Select(member => $"{member.Project}:{member.User}:{member.Role}"));

    [Fact]
    public async Task Members_are_those_of_a_project_and_of_those_above_it_nearest_first()
    {
        await ProjectAsync("root");
        await ProjectAsync("middle", "root");
        await ProjectAsync("leaf", "middle");
        await SetAsync("root", "ann", ProjectRole.Owner);
        await SetAsync("leaf", "bob", ProjectRole.Viewer);
        await SetAsync("leaf", "ann", ProjectRole.Runner);
        Assert.Equal("leaf:ann:Runner leaf:bob:Viewer root:ann:Owner", await ChainAsync("leaf"));
        Assert.Equal("root:ann:Owner", await ChainAsync("middle"));
        Assert.Equal("", await ChainAsync("other"));
    }

    [Fact]
    public async Task A_role_is_replaced_and_taken_away()
    {
        await ProjectAsync("one");
        await SetAsync("one", "ann", ProjectRole.Viewer);
        await SetAsync("one", "ann", ProjectRole.Editor);
        Assert.Equal("one:ann:Editor", await ChainAsync("one"));
        Assert.True(await Members.RemoveAsync("one", "ann", _ => { }, Cancellation));
        Assert.False(await Members.RemoveAsync("one", "ann", _ => { }, Cancellation));
        Assert.Equal("", await ChainAsync("one"));
    }

    [Fact]
    public async Task Who_changes_members_sees_those_that_the_one_before_left()
    {
        await ProjectAsync("root");
        await ProjectAsync("one", "root");
        for (var i = 0; i < 20; i++)
        {
            foreach (var (project, user) in ((string, string)[])[("one", "ann"), ("root", "bob")]) await SetAsync(project, user, ProjectRole.Owner);
            await Task.WhenAll(TryAsync(Members.RemoveAsync("one", "ann", KeepOwner, Cancellation)), TryAsync(Members.SetAsync(new("one", "bob", ProjectRole.Viewer), KeepOwner, Cancellation)));
            Assert.Contains((await Members.ChainAsync("one", Cancellation)).DistinctBy(member => member.User), member => member.Role == ProjectRole.Owner);
            await Members.RemoveAsync("one", "bob", _ => { }, Cancellation);
        }

        static void KeepOwner(IReadOnlyList<IReadOnlyList<ProjectMember>> chains)
        {
            if (chains[0].DistinctBy(member => member.User).Count(member => member.Role == ProjectRole.Owner) < 2) throw new InvalidOperationException("nobody would own it");
        }
    }

    [Fact]
    public async Task What_a_look_at_the_members_refuses_changes_nothing()
    {
        await ProjectAsync("one");
        await SetAsync("one", "ann", ProjectRole.Owner);
        await Assert.ThrowsAsync<InvalidOperationException>(() => Members.SetAsync(new("one", "bob", ProjectRole.Editor), chains => throw new InvalidOperationException(chains.Single().Single().User), Cancellation));
        await Assert.ThrowsAsync<InvalidOperationException>(() => Members.RemoveAsync("one", "ann", chains => throw new InvalidOperationException(chains.Single().Single().User), Cancellation));
        Assert.Equal("one:ann:Owner", await ChainAsync("one"));
    }

    [Fact]
    public async Task Who_changes_members_is_shown_those_of_the_projects_below_that_have_some_too()
    {
        foreach (var (project, parent) in ((string, string?)[])[("root", null), ("one", "root"), ("open", "one"), ("two", "open"), ("beside", "root")]) await ProjectAsync(project, parent);
        await SetAsync("root", "ann", ProjectRole.Owner);
        await SetAsync("two", "bob", ProjectRole.Viewer);
        await SetAsync("beside", "cid", ProjectRole.Viewer);
        var (set, removed) = ("", "");
        await Members.SetAsync(new("one", "dan", ProjectRole.Editor), chains => set = Shown(chains), Cancellation);
        await Members.RemoveAsync("root", "ann", chains => removed = Shown(chains), Cancellation);
        Assert.Equal("root:ann | two:bob root:ann", set);
        Assert.Equal("root:ann | beside:cid root:ann | one:dan root:ann | two:bob one:dan root:ann", removed);

        static string Shown(IReadOnlyList<IReadOnlyList<ProjectMember>> chains)
        {
            var all = chains.Select(chain => string.Join(' ', chain.Select(member => $"{member.Project}:{member.User}"))).ToArray();
            return string.Join(" | ", all.Skip(1).Order(StringComparer.Ordinal).Prepend(all[0]));
        }
    }

    private static async Task TryAsync(Task change)
    {
        try
        {
            await change;
        }
        catch (InvalidOperationException)
        {
            // The other one was faster.
        }
    }

    [Fact]
    public async Task Things_belong_to_one_project_at_a_time()
    {
        var (prompt, rule) = (new ProjectThing(ProjectThings.Prompt, "greet"), new ProjectThing(ProjectThings.Rule, "rule_1"));
        Assert.True(await Members.PutAsync(prompt, "one", Cancellation));
        Assert.False(await Members.PutAsync(prompt, "one", Cancellation));
        Assert.True(await Members.PutAsync(rule, "one", Cancellation));
        Assert.Equal([prompt, rule], await Members.ThingsAsync("one", Cancellation));
        Assert.True(await Members.PutAsync(prompt, "two", Cancellation));
        Assert.Equal("two", await Members.HomeAsync(prompt, Cancellation));
        Assert.Equal([KeyValuePair.Create("greet", "two")], await Members.HomesAsync(ProjectThings.Prompt, Cancellation));
        Assert.True(await Members.PutAsync(prompt, null, Cancellation));
        Assert.False(await Members.PutAsync(prompt, null, Cancellation));
        Assert.Null(await Members.HomeAsync(prompt, Cancellation));
        Assert.Null(await Members.HomeAsync(new(ProjectThings.File, "rule_1"), Cancellation));
    }

    [Fact]
    public async Task A_thing_that_is_not_there_yet_is_claimed_by_one_project_only()
    {
        var prompt = new ProjectThing(ProjectThings.Prompt, "greet");
        Assert.True(await Members.ClaimAsync(prompt, "one", Cancellation));
        Assert.False(await Members.ClaimAsync(prompt, "two", Cancellation));
        Assert.False(await Members.ClaimAsync(prompt, "one", Cancellation));
        Assert.Equal("one", await Members.HomeAsync(prompt, Cancellation));
    }

    [Fact]
    public async Task Conversations_and_their_turns_belong_where_the_conversation_says()
    {
        var beginning = Beginning("turn_1");
        await CompleteAsync(beginning with { Conversation = beginning.Conversation with { Project = "one" } });
        Assert.Equal(("one", "one"), (await Members.HomeAsync(new(ProjectThings.Turn, "turn_1"), Cancellation), await Members.HomeAsync(new(ProjectThings.Conversation, "conv_1"), Cancellation)));
        await Stores.Conversations.UpdateAsync("conv_1", conversation => conversation with { Project = "two" }, Cancellation);
        Assert.Equal("two", await Members.HomeAsync(new(ProjectThings.Turn, "turn_1"), Cancellation));
        await Stores.Conversations.UpdateAsync("conv_1", conversation => conversation with { Project = null }, Cancellation);
        Assert.Null(await Members.HomeAsync(new(ProjectThings.Turn, "turn_1"), Cancellation));
        Assert.Null(await Members.HomeAsync(new(ProjectThings.Turn, "turn_0"), Cancellation));
    }

    [Fact]
    public async Task A_turn_whose_conversation_is_gone_belongs_where_it_began()
    {
        var beginning = Beginning("turn_1");
        await CompleteAsync(beginning with { Conversation = beginning.Conversation with { Project = "one" } });
        await Stores.Conversations.AddAsync(new() { Id = "conv_2", Head = "turn_1", ForkedFrom = "turn_1", CreatedAt = Noon, UpdatedAt = Noon }, Cancellation);
        await Stores.Conversations.DeleteAsync("conv_1", Cancellation);
        Assert.Equal("one", await Members.HomeAsync(new(ProjectThings.Turn, "turn_1"), Cancellation));
    }

    [Fact]
    public async Task What_a_project_leaves_behind_is_open_to_nobody_to_whom_it_was_not()
    {
        await ProjectAsync("root");
        await ProjectAsync("middle", "root");
        await ProjectAsync("leaf", "middle");
        await SetAsync("root", "ann", ProjectRole.Owner);
        await SetAsync("middle", "bob", ProjectRole.Editor);
        await SetAsync("leaf", "bob", ProjectRole.Viewer);
        await Members.HandDownAsync("middle", Cancellation);
        await Stores.Settings.DeleteProjectAsync("middle", Cancellation);
        Assert.Equal("middle:ann:Owner middle:bob:Editor", await ChainAsync("middle"));
        Assert.Equal("leaf:ann:Owner leaf:bob:Viewer root:ann:Owner", await ChainAsync("leaf"));
    }
}
