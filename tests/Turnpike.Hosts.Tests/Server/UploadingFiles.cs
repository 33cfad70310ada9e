using System.Net.Http.Headers;

namespace Turnpike.Hosts.Tests.Server;

/// <summary>Files are uploaded once, attached by their id, and reach the provider.</summary>
public sealed class UploadingFiles
{
    private static readonly byte[] Png = [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static Task<HttpResponseMessage> UploadAsync(RunningServer server, byte[] bytes, string name, string? type = null, string field = "file")
    {
        var part = new ByteArrayContent(bytes);
        if (type is not null) part.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        return server.Client.PostAsync("/api/files", new MultipartFormDataContent { { part, field, name } }, Cancellation);
    }

    [Fact]
    public async Task An_uploaded_image_is_an_image_part_on_its_turn_and_the_next_even_after_the_file_is_deleted()
    {
        await using var server = new RunningServer();
        using var response = await UploadAsync(server, Png, "map.png", "image/png");
        var file = await server.JsonAsync(response);
        var id = file.GetProperty("id").GetString()!;
        Assert.Equal((201, "/api/files/" + id), ((int)response.StatusCode, response.Headers.Location?.ToString()));
        Assert.Equal(("map.png", "image/png", 12, 64), (file.GetProperty("name").GetString(), file.GetProperty("mediaType").GetString(), file.GetProperty("size").GetInt32(), file.GetProperty("hash").GetString()!.Length));
        Assert.Equal(file.GetRawText(), (await server.GetJsonAsync("/api/files/" + id)).GetRawText());
        Assert.Equal(Png, await server.Client.GetByteArrayAsync($"/api/files/{id}/content", Cancellation));

        var turn = await server.TurnAsync(new { content = "What is it?", resources = new[] { new { kind = "image", file = id } } });
        Assert.Equal(204, (int)(await server.SendAsync(HttpMethod.Delete, "/api/files/" + id)).StatusCode);
        Assert.Equal((404, "file_not_found"), await CodeAsync(server, HttpMethod.Get, "/api/files/" + id));
        Assert.Equal((404, "file_not_found"), await CodeAsync(server, HttpMethod.Delete, "/api/files/" + id));
        await server.TurnAsync(new { conversation = turn.GetProperty("conversation").GetString(), content = "And?" });
        foreach (var request in server.Model.Requests)
        {
            var image = Assert.IsType<Microsoft.Extensions.AI.DataContent>(request.Messages[0].Contents[1]);
            Assert.Equal(("image/png", Convert.ToBase64String(Png)), (image.MediaType, Convert.ToBase64String(image.Data.Span)));
        }
        var part = turn.GetProperty("messages")[0].GetProperty("content")[1];
        Assert.Equal(("media", file.GetProperty("hash").GetString(), "map.png"), (part.GetProperty("type").GetString(), part.GetProperty("hash").GetString(), part.GetProperty("resource").GetProperty("title").GetString()));
        Assert.Equal(Png, await server.Client.GetByteArrayAsync($"/api/files/{part.GetProperty("hash").GetString()}/content", Cancellation));
        var refused = await server.RefusedAsync(server.PostAsync("/api/turns", new { content = "Again?", resources = new[] { new { kind = "image", file = id } } }));
        Assert.Equal((422, "resource_not_found"), (refused.Status, refused.Code));
    }

    [Fact]
    public async Task Several_files_at_once_are_refused_and_none_is_kept()
    {
        await using var server = new RunningServer();
        using var body = new MultipartFormDataContent { { new ByteArrayContent("one"u8.ToArray()), "file", "a.txt" }, { new StringContent("x"), "note" }, { new ByteArrayContent("two"u8.ToArray()), "file", "b.txt" } };
        var refused = await server.RefusedAsync(server.Client.PostAsync("/api/files", body, Cancellation));
        Assert.Equal((400, "request_invalid", "file"), (refused.Status, refused.Code, refused.Body.GetProperty("field").GetString()));
        Assert.Equal(0, (await server.GetJsonAsync("/api/files")).GetProperty("data").GetArrayLength());
    }

    [Theory]
    [InlineData("/api/files", "name")]
    [InlineData("/v1/files", "filename")]
    public async Task A_name_with_quotes_is_kept_as_it_was_and_line_breaks_go(string path, string member)
    {
        await using var server = new RunningServer();
        using var body = new MultipartFormDataContent { { new StringContent("user_data"), "purpose" } };
        var part = new ByteArrayContent("one"u8.ToArray());
        part.Headers.TryAddWithoutValidation("Content-Disposition", "form-data; name=\"file\"; filename=\"b %22q%22%0D%0A 50%25.txt\""); // as curl and browsers write it
        body.Add(part);
        using var response = await server.Client.PostAsync(path, body, Cancellation);
        Assert.Equal("b \"q\" 50%25.txt", (await server.JsonAsync(response)).GetProperty(member).GetString());
    }

    [Fact]
    public async Task A_variable_takes_an_uploaded_file_and_the_conversation_goes_on_when_the_file_is_gone()
    {
        await using var server = new RunningServer();
        var (text, page, image) = (await IdAsync("notes.md", "# {{not}} read"u8.ToArray(), "text/markdown"), await IdAsync("page.html", "<p>Hello &amp; <script>no</script>bye</p>"u8.ToArray(), "text/html"), await IdAsync("dot.png", Convert.FromBase64String("iVBORw0KGgo="), "image/png"));
        object Turn(string photo) => new
        {
            prompt = new { messages = new[] { new { role = "user", content = "Notes: {{doc}} Page: {{page}} {{media url=photo}} Look" } }, variables = new[] { new { name = "doc", type = "file" }, new { name = "page", type = "file" }, new { name = "photo", type = "image" } } },
            variables = new { doc = text, page, photo },
        };
        var first = await server.TurnAsync(Turn(image));
        Assert.Equal(["user: Notes: # {{not}} read Page: Hello & bye  [image/png]  Look"], server.Model.Last.Transcript);
        await server.SendAsync(HttpMethod.Delete, "/api/files/" + image);
        await server.TurnAsync(new { conversation = first.GetProperty("conversation").GetString(), content = "more" });
        Assert.Equal("user: Notes: # {{not}} read Page: Hello & bye  [image/png]  Look", server.Model.Last.Transcript[0]);
        var refused = await server.RefusedAsync(server.PostAsync("/api/turns", Turn(image)));
        Assert.Equal((422, "resource_not_found"), (refused.Status, refused.Code));

        async Task<string> IdAsync(string name, byte[] bytes, string type)
        {
            var content = new ByteArrayContent(bytes);
            content.Headers.ContentType = new(type);
            using var form = new MultipartFormDataContent { { content, "file", name } };
            return (await server.JsonAsync(await server.Client.PostAsync("/api/files", form, TestContext.Current.CancellationToken))).GetProperty("id").GetString()!;
        }
    }

    [Fact]
    public async Task An_uploaded_text_is_sent_as_text()
    {
        await using var server = new RunningServer();
        var id = (await server.JsonAsync(await UploadAsync(server, "# Plan"u8.ToArray(), "plan.md"))).GetProperty("id").GetString()!;
        await server.TurnAsync(new { content = "Read", resources = new[] { new { id = "res_1", file = id } } });
        Assert.Equal(["user: Read <resources>\n<resource kind=\"file\" id=\"res_1\" title=\"plan.md\">\n# Plan\n</resource>\n</resources>"], server.Model.Last.Transcript);
    }

    [Theory]
    [InlineData("words", "a.png", "image/png", 400, "request_invalid")]
    [InlineData("", "a.txt", null, 400, "request_invalid")]
    public async Task A_file_that_is_empty_or_of_the_wrong_type_is_refused(string content, string name, string? type, int status, string code)
    {
        await using var server = new RunningServer();
        var refused = await server.RefusedAsync(UploadAsync(server, System.Text.Encoding.UTF8.GetBytes(content), name, type));
        Assert.Equal((status, code), (refused.Status, refused.Code));
    }

    [Fact]
    public async Task A_file_over_the_limit_is_413()
    {
        await using var server = new RunningServer(null, ("Turnpike:Files:Bytes", "5000"));
        var refused = await server.RefusedAsync(UploadAsync(server, new byte[6000], "a.bin"));
        Assert.Equal((413, "request_too_large"), (refused.Status, refused.Code));
        Assert.Equal(201, (int)(await UploadAsync(server, new byte[5000], "a.bin")).StatusCode);
    }

    [Theory]
    [InlineData("/api/files", true)]
    [InlineData("/api/files", false)]
    [InlineData("/v1/files", true)]
    public async Task A_body_over_the_limit_is_told_the_setting_of_files(string path, bool announced)
    {
        await using var server = new RunningServer(null, ("Turnpike:Files:Bytes", "5000"));
        using var body = new MultipartFormDataContent { { new StringContent("user_data"), "purpose" }, { new ByteArrayContent(new byte[5000 + (2 << 20)]), "file", "a.bin" } };
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = body, Headers = { TransferEncodingChunked = !announced } };
        using var response = await server.Client.SendAsync(request, Cancellation);
        Assert.Equal(413, (int)response.StatusCode);
        var told = (await server.JsonAsync(response)).GetRawText();
        Assert.Contains("The file is larger than 5,000 bytes, which is the most that is taken (Turnpike:Files:Bytes).", told, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_of_a_gigabyte_is_refused_at_the_limit_and_the_rest_is_not_read(bool announced)
    {
        await using var server = new RunningServer(null, ("Turnpike:Files:Bytes", "5000"));
        using var plain = new HttpClient { BaseAddress = server.Client.BaseAddress }; // the server's own reads bodies first, in case it is redirected
        using var gigabyte = new Zeros(1L << 30);
        using var body = new MultipartFormDataContent { { announced ? new StreamContent(gigabyte) { Headers = { ContentLength = 1L << 30 } } : new StreamContent(gigabyte), "file", "a.bin" } };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/files") { Content = body, Headers = { TransferEncodingChunked = !announced, ExpectContinue = announced } };
        try
        {
            using var response = await plain.SendAsync(request, Cancellation);
            Assert.Equal(413, (int)response.StatusCode);
        }
        catch (HttpRequestException)
        {
            // the server hung up on what it was still being sent
        }
        Assert.InRange(gigabyte.Position, 0, 64 << 20);
        Assert.Equal(0, (await server.GetJsonAsync("/api/files")).GetProperty("data").GetArrayLength());
    }

    [Fact]
    public async Task An_office_file_that_would_unpack_to_gigabytes_is_kept_as_it_is_and_never_unpacked()
    {
        await using var server = new RunningServer();
        using var bytes = new MemoryStream();
        using (var zip = new System.IO.Compression.ZipArchive(bytes, System.IO.Compression.ZipArchiveMode.Create, leaveOpen: true))
        {
            await using var entry = await zip.CreateEntry("word/document.xml").OpenAsync(Cancellation);
            for (var i = 0; i < 64; i++) await entry.WriteAsync(new byte[1 << 20], Cancellation);
        }
        var id = (await server.JsonAsync(await UploadAsync(server, bytes.ToArray(), "bomb.docx"))).GetProperty("id").GetString();
        await server.TurnAsync(new { content = "Read", resources = new[] { new { kind = "file", file = id } } });
        Assert.Equal(bytes.Length, Assert.IsType<Microsoft.Extensions.AI.DataContent>(server.Model.Last.Messages[0].Contents[1]).Data.Length);
    }

    [Fact]
    public async Task A_body_that_is_no_upload_says_what_one_is()
    {
        await using var server = new RunningServer();
        var refused = await server.RefusedAsync(server.PostAsync("/api/files", new { file = "x" }));
        Assert.Equal(415, refused.Status);
        refused = await server.RefusedAsync(UploadAsync(server, [1], "a", field: "other"));
        Assert.Equal((400, "request_invalid", "file"), (refused.Status, refused.Code, refused.Body.GetProperty("field").GetString()));
    }

    [Fact]
    public async Task Names_have_no_folders()
    {
        await using var server = new RunningServer();
        Assert.Equal("passwd", (await server.JsonAsync(await UploadAsync(server, "x"u8.ToArray(), "../../etc/passwd"))).GetProperty("name").GetString());
    }

    [Fact]
    public async Task Files_are_listed()
    {
        await using var server = new RunningServer();
        await UploadAsync(server, "x"u8.ToArray(), "a.txt");
        Assert.Equal("a.txt", (await server.GetJsonAsync("/api/files")).GetProperty("data")[0].GetProperty("name").GetString());
    }

    private static async Task<(int, string?)> CodeAsync(RunningServer server, HttpMethod method, string path)
    {
        var refused = await server.RefusedAsync(server.SendAsync(method, path));
        return (refused.Status, refused.Code);
    }

    /// <summary>So many zeros, made as they are read.</summary>
    private sealed class Zeros(long length) : Stream
    {
        private long _read;

        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => length;
        public override long Position { get => Volatile.Read(ref _read); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            var here = (int)Math.Min(count, length - _read);
            Array.Clear(buffer, offset, here);
            Volatile.Write(ref _read, _read + here);
            return here;
        }

        public override void Flush() { }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
