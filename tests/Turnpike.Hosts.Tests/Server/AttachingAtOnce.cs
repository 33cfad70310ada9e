using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Turns;
using Turnpike.Turns.Resources;

namespace Turnpike.Hosts.Tests.Server;

/// <summary>Two who give one resource content at the same time, each of which takes a while to load.</summary>
public sealed class AttachingAtOnce : IAsyncDisposable
{
    private readonly Gated _loader = new();
    private readonly RunningServer _server;
    private string _path = "";

    public AttachingAtOnce() => _server = new(services => services.AddSingleton<IResourceLoader>(_loader));

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task One_that_is_refused_does_not_take_away_the_other_which_came_later()
    {
        await StartAsync();
        var first = await AttachingAsync("a");
        var second = await AttachingAsync("b");
        await RefusedAsync(first, "a");
        Assert.Equal(("loading", "b"), await ShownAsync());
        Assert.Equal(("b", "ready"), await DoneAsync(second, "b"));
        Assert.Equal(("ready", "b"), await ShownAsync());
    }

    [Theory]
    [InlineData("a", "b")]
    [InlineData("b", "a")]
    public async Task The_later_one_is_what_is_kept_and_what_both_are_answered_in_the_end(string sooner, string later)
    {
        await StartAsync();
        var attaching = new Dictionary<string, Task<HttpResponseMessage>> { ["a"] = await AttachingAsync("a"), ["b"] = await AttachingAsync("b") };
        Assert.Equal("b", (await DoneAsync(attaching[sooner], sooner)).Ref);
        Assert.Equal(("b", "ready"), await DoneAsync(attaching[later], later));
        Assert.Equal(("ready", "b"), await ShownAsync());
        Assert.Equal("content of b", (await _server.GetJsonAsync(_path)).GetProperty("data")[0].GetProperty("text").GetString());
    }

    [Fact]
    public async Task A_later_one_that_is_refused_leaves_the_earlier_which_is_still_loading()
    {
        await StartAsync();
        var first = await AttachingAsync("a");
        await RefusedAsync(await AttachingAsync("b"), "b");
        Assert.Equal(("loading", "a"), await ShownAsync());
        Assert.Equal(("a", "ready"), await DoneAsync(first, "a"));
        Assert.Equal(("ready", "a"), await ShownAsync());
    }

    [Theory]
    [InlineData(true, "ready", "a")]
    [InlineData(false, "ready", "before")]
    public async Task A_later_one_that_is_refused_leaves_what_came_of_the_earlier(bool isThere, string state, string kept)
    {
        await StartAsync();
        await DoneAsync(await AttachingAsync("before"), "before");
        var (first, second) = (await AttachingAsync("a"), await AttachingAsync("b"));
        if (isThere) await DoneAsync(first, "a");
        else await RefusedAsync(first, "a");
        await RefusedAsync(second, "b");
        Assert.Equal((state, kept), await ShownAsync());
    }

    [Fact]
    public async Task What_a_node_that_is_gone_was_loading_is_left_for_the_next_turn()
    {
        await StartAsync();
        var store = _server.Get<Turnpike.Turns.Stores.IConversationStore>();
        await store.UpdateAsync(_path.Split('/')[3], conversation => conversation with { Resources = [new() { Id = "res_1", Kind = "gated", Ref = "gone", Policy = ResourcePolicy.Sticky, State = ResourceState.Loading, Version = "load_gone" }] }, TestContext.Current.CancellationToken);
        await RefusedAsync(await AttachingAsync("b"), "b");
        Assert.Equal(("pending", "gone"), await ShownAsync());
        _loader.Of("gone").SetResult(new() { Text = "found again" });
        await _server.TurnAsync(new { conversation = _path.Split('/')[3], content = "go" });
        Assert.Equal(["user: go <resources>\n<resource kind=\"gated\" id=\"res_1\">\nfound again\n</resource>\n</resources>"], _server.Model.Last.Transcript);
        Assert.Equal(("ready", "gone"), await ShownAsync());
        Assert.False((await _server.GetJsonAsync(_path)).GetProperty("data")[0].TryGetProperty("version", out _));
    }

