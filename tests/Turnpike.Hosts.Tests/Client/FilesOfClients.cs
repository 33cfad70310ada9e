using Turnpike.Client;
using Turnpike.Hosts.Tests.Cli;
using Turnpike.Hosts.Tests.Server;
using Turnpike.Turns;

namespace Turnpike.Hosts.Tests.Client;

/// <summary>Large things on their way to a server: files, and bodies that it does not take.</summary>
public sealed class FilesOfClients
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_file_is_uploaded_read_sent_and_deleted()
    {
        await using var server = new RunningServer();
        var turnpike = new TurnpikeClient(server.Client);
        byte[] bytes = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 1];
        using var content = new MemoryStream(bytes);
        var file = await turnpike.UploadFileAsync(content, "Größe.png", "image/png", Stop);
        Assert.Equal(("Größe.png", "image/png", 9L), (file.Name, file.MediaType, file.Size));
        Assert.Equal(file.Hash, (await turnpike.FileAsync(file.Id, Stop)).Hash);
        using var copy = new MemoryStream();
        await using (var download = await turnpike.DownloadFileAsync(file.Id, Stop)) await download.CopyToAsync(copy, Stop);
        Assert.Equal(bytes, copy.ToArray());
        await turnpike.RunAsync(new() { Content = "Look", Resources = [new() { File = file.Id }] }, Stop).ToListAsync(Stop);
        Assert.Equal(["user: Look [image/png]"], server.Model.Last.Transcript);
        await turnpike.DeleteFileAsync(file.Id, Stop);
        Assert.Equal(TurnErrorCode.FileNotFound, (await Assert.ThrowsAsync<TurnException>(() => turnpike.FileAsync(file.Id, Stop))).Code);
    }

    [Fact]
    public async Task A_file_keeps_its_name_whatever_stands_in_it_but_line_ends_and_halves_of_characters()
    {
        await using var server = new RunningServer();
        var turnpike = new TurnpikeClient(server.Client);
        foreach (var (name, kept) in ((string, string)[])[("a \"b\".md", "a \"b\".md"), ("100%22; name=x.md", "100%22; name=x.md"), ("ä 世界 🌍.md", "ä 世界 🌍.md"), ("a\r\nX-A: b.md", "aX-A: b.md"), ("a\ud83d.md", "a\uFFFD.md"), ("\"", "\"")])
        {
            using var content = new MemoryStream("Hi"u8.ToArray());
            Assert.Equal(kept, (await turnpike.UploadFileAsync(content, name, "text/markdown", Stop)).Name);
        }
    }

    [Fact]
    public async Task A_file_that_is_too_large_is_refused_and_not_sent()
    {
        await using var server = new RunningServer(null, ("Turnpike:Files:Bytes", "2048"));
        using var sent = new Announced();
        using var http = new HttpClient(sent) { BaseAddress = server.Client.BaseAddress };
        using var content = new MemoryStream(new byte[16 << 20]);
        var error = await Assert.ThrowsAsync<TurnException>(() => new TurnpikeClient(http).UploadFileAsync(content, "a.bin", null, Stop));
        Assert.Equal((TurnErrorCode.RequestTooLarge, 1), (error.Code, sent.Requests));
    }

    [Fact]
    public async Task A_turn_that_is_too_large_is_refused_once_and_not_sent_again()
    {
        await using var server = new RunningServer(null, ("Turnpike:BodyBytes", "100000"));
        using var sent = new Announced();
        using var http = new HttpClient(sent) { BaseAddress = server.Client.BaseAddress };
        var clock = new HastyClock();
        var error = await Assert.ThrowsAsync<TurnException>(async () => await new TurnpikeClient(http, clock).RunAsync(new() { Content = new string('x', 16 << 20) }, Stop).ToListAsync(Stop));
        Assert.Equal((TurnErrorCode.RequestTooLarge, 1), (error.Code, sent.Requests));
        Assert.Empty(clock.Waits);
    }

    /// <summary>Counts requests, which must all ask before they send their bodies.</summary>
    private sealed class Announced() : DelegatingHandler(new SocketsHttpHandler { Expect100ContinueTimeout = TimeSpan.FromMinutes(1) })
    {
        public int Requests { get; private set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Requests++;
            Assert.True(request.Headers.ExpectContinue);
            return base.SendAsync(request, cancellationToken);
        }
    }
}
