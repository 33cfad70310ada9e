using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Turnpike.Hosts.Tests.Storage;

namespace Turnpike.Hosts.Tests.Chaos;

/// <summary>A server whose disk takes no more, and then takes more again.</summary>
public sealed class FullDisk : IDisposable
{
    private readonly string _folder = TestFolder.New();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task New_turns_are_refused_as_long_as_nothing_can_be_written_and_what_was_kept_is_read_and_goes_on_afterwards()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "What a process may write is bounded in the way of Linux.");
        await using var server = new ServerProcess("only", _folder, "http://127.0.0.1:9/v1") { LargestFile = 6 * 1024 };
        await server.StartAsync(Cancellation);
        var (kept, broken) = (new List<string>(), new List<string>());
        using var refused = await FillAsync(server.Client, kept, broken);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        var problem = await refused.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
        Assert.Equal("storage_unavailable", problem.GetProperty("code").GetString());
        Assert.Contains("the disk", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.NotNull(refused.Headers.RetryAfter);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await ReadyAsync(server));
        Assert.NotEmpty(kept);
        foreach (var id in kept) Assert.Equal("completed", (await server.Client.GetFromJsonAsync<JsonElement>($"/api/turns/{id}", Cancellation)).GetProperty("status").GetString());

        await server.MakeRoomAsync();
        using var again = await server.Client.PostAsJsonAsync("/api/turns", new { content = "Hi", model = "builtin/echo" }, Cancellation);
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
        Assert.Equal(HttpStatusCode.OK, await ReadyAsync(server));
        await server.KillAsync();
        await server.StartAsync(Cancellation);
        foreach (var id in broken) Assert.Equal("interrupted", (await server.Client.GetFromJsonAsync<JsonElement>($"/api/turns/{id}", Cancellation)).GetProperty("status").GetString());
        foreach (var id in kept) Assert.Contains("event: turn.completed", await server.Client.GetStringAsync($"/api/turns/{id}/events", Cancellation), StringComparison.Ordinal);
    }

    private static async Task<HttpStatusCode> ReadyAsync(ServerProcess server)
    {
        using var answer = await server.Client.GetAsync("/health/ready", Cancellation);
        return answer.StatusCode;
    }

    /// <summary>Runs turns until one is refused; those that were kept whole are noted, and those whose end did not fit any more.</summary>
    private static async Task<HttpResponseMessage> FillAsync(HttpClient client, List<string> kept, List<string> broken)
    {
        for (var i = 0; ; i++)
        {
            Assert.True(i < 200, "The disk took everything.");
            var answer = await client.PostAsJsonAsync("/api/turns", new { content = new string('x', 200_000), model = "builtin/echo" }, Cancellation);
            if (answer.StatusCode == HttpStatusCode.ServiceUnavailable) return answer;
            using (answer)
            {
                var body = await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
                if (answer.IsSuccessStatusCode) kept.Add(body.GetProperty("id").GetString()!);
                else if (body.GetProperty("code").GetString() == "turn_interrupted") broken.Add(body.GetProperty("turn").GetString()!);
                else Assert.Fail(body.GetRawText());
            }
        }
    }
}
