using System.Net.Http.Json;
using System.Text.Json;
using Turnpike.Hosts.Tests.Postgres;
using Turnpike.Hosts.Tests.Storage;

namespace Turnpike.Hosts.Tests.Chaos;

/// <summary>A node that stood still for longer than its lease writes nothing more into turns that others have ended.</summary>
public sealed class Fencing : IDisposable
{
    private readonly string _folder = TestFolder.New();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_node_that_wakes_after_its_lease_ran_out_writes_nothing_and_leaves_the_model()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Processes are stopped in the way of Unix.");
        await using var model = await PacedModel.StartAsync();
        var database = PostgresCluster.Current.NewDatabase();
        await using var sleeper = new ServerProcess("sleeper", _folder, model.BaseUrl, database);
        await using var other = new ServerProcess("other", _folder, model.BaseUrl, database);
        await sleeper.StartAsync(Cancellation);
        await other.StartAsync(Cancellation);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/turns") { Content = JsonContent.Create(new { content = "long", model = "openai/words-5000" }) };
        request.Headers.Add("Prefer", "respond-async");
        using var answer = await sleeper.Client.SendAsync(request, Cancellation);
        var id = answer.Headers.GetValues("Turnpike-Turn").Single();
        using (var reader = new StreamReader(await other.Client.GetStreamAsync($"/api/turns/{id}/events", Cancellation)))
            while (await reader.ReadLineAsync(Cancellation) is { } line && line != "event: text.delta") { }

        await sleeper.SignalAsync("STOP");
        var swept = await new ChaosReader([other], id).ReadAsync(Cancellation);
        Assert.Equal("turn.interrupted", swept.Ending);
        var log = await other.Client.GetStringAsync($"/api/turns/{id}/events", Cancellation);
        await sleeper.SignalAsync("CONT");
        await model.Left.Task.WaitAsync(TimeSpan.FromSeconds(60), Cancellation);

        Assert.Equal("interrupted", (await sleeper.Client.GetFromJsonAsync<JsonElement>($"/api/turns/{id}", Cancellation)).GetProperty("status").GetString());
        Assert.Equal(log, await other.Client.GetStringAsync($"/api/turns/{id}/events", Cancellation));
        Assert.StartsWith("w0 ", swept.Text, StringComparison.Ordinal);
    }
}
