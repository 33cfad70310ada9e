using System.Text;
using Microsoft.Extensions.AI;
using Turnpike.Hosts.Tests.Server;
using Turnpike.Hosts.Tests.Storage;
using Turnpike.Turns.Stores;

namespace Turnpike.Hosts.Tests.Access;

/// <summary>A turn that waits in a queue was not looked through for secrets yet; what was typed lies sealed until that is done.</summary>
public sealed class QueuedSecrets
{
    private const string Secret = "hunter2-in-the-queue";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Are_in_no_byte_of_the_data_folder_whether_the_turn_runs_or_is_cancelled(bool runs)
    {
        var folder = TestFolder.New();
        await using (var server = new RunningServer(null, ("TURNPIKE_DATA", folder)))
        {
            await server.PostAsync("/api/prompts", new { key = "vault", messages = new[] { new { role = "user", content = "Open with {{key}}:" } }, variables = new[] { new { name = "key", type = "string", secret = true } } });
            using (var set = await server.SendAsync(HttpMethod.Patch, "/api/variables/global", $$"""{"key":"{{Secret}}"}""")) Assert.True(set.IsSuccessStatusCode);
            var conversation = (await server.TurnAsync(new { prompt = "vault", content = "Go" })).GetProperty("conversation").GetString()!;
            var go = new TaskCompletionSource();
            server.Model.Answers((_, stop) => WordsAsync(go.Task, stop));
            await server.SubmitAsync($$"""{"conversation":"{{conversation}}","content":"First"}""");
            var waiting = await server.SubmitAsync($$"""{"conversation":"{{conversation}}","content":"My key is {{Secret}}, is it good?","queue":true}""");
            var queued = await server.GetJsonAsync($"/api/turns/{waiting}");
            Assert.Equal(("queued", $"My key is {Secret}, is it good?"), (queued.GetProperty("status").GetString(), queued.GetProperty("content").GetString()));
            Assert.Empty(await FoundAsync(folder));
            if (!runs) using (await server.PostAsync($"/api/turns/{waiting}/cancel", new { })) await UntilEndedAsync(server, waiting);
            go.SetResult();
            await UntilEndedAsync(server, waiting);
            if (runs) Assert.Contains(server.Model.Last.Transcript, line => line.Contains($"My key is {Secret}, is it good?", StringComparison.Ordinal));
            Assert.Empty(await FoundAsync(folder));
            var kept = (await server.Get<ITurnStore>().FindAsync(waiting, TestContext.Current.CancellationToken))!;
            if (!runs) Assert.Equal($"My key is {Secret}, is it good?", kept.Content);
        }
        Directory.Delete(folder, recursive: true);
    }

    private static async Task UntilEndedAsync(RunningServer server, string turn) => await server.Get<Turnpike.Pipeline.TurnRunner>().WaitAsync(turn, TestContext.Current.CancellationToken);

    private static async IAsyncEnumerable<ChatResponseUpdate> WordsAsync(Task go, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken stop)
    {
        await go.WaitAsync(stop);
        yield return new(ChatRole.Assistant, "done");
    }

    private static async Task<List<string>> FoundAsync(string folder)
    {
        var found = new List<string>();
        foreach (var path in Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Where(file => Path.GetFileName(file) != "node.lock"))
        {
            await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var bytes = new MemoryStream();
            await file.CopyToAsync(bytes, TestContext.Current.CancellationToken);
            if (Encoding.Latin1.GetString(bytes.GetBuffer(), 0, (int)bytes.Length).Contains(Secret, StringComparison.Ordinal)) found.Add(path);
        }
        return found;
    }
}
