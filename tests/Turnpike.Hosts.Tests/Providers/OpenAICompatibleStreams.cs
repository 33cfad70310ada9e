using Microsoft.Extensions.AI;
using static Turnpike.Hosts.Tests.Providers.OpenAICompatibleAnswers;

namespace Turnpike.Hosts.Tests.Providers;

/// <summary>Streams of compatible servers: lines, ends and bytes that are cut anywhere.</summary>
public sealed class OpenAICompatibleStreams
{
    [Fact]
    public async Task Comments_foreign_fields_and_any_line_end_are_fine()
    {
        var response = await AskAsync(": OPENROUTER PROCESSING\r\n\r\n", "event: message\r\nid: 4\r\nretry: 10\r\n", Text("A").Replace("\n", "\r\n"), ": ping\n\n",
            Text("B").Replace("\n", "\r"), "data:{\"choices\":[{\"delta\":{\"content\":\"C\"}}]}\n\n", "data\n\n", Stop, Done);

        Assert.Equal("ABC", response.Text);
    }

    [Fact]
    public async Task Data_over_several_lines_is_one_chunk()
    {
        Assert.Equal("joined", (await AskAsync("data: {\"choices\":\ndata: [{\"delta\":\ndata: {\"content\":\"joined\"}}]}\n\n", Stop, Done)).Text);
    }

    [Fact]
    public async Task Bytes_may_be_cut_anywhere()
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes("\uFEFF" + Text("grün ") + ": c\r\n\r\ndata: {\"choices\":[\r\ndata: {\"delta\":{\"content\":\"🌍\"}}]}\r\n\r\n" + Stop + Done);
        await using var server = RawServer.Start(async exchange =>
        {
            await exchange.StartStreamAsync();
            foreach (var one in bytes)
            {
                await exchange.SendAsync("1\r\n");
                await exchange.SendAsync([one]);
                await exchange.SendAsync("\r\n");
            }
            await exchange.EndAsync();
        });

        Assert.Equal("grün 🌍", (await AskAsync(server)).Text);
    }

    [Fact]
    public async Task A_character_cut_between_two_deltas_is_whole_again()
    {
        var response = await AskAsync("data: {\"choices\":[{\"delta\":{\"content\":\"a\\n\\ud83c\"}}]}\n\n", "data: {\"choices\":[{\"delta\":{\"content\":\"\\udf0d b\"}}]}\n\n", Stop, Done);

        Assert.Equal("a\n🌍 b", response.Text);
    }

    [Fact]
    public async Task An_event_larger_than_the_buffer_is_read()
    {
        var text = new string('x', 300_000);

        Assert.Equal(text, (await AskAsync(Text(text), Stop, Done)).Text);
    }

    [Fact]
    public async Task Without_DONE_a_finish_reason_is_enough()
    {
        Assert.Equal("A", (await AskAsync(Text("A"), Stop)).Text);
    }

    [Fact]
    public async Task DONE_is_enough_without_a_finish_reason_or_an_empty_line()
    {
        var response = await AskAsync(Text("A"), "data: [DONE]");

        Assert.Equal(("A", ChatFinishReason.Stop), (response.Text, response.FinishReason!.Value));
    }

    [Fact]
    public async Task A_reset_after_the_finish_reason_loses_nothing()
    {
        await using var server = RawServer.Start(async exchange =>
        {
            await exchange.StartStreamAsync();
            await exchange.ChunksAsync(Text("A"), Stop);
        });

        Assert.Equal("A", (await AskAsync(server)).Text);
    }
}
