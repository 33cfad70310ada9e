using System.Text.Json;
using Turnpike.Turns;
using Turnpike.Turns.Settings;

namespace Turnpike.Hosts.Tests.Storage;

/// <summary>What every store of settings promises.</summary>
public abstract class SettingsStoreContract(StoreSet stores) : StoreContract(stores)
{
    private ISettingsStore Settings => Stores.Settings;

    private Task<Rule> RuleAsync(string name, bool alwaysOn = false, params string[] tags) => Settings.SaveRuleAsync(new() { Name = name, Content = "C", AlwaysOn = alwaysOn, Tags = tags }, Cancellation);

    private Task<Project> ProjectAsync(string id, string? parent = null) => Settings.SaveProjectAsync(new() { Id = id, Name = $"Project {id}", Parent = parent }, Cancellation);

    private async Task<string> ChainAsync(string id) => string.Join(' ', (await Settings.ChainAsync(id, Cancellation)).Select(project => project.Id));

    [Fact]
    public async Task A_rule_is_found_by_id_and_by_name_in_any_case()
    {
        var rule = await Settings.SaveRuleAsync(new() { Name = "Straße", Content = "Be {{tone}}.", Placement = RulePlacement.After, AlwaysOn = true, Tags = ["B", "a"] }, Cancellation);
        Assert.Matches("^rule_[0-9A-Za-z]{22}$", rule.Id);
        foreach (var name in (string[])[rule.Id, "Straße", "sTRAßE"])
        {
            var found = await Settings.FindRuleAsync(name, Cancellation);
            Assert.Equal(("Straße", "Be {{tone}}.", RulePlacement.After, true), (found!.Name, found.Content, found.Placement, found.AlwaysOn));
            Assert.Equal(["a", "B"], found.Tags);
        }
        Assert.Null(await Settings.FindRuleAsync("other", Cancellation));
    }

    [Fact]
    public async Task A_name_belongs_to_one_rule_and_is_free_again_when_that_is_renamed()
    {
        var rule = await RuleAsync("a");
        await RefusedAsync(TurnErrorCode.VersionConflict, () => RuleAsync("A"));
        await Settings.SaveRuleAsync(rule with { Name = "b" }, Cancellation);
        Assert.NotEqual(rule.Id, (await RuleAsync("A")).Id);
        Assert.Equal(["A", "b"], await Settings.RuleNamesAsync(Cancellation));
    }

    [Fact]
    public async Task Only_rules_that_are_always_on_are_always_on()
    {
        var rule = await RuleAsync("b", alwaysOn: true);
        await RuleAsync("A", alwaysOn: true);
        await RuleAsync("c");
        Assert.Equal(["A", "b"], (await Settings.AlwaysOnAsync(Cancellation)).Select(on => on.Name));
        await Settings.SaveRuleAsync(rule with { AlwaysOn = false }, Cancellation);
        Assert.Equal(["A"], (await Settings.AlwaysOnAsync(Cancellation)).Select(on => on.Name));
    }

    [Fact]
    public async Task A_rule_and_its_tag_say_the_same()
    {
        await RuleAsync("one", tags: "voice");
        var two = await RuleAsync("two");
        await Settings.SaveTagAsync(new() { Name = "Voice", Description = "D", Rules = [two.Id] }, Cancellation);
        Assert.Empty((await Settings.FindRuleAsync("one", Cancellation))!.Tags);
        Assert.Equal(["Voice"], (await Settings.FindRuleAsync("two", Cancellation))!.Tags);
        await RuleAsync("three", tags: "VOICE");
        var tag = await Settings.FindTagAsync("voice", Cancellation);
        Assert.Equal("D", tag!.Description);
        Assert.Equal(["three", "two"], tag.Rules);
        Assert.Equal(["three", "two"], (await Settings.TaggedAsync("voice", Cancellation))!.Select(rule => rule.Name));
        Assert.Null(await Settings.TaggedAsync("other", Cancellation));
    }

