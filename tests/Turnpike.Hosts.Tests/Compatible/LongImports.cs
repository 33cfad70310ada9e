using System.Diagnostics;
using System.Text;
using Turnpike.Hosts.Tests.Server;

namespace Turnpike.Hosts.Tests.Compatible;

/// <summary>Long histories that UI clients bring: what they cost grows with their length, not with its square.</summary>
public sealed class LongImports
{
    private static string Chat(int before)
    {
        var messages = new StringBuilder();
        for (var i = 0; i < before; i++)
            messages.Append(i % 2 == 0 ? $$"""{"id":"m{{i}}","role":"user","parts":[{"type":"text","text":"Question {{i}}"}]},""" : $$"""{"id":"m{{i}}","role":"assistant","parts":[{"type":"text","text":"Answer {{i}}"}]},""");
        return $$"""{"id":"long","messages":[{{messages}}{"id":"last","role":"user","parts":[{"type":"text","text":"And now?"}]}]}""";
    }

    [Fact]
    public async Task Thousands_of_messages_from_before_are_taken_and_read_again_in_seconds()
    {
        await using var server = new RunningServer();
        var start = Stopwatch.GetTimestamp();
        await server.LinesAsync("/api/chat", Chat(6000));
        Assert.Equal("user: Question 5998", server.Model.Last.Transcript[^3]);
        var read = (await server.GetJsonAsync("/api/chat/long")).GetProperty("messages").EnumerateArray().ToArray();
        Assert.Equal((6002, "m5999", "Answer 5999"), (read.Length, read[5999].Text("id"), read[5999].GetProperty("parts")[0].Text("text")));
        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.Zero, TimeSpan.FromSeconds(30)); // it was minutes
    }

    [Fact]
    public async Task More_messages_than_a_turn_takes_are_refused_before_they_are_read()
    {
        await using var server = new RunningServer();
        var refused = await server.PostJsonAsync("/api/chat", Chat(10_001));
        var said = await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Equal(400, (int)refused.StatusCode);
        Assert.Contains("takes 10,000 messages from before; these are 10,001", said, StringComparison.Ordinal);
        Assert.Empty(server.Model.Requests);
    }

    [Fact]
    public async Task An_answer_that_goes_on_over_several_messages_is_read_again_in_its_parts()
    {
        await using var server = new RunningServer();
        await server.LinesAsync("/api/chat", """
            {"id":"k","messages":[{"id":"s","role":"system","parts":[{"type":"text","text":"Be brief."}]},{"id":"u","role":"user","parts":[{"type":"text","text":"Rain?"},{"type":"file","mediaType":"image/png","url":"data:image/png;base64,iVBORw0KGgo="}]},
             {"id":"a1","role":"assistant","parts":[{"type":"text","text":"Let me see."}]},{"id":"a2","role":"assistant","parts":[{"type":"tool-look","toolCallId":"c1","state":"output-available","input":{},"output":"wet"}]},{"id":"a3","role":"assistant","parts":[{"type":"text","text":"Yes."}]},
             {"id":"u2","role":"user","parts":[{"type":"file","mediaType":"image/png","url":"data:image/png;base64,iVBORw0KGgoA"}]},{"id":"u3","role":"user","parts":[{"type":"text","text":"Sure?"}]}]}
            """);
        Assert.Equal(["system", "user", "assistant", "tool", "assistant", "user", "user"], server.Model.Last.Messages.Select(message => message.Role.Value));
        var read = (await server.GetJsonAsync("/api/chat/k")).GetProperty("messages").EnumerateArray().ToArray();
        Assert.Equal("data:image/png;base64,iVBORw0KGgo=", read[1].GetProperty("parts")[1].Text("url"));
        Assert.Equal("wet", read[3].GetProperty("parts")[0].Text("output"));
        Assert.Equal("data:image/png;base64,iVBORw0KGgoA", read[5].GetProperty("parts")[0].Text("url"));
    }
}
