using System.Text.Json;
using Turnpike.Hosts.Tests.Server;

namespace Turnpike.Hosts.Tests.Cli;

/// <summary>What is piped in and what is read from files.</summary>
public sealed class InputTests : IDisposable
{
    private static readonly byte[] Png = Convert.FromBase64String("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==");
    private readonly string _folder = Directory.CreateTempSubdirectory("turnpike-cli-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(null, "piped\ntext\n", "piped\ntext")]
    [InlineData("Explain:", "piped\ntext\r\n", "Explain:\n\npiped\ntext")]
    [InlineData("Alone", "", "Alone")]
    [InlineData("-", "piped", "piped")]
    public async Task Piped_text_follows_the_typed_text(string? typed, string piped, string content)
    {
        var body = await BodyAsync(piped, typed is null ? ["run", "x"] : ["run", "x", typed]);
        Assert.Equal(content, body.GetProperty("content").GetString());
    }

    [Fact]
    public async Task A_variable_takes_what_is_piped_in_and_the_text_does_not()
    {
        var body = await BodyAsync("Paris\n", "run", "x", "Go", "-v", "city=-");
        Assert.Equal(("Paris", "Go"), (body.GetProperty("variables").GetProperty("city").GetString(), body.GetProperty("content").GetString()));
    }

    [Fact]
    public async Task A_variable_reads_a_file_without_its_last_line_break()
    {
        await using var server = await FakeServer.StartAsync(FakeServer.Json("""{"key":"x","variables":[{"name":"text"}]}"""), FakeServer.Says("ok"));
        var ended = await CommandLine.RunAsync(["run", "x", "-v", $"text=@{File("a.txt", "\uFEFFone\ntwo\n")}", "-v", "at=@@home", "-v", "empty=", "--server", server.Address]);
        Assert.Equal((0, ""), (ended.Code, ended.Error));
        Assert.Equal("GET /api/prompts/x", server.Requests.First().Line); // what the variable takes
        var body = JsonDocument.Parse(server.Requests.Last().Body).RootElement;
        Assert.Equal("""{"text":"one\ntwo","at":"@home","empty":""}""", body.GetProperty("variables").GetRawText());
    }

    [Fact]
    public async Task Resources_are_what_their_files_are()
    {
        var body = await BodyAsync("from the pipe", "Look", "-r", File("notes.md", "# Notes"), "-r", File("dot.png", "\u0001"), "-r", File("data.bin", "a\0b"), "-r", "https://example.com/page", "-r", "-");
        Assert.Equal("Look", body.GetProperty("content").GetString());
        var resources = body.GetProperty("resources").EnumerateArray().Select(resource => string.Join(' ', new[] { "kind", "title", "text", "mediaType", "data", "url" }.Select(name => resource.TryGetProperty(name, out var value) ? value.GetString() : "-"))).ToList();
        Assert.Equal(["text notes.md # Notes - - -", "image dot.png - image/png AQ== -", "file data.bin - application/octet-stream YQBi -", "webpage https://example.com/page - - - https://example.com/page", "text stdin from the pipe - - -"], resources);
    }

    [Fact]
    public async Task A_pattern_means_the_files_that_fit_it()
    {
        File("b.md", "B");
        File("a.md", "A");
        File("c.txt", "C");
        var body = await BodyAsync(null, "Look", "-r", Path.Combine(_folder, "*.md"));
        Assert.Equal(["a.md A", "b.md B"], body.GetProperty("resources").EnumerateArray().Select(resource => $"{resource.GetProperty("title").GetString()} {resource.GetProperty("text").GetString()}"));
        var ended = await CommandLine.RunAsync(["run", "x", "-r", Path.Combine(_folder, "*.pdf")]);
        Assert.Equal(2, ended.Code);
        Assert.Contains("*.pdf", ended.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_picture_that_is_piped_in_reaches_the_provider_as_one()
    {
        await using var server = new RunningServer();
        var ended = await CommandLine.RunAsync(["What is this?", "-r", "-", "--server", server.Client.BaseAddress!.ToString()], bytes: Png);
        Assert.Equal((0, ""), (ended.Code, ended.Error));
        Assert.Equal(["user: What is this? [image/png]"], server.Model.Last.Transcript);
        Assert.Equal(Png, server.Model.Last.Messages[^1].Contents.OfType<Microsoft.Extensions.AI.DataContent>().Single().Data.ToArray());
    }

    [Fact]
    public async Task What_is_piped_in_and_is_no_text_is_refused_where_a_text_is_meant()
    {
        byte[] latin = [.. "Größe"u8.ToArray().Where(one => one < 0x80), 0xF6, 0xDF];
        foreach (var (args, bytes, says) in ((string[], byte[], string)[])[
            (["What is this?"], Png, "What is piped in is no text but image/png."),
            (["run", "x", "-v", "a=-"], Png, "What is piped in is no text but image/png."),
            (["What is this?"], latin, "What is piped in is no UTF-8 text."),
            (["What is this?", "-r", "-"], latin, "Name the file if the model is to read it: -r picture.png.")])
        {
            var ended = await CommandLine.RunAsync([.. args, "--server", "http://127.0.0.1:1"], bytes: bytes);
            Assert.Equal(2, ended.Code);
            Assert.Contains(says, ended.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Bytes_that_are_a_text_are_that_text()
    {
        await using var server = new RunningServer();
        foreach (var bytes in (byte[][])["Grüße\n"u8.ToArray(), [0xEF, 0xBB, 0xBF, .. "Grüße\n"u8], [0xFF, 0xFE, .. System.Text.Encoding.Unicode.GetBytes("Grüße\r\n")]])
        {
            Assert.Equal(0, (await CommandLine.RunAsync(["--server", server.Client.BaseAddress!.ToString()], bytes: bytes)).Code);
            Assert.Equal(["user: Grüße"], server.Model.Last.Transcript);
        }
    }

    [Fact]
    public async Task A_folder_is_said_to_be_one()
    {
        var ended = await CommandLine.RunAsync(["Look", "-r", _folder, "--server", "http://127.0.0.1:1"]);
        Assert.Equal(2, ended.Code);
        Assert.Contains($"\"{_folder}\" is a folder.", ended.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_prompt_file_is_sent_as_an_object_that_was_never_saved()
    {
        var body = await BodyAsync(null, "run", File("trip.draft.prompt", "---\nmodel: test/one\n---\nA trip to {{city}}.\n"), "-v", "city=Paris");
        var prompt = body.GetProperty("prompt");
        Assert.Equal(("trip.draft", "test/one", "A trip to {{city}}."), (prompt.GetProperty("key").GetString(), prompt.GetProperty("model").GetString(), prompt.GetProperty("messages")[0].GetProperty("content").GetString()));
    }

    private string File(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        System.IO.File.WriteAllText(path, text);
        return path;
    }

    private static async Task<JsonElement> BodyAsync(string? piped, params string[] args)
    {
        await using var server = await FakeServer.StartAsync(FakeServer.Says("ok"));
        var ended = await CommandLine.RunAsync([.. args, "--server", server.Address], piped);
        Assert.Equal((0, ""), (ended.Code, ended.Error));
        return JsonDocument.Parse(Assert.Single(server.Requests).Body).RootElement;
    }
}
