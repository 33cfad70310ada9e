using System.Net.Http.Headers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Turnpike.Hosts.Tests.Storage;

namespace Turnpike.Hosts.Tests.Server;

/// <summary>Where the bytes of files cannot be written or read, clients are told so and not where that is; the log says it.</summary>
public sealed class ClosedFolders : IDisposable
{
    private readonly string _folder = TestFolder.New();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string Contents => Path.Combine(_folder, "contents");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Take_no_file_until_they_are_mended()
    {
        await File.WriteAllTextAsync(Contents, "no folder", Stop);
        using var log = new KeptLog();
        await using var server = Server(log);
        var refused = await server.RefusedAsync(UploadAsync(server));
        Assert.Equal((503, "storage_unavailable", "The bytes of files cannot be written now. The program's log tells why."), (refused.Status, refused.Code, refused.Detail));
        Assert.DoesNotContain(_folder, refused.Body.GetRawText(), StringComparison.Ordinal);
        Assert.Contains(log.Lines, line => line.Contains($"POST /api/files was refused: The folder \"{Contents}\" cannot be written: ", StringComparison.Ordinal));
        using (var openAi = await UploadAsync(server, "/v1/files?purpose=user_data"))
        {
            Assert.Equal(503, (int)openAi.StatusCode);
            Assert.DoesNotContain(_folder, await openAi.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
        }

        File.Delete(Contents);
        using var taken = await UploadAsync(server);
        Assert.Equal(201, (int)taken.StatusCode);
    }

    [Fact]
    public async Task Are_told_of_by_a_turn_that_needs_a_file()
    {
        using var log = new KeptLog();
        await using var server = Server(log);
        string file;
        using (var taken = await UploadAsync(server)) file = (await server.JsonAsync(taken)).GetProperty("id").GetString()!;
        foreach (var kept in Directory.GetFiles(Contents, "*", SearchOption.AllDirectories))
        {
            File.Delete(kept);
            Directory.CreateDirectory(kept); // which nobody can read, not even root
        }
        var refused = await server.RefusedAsync(server.SendAsync(HttpMethod.Get, $"/api/files/{file}/content"));
        Assert.Equal((503, "storage_unavailable"), (refused.Status, refused.Code));
        Assert.DoesNotContain(_folder, refused.Body.GetRawText(), StringComparison.Ordinal);
        Assert.Contains(log.Lines, line => line.Contains($"/content was refused: The folder \"{Contents}\" cannot be read: ", StringComparison.Ordinal));

        var turn = await server.RefusedAsync(server.PostAsync("/api/turns", new { content = "What is it?", resources = new[] { new { kind = "file", file } } }));
        Assert.Equal((503, "storage_unavailable"), (turn.Status, turn.Code));
        Assert.DoesNotContain(_folder, turn.Body.GetRawText(), StringComparison.Ordinal);
        Assert.Empty(server.Model.Requests);
    }

    private RunningServer Server(KeptLog log) => new(services => services.AddSingleton<ILoggerProvider>(log), ("TURNPIKE_DATA", _folder));

    private static Task<HttpResponseMessage> UploadAsync(RunningServer server, string path = "/api/files")
    {
        var part = new ByteArrayContent("Some words."u8.ToArray());
        part.Headers.ContentType = MediaTypeHeaderValue.Parse("text/plain");
        return server.Client.PostAsync(path, new MultipartFormDataContent { { part, "file", "a.txt" }, { new StringContent("user_data"), "purpose" } }, Stop);
    }
}