    [Fact]
    public async Task A_tag_takes_no_rule_that_there_is_not()
    {
        await RuleAsync("kind");
        var error = await Assert.ThrowsAsync<TurnException>(() => Settings.SaveTagAsync(new() { Name = "voice", Rules = ["kint"] }, Cancellation));
        Assert.Equal((TurnErrorCode.RuleNotFound, "There is no rule \"kint\" (asked for by tag \"voice\"). Did you mean \"kind\"?"), (error.Code, error.Message));
        Assert.Null(await Settings.FindTagAsync("voice", Cancellation));
    }

    [Fact]
    public async Task What_is_deleted_leaves_its_tags_and_rules()
    {
        var rule = await RuleAsync("a", tags: ["x", "y"]);
        Assert.True(await Settings.DeleteTagAsync("X", Cancellation));
        Assert.False(await Settings.DeleteTagAsync("x", Cancellation));
        Assert.Equal(["y"], (await Settings.FindRuleAsync("a", Cancellation))!.Tags);
        Assert.True(await Settings.DeleteRuleAsync(rule.Id, Cancellation));
        Assert.False(await Settings.DeleteRuleAsync(rule.Id, Cancellation));
        Assert.Empty((await Settings.FindTagAsync("y", Cancellation))!.Rules);
    }

    [Fact]
    public async Task Lists_are_by_name_in_pages_and_can_be_searched()
    {
        foreach (var name in (string[])["b one", "A one", "c two", "d one"]) await RuleAsync(name, tags: "t " + name);
        var first = await Settings.ListRulesAsync(new() { Query = "ONE", Limit = 2 }, Cancellation);
        Assert.Equal(["A one", "b one"], first.Data.Select(rule => rule.Name));
        var second = await Settings.ListRulesAsync(new() { Query = "ONE", Limit = 2, After = first.Next }, Cancellation);
        Assert.Equal(["d one"], second.Data.Select(rule => rule.Name));
        Assert.Null(second.Next);
        Assert.Equal(["t A one", "t b one"], (await Settings.ListTagsAsync(new() { Limit = 2 }, Cancellation)).Data.Select(tag => tag.Name));
    }

    [Fact]
    public async Task Names_are_searched_by_all_words_in_any_order_and_ids_are_not()
    {
        await RuleAsync("One two three 4% five six", tags: "alpha beta gamma delta epsilon");
        await Settings.SaveProjectAsync(new() { Name = "House of Cards" }, Cancellation);
        async Task<(int Rules, int Tags, int Projects)> FoundAsync(string query) =>
            ((await Settings.ListRulesAsync(new() { Query = query }, Cancellation)).Data.Count, (await Settings.ListTagsAsync(new() { Query = query }, Cancellation)).Data.Count, (await Settings.ListProjectsAsync(new() { Query = query }, Cancellation)).Data.Count);

        Assert.Equal((1, 0, 0), await FoundAsync("six five 4% three TWO one two"));
        Assert.Equal((0, 0, 0), await FoundAsync("six five 4% three two seven"));
        Assert.Equal((0, 1, 0), await FoundAsync("epsilon delta gamma beta alpha"));
        Assert.Equal((0, 0, 1), await FoundAsync("cards house"));
        Assert.Equal((0, 0, 0), await FoundAsync("proj_"));
        Assert.Equal((1, 1, 1), await FoundAsync(""));
        Assert.Equal((1, 0, 0), await FoundAsync(string.Join(' ', Enumerable.Repeat("one", 5000))));
    }

