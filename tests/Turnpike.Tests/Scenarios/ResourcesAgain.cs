using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.Extensions.AI;
using Turnpike.Pipeline;
using Turnpike.Tests.Scripted;
using Turnpike.Turns;
using Turnpike.Turns.Files;
using Turnpike.Turns.Resources;
using Turnpike.Turns.Stores;

namespace Turnpike.Tests.Scenarios;

/// <summary>Resources that are attached a second time, and those of turns that are done again.</summary>
public sealed class ResourcesAgain
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static ResourceInput Note(string id, ResourcePolicy policy = ResourcePolicy.Once) => new() { Id = id, Kind = "note", Text = id.ToUpperInvariant(), Policy = policy };

    private static string[] Ids(string message) => [.. System.Text.RegularExpressions.Regex.Matches(message, "<resource [^>]*id=\"([^\"]+)\"").Select(match => match.Groups[1].Value)];

    public static TheoryData<string, ResourcePolicy> Sources => new(
        from source in (string[])["file", "text", "long", "data", "url", "table", "csv", "page", "task", "turn"] from policy in (ResourcePolicy[])[ResourcePolicy.Sticky, ResourcePolicy.Refresh] select (source, policy));

    private static string LongTable => "name,what\nWORD,first\n" + string.Concat(Enumerable.Range(0, 400).Select(i => $"row {i},{new string('x', 20)}\n"));

    private static async Task<ResourceInput> SourceAsync(Road road, string source, Turn before) => source switch
    {
        "file" => new() { File = (await road.Get<IFileStore>().AddAsync(new() { Name = "a.txt" }, new MemoryStream("WORD"u8.ToArray()), Stop)).Id },
        "text" => new() { Kind = "note", Title = "T", Text = "WORD" },
        "long" => new() { Kind = "note", Text = "WORD" + new string('x', 100_000) },
        "data" => new() { Data = Convert.ToBase64String("WORD"u8), MediaType = "text/plain" },
        "url" => new() { Url = "data:text/plain;base64," + Convert.ToBase64String("WORD"u8) },
        "table" => new() { Kind = "table", Text = LongTable }, // what the model reads of these three is not what was given
        "csv" => new() { Kind = "table", Data = Convert.ToBase64String(Encoding.UTF8.GetBytes(LongTable)), MediaType = "text/csv" },
        "page" => new() { Data = Convert.ToBase64String(Encoding.UTF8.GetBytes($"<html><body><p>WORD</p><p>{new string('x', 100_000)}</p></body></html>")), MediaType = "text/html" },
        "task" => new() { Kind = "task", Ref = "7" },
        _ => new() { Ref = before.Id },
    };

    private sealed class Task7 : IResourceLoader
    {
        public string Kind => "task";

        public ValueTask<ResourceContent?> LoadAsync(ResourceSource source, CancellationToken cancellationToken) => ValueTask.FromResult<ResourceContent?>(new() { Text = "WORD" });
    }

    [Theory]
    [MemberData(nameof(Sources))]
    public async Task One_that_stays_and_is_attached_by_every_request_is_sent_once(string source, ResourcePolicy policy)
    {
        await using var road = new Road(builder => builder.AddResources(new Task7()));
        road.Model.Says("WORD");
        var before = await road.RunAsync("Zero");
        var resource = await SourceAsync(road, source, before) with { Policy = policy };
        for (var i = 0; i < 3; i++)
        {
            await road.RunAsync(new TurnRequest { Conversation = before.Conversation, Content = "Hi", Resources = [resource] });
            Assert.Single(Ids(road.Model.Last.Transcript[^1]));
            Assert.Contains("WORD", road.Model.Last.Transcript[^1], StringComparison.Ordinal);
            Assert.Equal(policy, Assert.Single((await road.ConversationAsync(before.Conversation)).Resources).Policy);
        }
        Assert.Equal(1, road.Model.Last.Transcript.Sum(line => Ids(line).Length));
    }

    [Theory]
    [InlineData(null, "csv", 2)]
    [InlineData("res_mine", null, 2)]
    [InlineData(null, null, 1)]
    public async Task A_table_in_another_form_or_under_an_id_of_its_own_is_another_resource(string? id, string? format, int count)
    {
        await using var road = new Road();
        var first = await road.RunAsync(new TurnRequest { Content = "Hi", Resources = [new() { Kind = "table", Text = LongTable, Policy = ResourcePolicy.Sticky }] });
        await road.RunAsync(new TurnRequest { Conversation = first.Conversation, Content = "Hi", Resources = [new() { Id = id, Kind = "table", Text = LongTable, Format = format, Policy = ResourcePolicy.Sticky }] });
        Assert.Equal(count, Ids(road.Model.Last.Transcript[^1]).Length);
        Assert.Equal(count, (await road.ConversationAsync(first.Conversation)).Resources.Count);
    }

    [Fact]
    public async Task Another_text_or_another_kind_is_another_resource()
    {
        await using var road = new Road();
        ResourceInput[] all = [new() { Kind = "note", Text = "A", Policy = ResourcePolicy.Sticky }, new() { Kind = "note", Text = "B", Policy = ResourcePolicy.Sticky }, new() { Kind = "table", Text = "A", Policy = ResourcePolicy.Sticky }];
        var first = await road.RunAsync(new TurnRequest { Content = "Hi", Resources = all });
        await road.RunAsync(new TurnRequest { Conversation = first.Conversation, Content = "Hi", Resources = [.. all.Reverse()] });
        Assert.Equal(3, Ids(road.Model.Last.Transcript[^1]).Length);
        Assert.Equal(3, (await road.ConversationAsync(first.Conversation)).Resources.Count);
    }

    [Theory]
    [InlineData("one", false)]
    [InlineData("uno", false)]
    [InlineData("one", true)]
    public async Task What_waits_for_the_next_turn_does_not_go_with_one_that_is_done_again(string content, bool newest)
    {
        await using var road = new Road();
        var branches = road.Get<TurnBranches>();
        var first = await road.RunAsync("one");
        var last = newest ? first : await road.RunAsync(new TurnRequest { Conversation = first.Conversation, Content = "two" });
        await AttachAsync(road, first.Conversation, Note("pending"), Note("stays", ResourcePolicy.Sticky));
        await road.RunAsync(content == "one" ? await branches.RegenerateAsync(first.Id, new(), Stop) : await branches.EditAsync(first.Id, content, new(), Stop));
        Assert.StartsWith("user: " + content, Assert.Single(road.Model.Last.Transcript), StringComparison.Ordinal);
        Assert.Equal(["stays"], Ids(road.Model.Last.Transcript[0]));
        await road.RunAsync(new TurnRequest { Conversation = first.Conversation, Parent = last.Id, Content = "three" });
        Assert.Equal(["pending", "stays"], Ids(road.Model.Last.Transcript[^1]));
        Assert.Equal("stays", Assert.Single((await road.ConversationAsync(first.Conversation)).Resources).Id);
    }

    [Fact]
    public async Task It_goes_with_what_a_turn_of_ours_is_edited_to()
    {
        await using var road = new Road();
        var first = await road.RunAsync("one");
        await AttachAsync(road, first.Conversation, Note("pending"));
        var help = await road.RunAsync(new TurnRequest { Conversation = first.Conversation, Content = "@.help;" });
        await road.RunAsync(await road.Get<TurnBranches>().EditAsync(help.Id, "two", new(), Stop));
        Assert.Equal(["pending"], Ids(road.Model.Last.Transcript[^1]));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_is_attached_goes_again_with_the_turn_after_one_that_failed(bool saidSomething)
    {
        await using var road = new Road();
        var first = await road.RunAsync("one");
        await AttachAsync(road, first.Conversation, Note("pending"), Note("stays", ResourcePolicy.Sticky));
        road.Model.Answers((_, stop) => Refusing(saidSomething, stop));
        var failed = await road.RunAsync(new TurnRequest { Conversation = first.Conversation, Content = "two", Resources = [Note("own")] });
        Assert.Equal((TurnStatus.Failed, saidSomething ? "Well" : ""), (failed.Status, failed.Answer));
        Assert.Equal(["pending", "stays"], (await road.ConversationAsync(first.Conversation)).Resources.Select(resource => resource.Id));
        await road.RunAsync(new TurnRequest { Conversation = first.Conversation, Content = "three" });
        Assert.Equal(["pending", "stays"], Ids(road.Model.Last.Transcript[^1]));
        await road.RunAsync(new TurnRequest { Conversation = first.Conversation, Content = "four" });
        Assert.Equal(["stays"], Ids(road.Model.Last.Transcript[^1]));
        Assert.Equal("stays", Assert.Single((await road.ConversationAsync(first.Conversation)).Resources).Id);
    }

    [Theory]
    [InlineData(TurnOriginKind.Retry)]
    [InlineData(TurnOriginKind.Regenerate)]
    public async Task What_went_with_a_turn_that_failed_goes_once_when_it_is_done_again(TurnOriginKind kind)
    {
        await using var road = new Road();
        var first = await road.RunAsync("one");
        await AttachAsync(road, first.Conversation, Note("pending"));
        var failed = first;
        for (var i = 0; i < 2; i++)
        {
            road.Model.Answers((_, stop) => Refusing(false, stop));
            failed = await road.RunAsync(i == 0 ? new TurnRequest { Conversation = first.Conversation, Content = "two" } : await AgainAsync());
            Assert.Equal(TurnStatus.Failed, failed.Status);
            Assert.Equal(["pending"], Ids(road.Model.Last.Transcript[^1]));
            Assert.Equal("pending", Assert.Single((await road.ConversationAsync(first.Conversation)).Resources).Id);
        }
        await road.RunAsync(await AgainAsync());
        Assert.Equal(["pending"], Ids(road.Model.Last.Transcript[^1]));
        Assert.Empty((await road.ConversationAsync(first.Conversation)).Resources);
        await road.RunAsync(new TurnRequest { Conversation = first.Conversation, Content = "three" });
        Assert.Equal(1, road.Model.Last.Transcript.Sum(line => Ids(line).Length));

        Task<TurnRequest> AgainAsync() => kind == TurnOriginKind.Retry ? road.Get<TurnBranches>().RetryAsync(failed.Id, new(), Stop) : road.Get<TurnBranches>().RegenerateAsync(failed.Id, new(), Stop);
    }

    private static async IAsyncEnumerable<ChatResponseUpdate> Refusing(bool saysSomething, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (saysSomething) yield return new(ChatRole.Assistant, "Well");
        await Task.Yield();
        cancellationToken.ThrowIfCancellationRequested();
        throw new TurnException(TurnErrorCode.ProviderRefused, "No.");
    }

    [Theory]
    [InlineData(ResourcePolicy.Once, ResourcePolicy.Sticky, ResourcePolicy.Once, ResourcePolicy.Sticky)]
    [InlineData(ResourcePolicy.Sticky, ResourcePolicy.Once, ResourcePolicy.Sticky, ResourcePolicy.Once)]
    [InlineData(ResourcePolicy.Once, ResourcePolicy.Once, ResourcePolicy.Refresh, ResourcePolicy.Once)]
    public async Task They_stand_in_the_same_order_when_a_turn_is_done_again(ResourcePolicy a, ResourcePolicy b, ResourcePolicy c, ResourcePolicy d)
    {
        await using var road = new Road();
        var branches = road.Get<TurnBranches>();
        var zero = await road.RunAsync("zero");
        await AttachAsync(road, zero.Conversation, Note("a", a), Note("b", b));
        var first = await road.RunAsync(new TurnRequest { Conversation = zero.Conversation, Content = "one", Resources = [Note("c", c), new() { Id = "x", Kind = "image", Data = "iVBORw0KGgo=", MediaType = "image/png" }, Note("d", d)] });
        Assert.Equal(["a", "b", "c", "d"], Ids(road.Model.Last.Transcript[^1]));
        var sent = await SentAsync(first);
        var again = await road.RunAsync(await branches.RegenerateAsync(first.Id, new(), Stop));
        Assert.Equal(sent, await SentAsync(again));
        Assert.Equal(sent, await SentAsync(await road.RunAsync(await branches.EditAsync(again.Id, "one", new(), Stop))));

        async Task<string> SentAsync(Turn turn) => Encoding.UTF8.GetString((await road.Get<ITurnStore>().RequestAsync(turn.Id, Stop))!.Value.Span);
    }

    [Fact]
    public async Task One_that_stayed_and_was_dropped_since_does_not_come_back_with_the_turn_that_brought_it()
    {
        await using var road = new Road();
        var first = await road.RunAsync(new TurnRequest { Content = "one", Resources = [Note("a", ResourcePolicy.Sticky), Note("b")] });
        await road.RunAsync(new TurnRequest { Conversation = first.Conversation, Content = "@.resource.drop! a; two" });
        await road.RunAsync(await road.Get<TurnBranches>().RegenerateAsync(first.Id, new(), Stop));
        Assert.Equal(["b"], Ids(road.Model.Last.Transcript[^1]));
    }

    private static Task<Conversation?> AttachAsync(Road road, string conversation, params ResourceInput[] resources) => road.Get<IConversationStore>().UpdateAsync(conversation, kept => kept with
    {
        Resources = [.. kept.Resources, .. resources.Select(resource => new Resource { Id = resource.Id!, Kind = resource.Kind, Text = resource.Text, Policy = resource.Policy })],
    }, Stop);
}
