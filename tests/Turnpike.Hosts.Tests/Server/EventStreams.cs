using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using System.Threading.Channels;
using Microsoft.AspNetCore.Http;
using Turnpike.Server.Http;
using Turnpike.Tests.Scripted;
using Turnpike.Turns.Events;

namespace Turnpike.Hosts.Tests.Server;

public sealed class EventStreams
{
    private readonly Pipe _pipe = new();
    private readonly ManualClock _clock = new();
    private readonly Channel<IReadOnlyList<TurnEvent>> _batches = Channel.CreateUnbounded<IReadOnlyList<TurnEvent>>();

    [Fact]
    public async Task A_comment_opens_the_stream_and_follows_each_ten_seconds_of_silence()
    {
        var http = new DefaultHttpContext();
        http.Response.Body = _pipe.Writer.AsStream();
        var writing = EventStream.WriteAsync(http, _clock, _batches.Reader.ReadAllAsync(TestContext.Current.CancellationToken));
        Assert.Equal(":\n\n", await ReadAsync());

        _clock.Advance(TimeSpan.FromSeconds(9));
        _batches.Writer.TryWrite([Delta(1, "a"), Delta(2, "b")]);
        var said = await ReadAsync();
        Assert.StartsWith("id: 1\nevent: text.delta\ndata: {", said, StringComparison.Ordinal);
        Assert.Contains("\n\nid: 2\n", said, StringComparison.Ordinal);

        _clock.Advance(TimeSpan.FromSeconds(9)); // 18 s after the comment, 9 s after the words
        Assert.False(_pipe.Reader.TryRead(out _));
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(":\n\n", await ReadAsync());
        _clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(":\n\n", await ReadAsync());

        _batches.Writer.Complete();
        await writing;
    }

    private static TextDelta Delta(long sequence, string text)
    {
        var delta = new TextDelta { Text = text };
        delta.Place("turn_1", "conv_1", sequence, default);
        return delta;
    }

    private async Task<string> ReadAsync()
    {
        var read = await _pipe.Reader.ReadAsync(TestContext.Current.CancellationToken);
        var text = Encoding.UTF8.GetString(read.Buffer.ToArray());
        _pipe.Reader.AdvanceTo(read.Buffer.End);
        return text;
    }
}