    [Fact]
    public async Task Projects_whose_names_and_ids_read_alike_together_are_all_kept()
    {
        (string Name, string Id)[] given = [("a", "b c"), ("a b", "c"), ("A B", "d"), ("a/", "e"), ("a", "e/f")];
        foreach (var (name, id) in given) await Settings.SaveProjectAsync(new() { Id = id, Name = name }, Cancellation);
        var listed = new List<Project>();
        for (var page = await Settings.ListProjectsAsync(new() { Limit = 2 }, Cancellation); ; page = await Settings.ListProjectsAsync(new() { Limit = 2, After = page.Next }, Cancellation))
        {
            listed.AddRange(page.Data);
            if (page.Next is null) break;
        }
        Assert.Equal(["b c", "c", "d", "e", "e/f"], listed.Select(project => project.Id).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Projects_with_one_name_are_all_listed()
    {
        foreach (var id in (string[])["p1", "p2", "p3"]) await Settings.SaveProjectAsync(new() { Id = id, Name = "Same" }, Cancellation);
        var first = await Settings.ListProjectsAsync(new() { Limit = 2 }, Cancellation);
        var second = await Settings.ListProjectsAsync(new() { Limit = 2, After = first.Next }, Cancellation);
        Assert.Equal(["p1", "p2", "p3"], first.Data.Concat(second.Data).Select(project => project.Id));
    }

    [Fact]
    public async Task A_project_comes_back_as_it_was_saved()
    {
        var saved = await Settings.SaveProjectAsync(new()
        {
            Name = "Docs",
            System = new("S", ProjectSystemMode.Replace),
            Model = "a/b",
            Parameters = new() { Temperature = 0.5 },
            Tools = ["t*"],
            Rules = ["r"],
            Tags = ["g"],
            Variables = Variables("""{"city":"Paris","n":1}"""),
        }, Cancellation);
        Assert.Matches("^proj_[0-9A-Za-z]{22}$", saved.Id);
        var found = Assert.Single(await Settings.ChainAsync(saved.Id, Cancellation));
        Assert.Equal((saved.Id, "Docs", new("S", ProjectSystemMode.Replace), "a/b", 0.5), (found.Id, found.Name, found.System, found.Model, found.Parameters?.Temperature));
        Assert.Equal(["t*", "r", "g"], [.. found.Tools, .. found.Rules, .. found.Tags]);
        Assert.Equal("Paris", found.Variables["city"].GetString());
    }

    [Fact]
    public async Task Of_several_that_are_added_with_one_id_or_saved_over_one_revision_one_is_kept()
    {
        async Task<bool> KeptAsync(Func<Task> save)
        {
            try
            {
                await Task.Run(save, Cancellation);
                return true;
            }
            catch (TurnException error) when (error.Code == TurnErrorCode.VersionConflict)
            {
                return false;
            }
        }
        Func<int, Task>[] writers =
        [
            i => Settings.AddRuleAsync(new() { Id = "r", Name = $"n{i}", Content = "C" }, Cancellation),
            i => Settings.SaveProjectAsync(new() { Id = "p", Name = $"n{i}" }, 0, Cancellation),
            i => Settings.SaveProjectAsync(new() { Id = "p", Name = $"m{i}" }, 1, Cancellation),
            i => Settings.SaveRuleAsync(new() { Id = "r", Name = $"m{i}", Content = "C" }, 1, Cancellation),
            i => Settings.SaveTagAsync(new() { Name = "t", Description = $"{i}" }, 0, Cancellation),
            i => Settings.SaveTagAsync(new() { Name = "t", Description = $"{i}" }, 1, Cancellation),
        ];
        foreach (var write in writers) Assert.Single(await Task.WhenAll(Enumerable.Range(0, 6).Select(i => KeptAsync(() => write(i)))), kept => kept);
        Assert.Single((await Settings.ListRulesAsync(new(), Cancellation)).Data);
        Assert.Equal(2, Assert.Single((await Settings.ListProjectsAsync(new(), Cancellation)).Data).Revision);
        await RefusedAsync(TurnErrorCode.VersionConflict, () => Settings.SaveProjectAsync(new() { Id = "q", Name = "q" }, 1, Cancellation));
        await RefusedAsync(TurnErrorCode.VersionConflict, () => Settings.AddRuleAsync(new() { Id = (Settings.RuleNamesAsync(Cancellation).GetAwaiter().GetResult())[0], Name = "other", Content = "C" }, Cancellation)); // the name of another
        Assert.Equal((1, 1), ((await Settings.SaveProjectAsync(new() { Name = "a" }, 0, Cancellation)).Revision, (await ProjectAsync("b")).Revision));
    }

    [Fact]
    public async Task Rules_and_tags_are_saved_over_the_revision_that_was_read_and_what_ties_them_is_new_to_both()
    {
        var rule = await RuleAsync("kind", false, "voice");
        await RuleAsync("brief");
        Assert.Equal((1, 1), (rule.Revision, (await Settings.FindTagAsync("voice", Cancellation))!.Revision));
        Assert.Equal(2, (await Settings.SaveRuleAsync(rule with { Content = "D" }, 1, Cancellation)).Revision);
        await RefusedAsync(TurnErrorCode.VersionConflict, () => Settings.SaveRuleAsync(rule with { Content = "E" }, 1, Cancellation));
        await RefusedAsync(TurnErrorCode.VersionConflict, () => Settings.SaveRuleAsync(new() { Id = "none", Name = "none", Content = "C" }, 1, Cancellation));
        Assert.Equal(("D", 2), ((await Settings.FindRuleAsync("kind", Cancellation))!.Content, Assert.Single((await Settings.TaggedAsync("voice", Cancellation))!).Revision));
        Assert.Equal(1, (await Settings.FindTagAsync("voice", Cancellation))!.Revision);

        Assert.Equal(2, (await Settings.SaveTagAsync(new() { Name = "Voice", Rules = ["kind", "brief"] }, 1, Cancellation)).Revision);
        Assert.Equal((2, 2), ((await Settings.FindRuleAsync("kind", Cancellation))!.Revision, (await Settings.FindRuleAsync("brief", Cancellation))!.Revision));
        await RefusedAsync(TurnErrorCode.VersionConflict, () => Settings.SaveTagAsync(new() { Name = "voice" }, 1, Cancellation));
        await RefusedAsync(TurnErrorCode.VersionConflict, () => Settings.SaveTagAsync(new() { Name = "voice" }, 0, Cancellation));
        await RefusedAsync(TurnErrorCode.VersionConflict, () => Settings.SaveTagAsync(new() { Name = "none" }, 3, Cancellation));
        await RuleAsync("new", false, "voice");
        Assert.Equal(3, (await Settings.FindTagAsync("voice", Cancellation))!.Revision);
        await Settings.DeleteRuleAsync((await Settings.FindRuleAsync("new", Cancellation))!.Id, Cancellation);
        Assert.Equal(4, Assert.Single((await Settings.ListTagsAsync(new(), Cancellation)).Data).Revision);
        await Settings.DeleteTagAsync("voice", Cancellation);
        Assert.Equal([("brief", 3), ("kind", 3)], (await Settings.ListRulesAsync(new(), Cancellation)).Data.Select(one => (one.Name, one.Revision)));
    }

    [Fact]
    public async Task What_was_changed_since_it_was_read_is_not_deleted()
    {
        for (var revision = 0; revision < 2; revision++) await Settings.SaveProjectAsync(new() { Id = "p", Name = "p" }, revision, Cancellation);
        var rule = await RuleAsync("kind", false, "voice");
        await Settings.SaveRuleAsync(rule with { Content = "Be kinder." }, 1, Cancellation);
        await Settings.SaveTagAsync(new() { Name = "voice", Rules = ["kind"] }, 1, Cancellation);

        await RefusedAsync(TurnErrorCode.VersionConflict, () => Settings.DeleteProjectAsync("p", 1, Cancellation));
        await RefusedAsync(TurnErrorCode.VersionConflict, () => Settings.DeleteRuleAsync(rule.Id, 1, Cancellation));
        await RefusedAsync(TurnErrorCode.VersionConflict, () => Settings.DeleteTagAsync("Voice", 1, Cancellation));
        Assert.Equal((2, 2, 2), (Assert.Single(await Settings.ChainAsync("p", Cancellation)).Revision, (await Settings.FindRuleAsync("kind", Cancellation))!.Revision, (await Settings.FindTagAsync("voice", Cancellation))!.Revision));

        Assert.True(await Settings.DeleteProjectAsync("p", 2, Cancellation));
        Assert.True(await Settings.DeleteRuleAsync(rule.Id, 2, Cancellation));
        Assert.True(await Settings.DeleteTagAsync("voice", 3, Cancellation)); // the rule's going touched it
        Assert.False(await Settings.DeleteProjectAsync("p", 2, Cancellation));
        Assert.False(await Settings.DeleteRuleAsync(rule.Id, 2, Cancellation));
        Assert.False(await Settings.DeleteTagAsync("voice", 3, Cancellation));
    }

    [Fact]
    public async Task What_is_made_anew_under_a_name_is_none_that_was_read_before()
    {
        await Settings.SaveProjectAsync(new() { Id = "p", Name = "p" }, 0, Cancellation);
        await Settings.SaveProjectAsync(new() { Id = "p", Name = "p" }, 1, Cancellation);
        var rule = await RuleAsync("kind", false, "voice");
        await Settings.SaveTagAsync(new() { Name = "voice", Rules = ["kind"] }, 1, Cancellation);
        await Settings.DeleteProjectAsync("p", Cancellation);
        await Settings.DeleteTagAsync("voice", Cancellation); // which touches the rule
        await Settings.DeleteRuleAsync(rule.Id, Cancellation);

        Assert.Equal(3, (await Settings.SaveProjectAsync(new() { Id = "p", Name = "p" }, 0, Cancellation)).Revision);
        Assert.Equal(3, (await RuleAsync("kind", false, "voice")).Revision);
        Assert.Equal(3, (await Settings.FindTagAsync("voice", Cancellation))!.Revision);
        await Settings.DeleteTagAsync("voice", Cancellation);
        Assert.Equal(4, (await Settings.SaveTagAsync(new() { Name = "voice" }, 0, Cancellation)).Revision);
    }

    [Fact]
    public async Task A_chain_is_nearest_first_and_moves_up_when_a_project_is_deleted()
    {
        await ProjectAsync("root");
        await ProjectAsync("middle", "root");
        await ProjectAsync("leaf", "middle");
        Assert.Equal("leaf middle root", await ChainAsync("leaf"));
        Assert.Equal("", await ChainAsync("other"));
        Assert.True(await Settings.DeleteProjectAsync("middle", Cancellation));
        Assert.Equal("leaf root", await ChainAsync("leaf"));
        Assert.True(await Settings.DeleteProjectAsync("root", Cancellation));
        Assert.Equal("leaf", await ChainAsync("leaf"));
        Assert.False(await Settings.DeleteProjectAsync("root", Cancellation));
    }

    [Fact]
    public async Task Projects_stay_a_tree()
    {
        await ProjectAsync("root");
        await ProjectAsync("leaf", "root");
        await RefusedAsync(TurnErrorCode.RequestInvalid, () => ProjectAsync("root", "leaf"));
        await RefusedAsync(TurnErrorCode.RequestInvalid, () => ProjectAsync("root", "root"));
        await RefusedAsync(TurnErrorCode.ProjectNotFound, () => ProjectAsync("root", "other"));
        await ProjectAsync("leaf");
        await ProjectAsync("root", "leaf");
        Assert.Equal("root leaf", await ChainAsync("root"));
    }

    [Fact]
    public async Task A_tree_is_at_most_32_deep_counting_what_moves_with_a_project()
    {
        for (var i = 1; i <= 31; i++) await ProjectAsync($"p{i}", i == 1 ? null : $"p{i - 1}");
        await ProjectAsync("top");
        await ProjectAsync("under", "top");
        await RefusedAsync(TurnErrorCode.RequestInvalid, () => ProjectAsync("top", "p31"));
        await ProjectAsync("top", "p30");
        Assert.Equal(32, (await Settings.ChainAsync("under", Cancellation)).Count);
        await RefusedAsync(TurnErrorCode.RequestInvalid, () => ProjectAsync("more", "under"));
    }

    [Fact]
    public async Task Variables_of_a_scope_are_set_and_unset_one_by_one()
    {
        Assert.Empty(await Settings.VariablesAsync("user:ada", Cancellation));
        await Settings.SetVariablesAsync("user:ada", Variables("""{"a":1,"b":"x"}"""), Cancellation);
        await Settings.SetVariablesAsync("user:bob", Variables("""{"a":2}"""), Cancellation);
        var now = await Settings.SetVariablesAsync("user:ada", Variables("""{"a":null,"c":[3]}"""), Cancellation);
        Assert.Equal(["b", "c"], now.Keys.Order());
        Assert.Equal("""{"b":"x","c":[3]}""", JsonSerializer.Serialize((await Settings.VariablesAsync("user:ada", Cancellation)).OrderBy(pair => pair.Key).ToDictionary()));
        Assert.Equal(2, (await Settings.VariablesAsync("user:bob", Cancellation))["a"].GetInt32());
    }
}
