using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;
using Turnpike.Pipeline;
using Turnpike.Turns.Events;

namespace Turnpike.Hosts.Tests.Server;

/// <summary>Readers that are many, that come and go, or that do not read.</summary>
public sealed class ManyReaders
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Ten_thousand_readers_of_one_turn_each_hear_every_word_once()
    {
        await using var server = new RunningServer();
        var go = new TaskCompletionSource();
        server.Model.Answers((_, _) => WordsAsync(200, go.Task));
        var id = await server.SubmitAsync();
        var readers = Enumerable.Range(0, 10_000).Select(_ => ReadAsync(server.Get<TurnRunner>(), id)).ToArray();
        go.SetResult();
        Assert.All(await Task.WhenAll(readers), text => Assert.Equal(Words(200), text));
    }

    [Fact]
    public async Task Who_leaves_after_every_event_and_comes_again_has_the_whole_text_once()
    {
        await using var server = new RunningServer();
        var told = 0;
        var heard = new SemaphoreSlim(0);
        server.Model.Answers((_, _) => PacedAsync());
        var id = await server.SubmitAsync();
        var (text, last, isOver) = (new StringBuilder(), 0L, false);
        while (!isOver)
        {
            using var response = await server.SendAsync(HttpMethod.Get, $"/api/turns/{id}/events", null, ("Last-Event-ID", last.ToString(CultureInfo.InvariantCulture)));
            using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(Stop));
            var data = "";
            while (data.Length == 0 && await reader.ReadLineAsync(Stop) is { } line) if (line.StartsWith("data: ", StringComparison.Ordinal)) data = line[6..];
            var happened = JsonElement.Parse(data);
            Assert.Equal(++last, happened.GetProperty("sequence").GetInt64());
            if (happened.GetProperty("type").GetString() == "text.delta") text.Append(happened.GetProperty("text").GetString());
            isOver = happened.GetProperty("type").GetString() == "turn.completed";
            heard.Release();
        }
        Assert.Equal(Words(50), text.ToString());
        Assert.Equal(50, told);

        async IAsyncEnumerable<ChatResponseUpdate> PacedAsync()
        {
            for (; told < 50; told++)
            {
                yield return new(ChatRole.Assistant, $"w{told} ");
                await heard.WaitAsync(Stop); // so that the reader comes back in the middle, at each word
            }
        }
    }

    [Fact]
    public async Task Who_asks_for_events_and_never_reads_holds_up_neither_the_turn_nor_other_readers()
    {
        await using var server = new RunningServer();
        var go = new TaskCompletionSource();
        server.Model.Answers((_, _) => LongAsync(go.Task));
        var id = await server.SubmitAsync();
        using var idle = new TcpClient { ReceiveBufferSize = 4096 };
        await idle.ConnectAsync(server.Client.BaseAddress!.Host, server.Client.BaseAddress.Port, Stop);
        await idle.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"GET /api/turns/{id}/events HTTP/1.1\r\nHost: {server.Client.BaseAddress.Authority}\r\n\r\n"), Stop);
        await idle.GetStream().ReadExactlyAsync(new byte[100], Stop); // it is being answered
        go.SetResult();
        var text = await ReadAsync(server.Get<TurnRunner>(), id);
        Assert.Equal(20_000_000, text.Length);
        Assert.Equal("completed", (await server.GetJsonAsync($"/api/turns/{id}")).GetProperty("status").GetString());

        static async IAsyncEnumerable<ChatResponseUpdate> LongAsync(Task go)
        {
            await go;
            for (var i = 0; i < 2000; i++) yield return new(ChatRole.Assistant, new string((char)('a' + i % 26), 10_000));
        }
    }

    private static async Task<string> ReadAsync(TurnRunner runner, string turn)
    {
        var text = new StringBuilder();
        var last = 0L;
        await foreach (var batch in runner.SubscribeAsync(turn, 0, Stop))
        {
            foreach (var happened in batch)
            {
                Assert.Equal(++last, happened.Sequence);
                if (happened is TextDelta said) text.Append(said.Text);
            }
        }
        return text.ToString();
    }

    private static string Words(int count) => string.Concat(Enumerable.Range(0, count).Select(i => $"w{i} "));

    private static async IAsyncEnumerable<ChatResponseUpdate> WordsAsync(int count, Task go)
    {
        await go;
        for (var i = 0; i < count; i++)
        {
            yield return new(ChatRole.Assistant, $"w{i} ");
            await Task.Yield();
        }
    }
}