    [Fact]
    public async Task A_change_that_takes_long_to_load_does_not_undo_a_newer_one()
    {
        await StartAsync();
        await DoneAsync(await AttachingAsync("before"), "before");
        var slow = _server.SendAsync(HttpMethod.Patch, _path + "/res_1", """{"ref":"slow"}""");
        await _loader.AskedAsync("slow");
        using (var newer = await _server.SendAsync(HttpMethod.Patch, _path + "/res_1", """{"text":"newer"}""")) Assert.Equal(200, (int)newer.StatusCode);
        _loader.Of("slow").SetResult(new() { Text = "content of slow" });
        var refused = await _server.RefusedAsync(slow);
        Assert.Equal((412, "version_conflict"), (refused.Status, refused.Code));
        Assert.Contains("\"res_1\"", refused.Detail, StringComparison.Ordinal);
        await _server.TurnAsync(new { conversation = _path.Split('/')[3], content = "go" });
        Assert.Equal(["user: go <resources>\n<resource kind=\"gated\" id=\"res_1\">\nnewer\n</resource>\n</resources>"], _server.Model.Last.Transcript);
    }

    [Fact]
    public async Task A_change_of_its_content_goes_well_when_only_its_title_was_changed_meanwhile()
    {
        await StartAsync();
        await DoneAsync(await AttachingAsync("before"), "before");
        var slow = _server.SendAsync(HttpMethod.Patch, _path + "/res_1", """{"ref":"slow"}""");
        await _loader.AskedAsync("slow");
        using (var newer = await _server.SendAsync(HttpMethod.Patch, _path + "/res_1", """{"title":"Mine"}""")) Assert.Equal(200, (int)newer.StatusCode);
        _loader.Of("slow").SetResult(new() { Text = "content of slow" });
        using var done = await slow;
        Assert.Equal(200, (int)done.StatusCode);
        Assert.Equal("Mine", (await _server.JsonAsync(done)).GetProperty("title").GetString());
        Assert.Equal(("ready", "slow"), await ShownAsync());
    }

    private async Task StartAsync() => _path = $"/api/conversations/{(await _server.JsonAsync(await _server.CurlAsync("/api/conversations", "{}"))).GetProperty("id").GetString()}/resources";

    /// <summary>Attaches what the loader is asked for by now.</summary>
    private async Task<Task<HttpResponseMessage>> AttachingAsync(string name)
    {
        var attaching = _server.CurlAsync(_path, $$"""{"id":"res_1","kind":"gated","ref":"{{name}}","policy":"sticky"}""");
        await _loader.AskedAsync(name);
        return attaching;
    }

    private async Task<(string? Ref, string? State)> DoneAsync(Task<HttpResponseMessage> attaching, string name)
    {
        _loader.Of(name).SetResult(new() { Text = "content of " + name });
        using var response = await attaching;
        Assert.Equal(201, (int)response.StatusCode);
        var answer = await _server.JsonAsync(response);
        return (answer.GetProperty("ref").GetString(), answer.GetProperty("state").GetString());
    }

    private async Task RefusedAsync(Task<HttpResponseMessage> attaching, string name)
    {
        _loader.Of(name).SetResult(null);
        var refused = await _server.RefusedAsync(attaching);
        Assert.Equal((422, "resource_not_found"), (refused.Status, refused.Code));
    }

    private async Task<(string? State, string? Ref)> ShownAsync()
    {
        var shown = Assert.Single((await _server.GetJsonAsync(_path)).GetProperty("data").EnumerateArray());
        return (shown.GetProperty("state").GetString(), shown.GetProperty("ref").GetString());
    }

    /// <summary>Loads what it is let.</summary>
    private sealed class Gated : IResourceLoader
    {
        private readonly ConcurrentDictionary<string, TaskCompletionSource<ResourceContent?>> _gates = [];
        private readonly ConcurrentDictionary<string, TaskCompletionSource> _asked = [];

        public string Kind => "gated";

        public TaskCompletionSource<ResourceContent?> Of(string name) => _gates.GetOrAdd(name, _ => new(TaskCreationOptions.RunContinuationsAsynchronously));

        public Task AskedAsync(string name) => Asked(name).Task.WaitAsync(TestContext.Current.CancellationToken);

        public async ValueTask<ResourceContent?> LoadAsync(ResourceSource source, CancellationToken cancellationToken)
        {
            Asked(source.Resource.Ref!).TrySetResult();
            return await Of(source.Resource.Ref!).Task.WaitAsync(cancellationToken);
        }

        private TaskCompletionSource Asked(string name) => _asked.GetOrAdd(name, _ => new(TaskCreationOptions.RunContinuationsAsynchronously));
    }
}
