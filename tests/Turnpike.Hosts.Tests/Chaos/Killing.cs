using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Turnpike.Hosts.Tests.Postgres;
using Turnpike.Hosts.Tests.Storage;

namespace Turnpike.Hosts.Tests.Chaos;

/// <summary>
/// Servers that are killed while turns run. A few kills unless <c>TURNPIKE_CHAOS_KILLS</c> and <c>TURNPIKE_CHAOS_TURNS</c> (in flight) say more.
/// </summary>
public sealed class Killing : IDisposable
{
    private const int Words = 60;
    private static readonly TimeSpan Committed = TimeSpan.FromMilliseconds(500); // text is on disk 25 ms after it came, on a machine that has nothing else to do

    private readonly string _folder = TestFolder.New();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task On_SQLite_no_kill_loses_repeats_or_sticks() => await RunAsync(1, null);

    [Fact]
    public async Task On_PostgreSQL_with_three_nodes_no_kill_loses_repeats_or_sticks() => await RunAsync(3, PostgresCluster.Current.NewDatabase());

    private async Task RunAsync(int count, string? database)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromMinutes(2) + Number("TURNPIKE_CHAOS_KILLS", 3) * TimeSpan.FromSeconds(10));
        await using var model = await PacedModel.StartAsync();
        var nodes = Enumerable.Range(1, count).Select(i => new ServerProcess($"node-{i}", _folder, model.BaseUrl, database)).ToArray();
        try
        {
            foreach (var node in nodes) await node.StartAsync(limit.Token);
            var turns = await SubmitAndKillAsync(nodes, limit.Token);
            var readers = await Task.WhenAll(turns.Values.Select(turn => turn.Reader));
            foreach (var (content, (id, reader)) in turns) await CheckAsync(nodes, content, id, await reader, limit.Token);
            foreach (var (content, (id, reader)) in turns.Where(turn => CallsATool(turn.Key))) await CheckCallAsync(nodes, model, content, id, await reader, limit.Token);
            Assert.All(model.Asked, asked => Assert.Equal(1, asked.Value));
            TestContext.Current.TestOutputHelper?.WriteLine($"{count} node(s): {turns.Count} turns, {string.Join(", ", readers.GroupBy(reader => reader.Ending).Select(group => $"{group.Count()} {group.Key}"))}");
        }
        finally
        {
            foreach (var node in nodes) await node.DisposeAsync();
        }
    }

    /// <summary>Keeps turns in flight and kills a node again and again; the turns by their contents.</summary>
    private static async Task<ConcurrentDictionary<string, (string Id, Task<ChaosReader> Reader)>> SubmitAndKillAsync(ServerProcess[] nodes, CancellationToken cancellationToken)
    {
        var turns = new ConcurrentDictionary<string, (string Id, Task<ChaosReader> Reader)>(StringComparer.Ordinal);
        var inFlight = Number("TURNPIKE_CHAOS_TURNS", 12);
        for (var kill = 0; kill < Number("TURNPIKE_CHAOS_KILLS", 3); kill++)
        {
            var submitting = Enumerable.Range(0, inFlight - turns.Values.Count(turn => !turn.Reader.IsCompleted)).Select(async i =>
            {
                var content = $"{kill}-{i}";
                var id = await SubmitAsync(nodes, content, cancellationToken);
                turns[content] = (id, Task.Run(() => new ChaosReader(nodes, id).ReadAsync(cancellationToken), cancellationToken));
            }).ToArray();
            await Task.Delay(Random.Shared.Next(100, 900), cancellationToken); // a random point of the turns' lives
            var victim = nodes[Random.Shared.Next(nodes.Length)];
            await victim.KillAsync();
            await victim.StartAsync(cancellationToken);
            await Task.WhenAll(submitting);
        }
        return turns;
    }

    /// <summary>Submits under a key until some node answers.</summary>
    private static async Task<string> SubmitAsync(ServerProcess[] nodes, string content, CancellationToken cancellationToken, string? conversation = null)
    {
        for (var tries = Random.Shared.Next(nodes.Length); ; tries++)
        {
            try
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, "/api/turns") { Content = JsonContent.Create(new { content, conversation, model = $"openai/words-{(conversation is null ? Words : 1)}", tools = CallsATool(content) ? (string[])["fetch_url"] : [], idempotencyKey = content }) };
                request.Headers.Add("Prefer", "respond-async");
                using var answer = await nodes[tries % nodes.Length].Client.SendAsync(request, cancellationToken);
                if (answer.Headers.TryGetValues("Turnpike-Turn", out var id)) return id.Single();
            }
            catch (Exception gone) when (gone is HttpRequestException or IOException)
            {
                // the node was killed
            }
            await Task.Delay(100, cancellationToken);
        }
    }

    private static async Task CheckAsync(ServerProcess[] nodes, string content, string id, ChaosReader heard, CancellationToken cancellationToken)
    {
        Assert.Equal(id, await SubmitAsync(nodes, content, cancellationToken)); // the key still names it
        var kept = await nodes[0].Client.GetFromJsonAsync<JsonElement>($"/api/turns/{id}", cancellationToken);
        Assert.Equal(heard.Ending, "turn." + kept.GetProperty("status").GetString());
        foreach (var attempt in kept.GetProperty("attempts").EnumerateArray()) Assert.True(attempt.GetProperty("usage") is var used && used.GetProperty("inputTokens").GetInt64() > 0 && used.GetProperty("estimated").GetBoolean(), $"{id}: {attempt}");
        var read = await new ChaosReader(nodes, id).ReadAsync(cancellationToken);
        Assert.Equal(heard.Ending, read.Ending);
        Assert.StartsWith(read.Text, PacedModel.Words(Words), StringComparison.Ordinal);
        Assert.StartsWith(heard.Text, PacedModel.Words(Words), StringComparison.Ordinal);
        Assert.StartsWith(heard.TextBefore(Committed), read.Text, StringComparison.Ordinal);
        Assert.True(heard.Ending == "turn.completed" ? read.Text == PacedModel.Words(Words) && heard.Text == read.Text : heard.Ending == "turn.interrupted", $"{id}: {heard.Ending}");
    }

    /// <summary>Every third turn reads a page before it answers.</summary>
    private static bool CallsATool(string content) => content.Split('-') is [_, var number] && int.Parse(number, CultureInfo.InvariantCulture) % 3 == 0;

    /// <summary>A tool runs once at most, whatever became of its turn; a result that anybody heard of is kept, and the turn behind is told of the call with one result: that one, or that nobody knows.</summary>
    private static async Task CheckCallAsync(ServerProcess[] nodes, PacedModel model, string content, string id, ChaosReader heard, CancellationToken cancellationToken)
    {
        var read = await new ChaosReader(nodes, id).ReadAsync(cancellationToken);
        var ran = model.Read.GetValueOrDefault(content);
        Assert.True(read.Calls <= 1 && read.Results + read.Unknown == read.Calls && ran <= read.Calls && ran >= read.Results && heard.Calls <= read.Calls && heard.Results <= read.Results, $"{id}: {read.Calls} calls, {ran} runs, {read.Results} results, {read.Unknown} unknown, {heard.Results} heard");
        if (heard.Ending == "turn.completed") Assert.Equal((1, 1, 1), (read.Calls, ran, read.Results));
        if (read.Calls == 0) return;
        var conversation = (await nodes[0].Client.GetFromJsonAsync<JsonElement>($"/api/turns/{id}", cancellationToken)).GetProperty("conversation").GetString();
        await new ChaosReader(nodes, await SubmitAsync(nodes, "behind " + content, cancellationToken, conversation)).ReadAsync(cancellationToken);
        Assert.Equal(read.Results == 1, Assert.Single(model.Results["behind " + content]).Contains("page of " + content, StringComparison.Ordinal));
    }

    private static int Number(string name, int standard) => int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var number) ? number : standard;
}
