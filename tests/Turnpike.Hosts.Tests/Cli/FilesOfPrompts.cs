using Microsoft.Extensions.AI;
using Turnpike.Hosts.Tests.Server;

namespace Turnpike.Hosts.Tests.Cli;

/// <summary>A prompt file brings the files that its resources name, and a variable that takes one the file itself.</summary>
public sealed class FilesOfPrompts : IDisposable
{
    private const string Look = "---\nmodel: test/model\nturnpike.resources: [ { kind: text, file: rules.md }, { kind: image, file: sub/dot.png } ]\n---\nLook.\n";
    private const string See = "---\nmodel: test/model\ninput: { schema: { photo: string, note: string } }\nturnpike.variables: { photo: { type: image } }\n---\n{{photo}}{{note}}\n";
    private static readonly byte[] Png = Convert.FromBase64String("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==");
    private readonly string _folder = Directory.CreateTempSubdirectory("turnpike-beside-").FullName;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private async Task<string> WriteAsync(string name, string text)
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, name), text, Cancellation);
        return Path.Combine(_folder, name);
    }

    private static Task<CommandLine.Ended> RunAsync(RunningServer server, params string[] args) => CommandLine.RunAsync([.. args, "--server", server.Client.BaseAddress!.ToString()]);

    [Fact]
    public async Task They_reach_the_provider_whether_the_file_is_run_or_saved_first()
    {
        await using var server = new RunningServer();
        var file = await WriteAsync("look.prompt", Look);
        await WriteAsync("rules.md", "Be kind.");
        Directory.CreateDirectory(Path.Combine(_folder, "sub"));
        await File.WriteAllBytesAsync(Path.Combine(_folder, "sub", "dot.png"), Png, Cancellation);
        Assert.Equal("look@1\n", (await RunAsync(server, "prompts", "save", file)).Out);
        foreach (var prompt in (string[])[file, "look"])
        {
            Assert.Equal(0, (await RunAsync(server, "run", prompt)).Code);
            var sent = Assert.Single(server.Model.Last.Messages);
            Assert.Contains("Be kind.", sent.Text, StringComparison.Ordinal);
            Assert.Equal(Png, sent.Contents.OfType<DataContent>().Single() is { MediaType: "image/png" } image ? image.Data.ToArray() : null);
            Assert.Contains("[image/png, 70 bytes]", (await RunAsync(server, "preview", prompt)).Out, StringComparison.Ordinal);
        }
        Assert.Equal((0, ""), await RunAsync(server, "prompts", "lint", file) is var linted ? (linted.Code, linted.Out) : default);
        Assert.Equal("look\tunchanged\t1\n", (await RunAsync(server, "prompts", "push", _folder)).Out);
    }

    [Fact]
    public async Task A_pull_brings_those_that_are_not_here_and_leaves_those_that_are()
    {
        await using var server = new RunningServer();
        var file = await WriteAsync("look.prompt", Look.Replace("rules.md }", "rules.md }, { kind: text, text: said }", StringComparison.Ordinal));
        var rules = await WriteAsync("rules.md", "Be kind.\n");
        Directory.CreateDirectory(Path.Combine(_folder, "sub"));
        await File.WriteAllBytesAsync(Path.Combine(_folder, "sub", "dot.png"), Png, Cancellation);
        Assert.Equal(0, (await RunAsync(server, "prompts", "save", file)).Code);

        var other = Path.Combine(_folder, ".other");
        Assert.Equal((0, "look\twritten\t1\n", ""), await RunAsync(server, "prompts", "pull", other) is var pulled ? (pulled.Code, pulled.Out, pulled.Error) : default);
        Assert.Equal(("Be kind.\n", Convert.ToBase64String(Png)), (await File.ReadAllTextAsync(Path.Combine(other, "rules.md"), Cancellation), Convert.ToBase64String(await File.ReadAllBytesAsync(Path.Combine(other, "sub", "dot.png"), Cancellation))));
        Assert.Equal("look\tunchanged\t1\n", (await RunAsync(server, "prompts", "push", other)).Out);

        await File.WriteAllTextAsync(rules, "Be kind.\r\n", Cancellation); // as a clone may have it
        Assert.Equal(("look\tunchanged\t1\n", ""), await RunAsync(server, "prompts", "pull", _folder) is var same ? (same.Out, same.Error) : default);
        await File.WriteAllTextAsync(rules, "Be odd.", Cancellation);
        Assert.Equal(("look\tunchanged\t1\n", "warning: look: rules.md says something else here than what was kept of it; it stays, and a push saves it.\n"), await RunAsync(server, "prompts", "pull", _folder) is var left ? (left.Out, left.Error) : default);
        Assert.Equal("Be odd.", await File.ReadAllTextAsync(rules, Cancellation));
    }

    [Theory]
    [InlineData(".hidden.md")]
    [InlineData(".git/hooks/x.md")]
    [InlineData("link/x.md")]
    [InlineData("gone.md")]
    [InlineData("other.prompt")]
    public async Task A_pull_writes_nothing_that_is_hidden_or_elsewhere_or_a_prompt(string name)
    {
        await using var server = new RunningServer();
        var prompt = System.Text.Json.JsonSerializer.Serialize(new { messages = new[] { new { role = "user", content = "Hi" } }, resources = new[] { new { kind = "text", title = name, text = "bad" } }, file = $"---\nturnpike.resources: [ {{ kind: text, file: {name} }} ]\n---\nHi" });
        using var saved = await server.SendAsync(HttpMethod.Put, "/api/prompts/thief", prompt);
        Assert.True(saved.IsSuccessStatusCode, await saved.Content.ReadAsStringAsync(Cancellation));
        Assert.Contains(name, (await server.GetJsonAsync("/api/prompts/thief")).GetProperty("file").GetString(), StringComparison.Ordinal);
        var (folder, outside) = (Path.Combine(_folder, "prompts"), Path.Combine(_folder, "outside"));
        foreach (var made in (string[])[folder, outside]) Directory.CreateDirectory(made);
        Directory.CreateSymbolicLink(Path.Combine(folder, "link"), outside);
        File.CreateSymbolicLink(Path.Combine(folder, "gone.md"), Path.Combine(outside, "made.md"));
        Assert.Equal((0, "thief\twritten\t1\n"), await RunAsync(server, "prompts", "pull", folder) is var pulled ? (pulled.Code, pulled.Out) : default);
        Assert.Empty(Directory.GetFileSystemEntries(outside));
        Assert.Equal(["gone.md", "link", "thief.prompt"], Directory.GetFileSystemEntries(folder).Select(Path.GetFileName).Order());
    }

    [Theory]
    [InlineData("../secret.txt", "must be the path of a file beside the prompt file or below")]
    [InlineData("link.txt", "There is no file \"link.txt\" beside the prompt file.")]
    [InlineData("out/secret.txt", "There is no file \"out/secret.txt\" beside the prompt file.")]
    [InlineData("large.txt", "The file \"large.txt\" beside the prompt file has 20,971,521 bytes; a resource may have 20,971,520.")]
    [InlineData("bytes.txt", "which is no UTF-8 text. Save it as UTF-8, or attach it as it is with the kind image, audio or file.")]
    public async Task A_file_that_stands_elsewhere_or_is_too_large_or_no_text_is_refused_by_its_line(string names, string says)
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "secret.txt"), "hunter2", Cancellation);
        var inner = Path.Combine(_folder, "prompts");
        Directory.CreateDirectory(inner);
        File.CreateSymbolicLink(Path.Combine(inner, "link.txt"), Path.Combine(_folder, "secret.txt"));
        Directory.CreateSymbolicLink(Path.Combine(inner, "out"), _folder);
        await using (var large = File.Create(Path.Combine(inner, "large.txt"))) large.SetLength((20 << 20) + 1);
        await File.WriteAllBytesAsync(Path.Combine(inner, "bytes.txt"), [0xC3, 0x28], Cancellation);
        var file = await WriteAsync("prompts/thief.prompt", $"---\nmodel: test/model\nturnpike.resources: [ {{ kind: text, file: {names} }} ]\n---\nHi\n");
        await using var server = new RunningServer();
        foreach (var command in (string[][])[["run"], ["preview"], ["prompts", "save"], ["prompts", "lint"]])
        {
            var ended = await RunAsync(server, [.. command, file]);
            Assert.Equal(2, ended.Code);
            Assert.Contains("Line 3, column 37 of the file: ", ended.Out + ended.Error, StringComparison.Ordinal);
            Assert.Contains(says, ended.Out + ended.Error, StringComparison.Ordinal);
        }
        Assert.Empty(server.Model.Requests);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_picture_for_a_variable_of_type_image_goes_as_one_and_a_text_stays_a_text(bool isKept)
    {
        await using var server = new RunningServer();
        var file = await WriteAsync("see.prompt", See);
        var note = await WriteAsync("note.txt", "What is it?\n");
        await File.WriteAllBytesAsync(Path.Combine(_folder, "dot.png"), Png, Cancellation);
        if (isKept) Assert.Equal(0, (await RunAsync(server, "prompts", "save", file)).Code);
        Assert.Equal((0, ""), await RunAsync(server, "run", isKept ? "see" : file, "-v", $"photo=@{Path.Combine(_folder, "dot.png")}", "-v", $"note=@{note}") is var ended ? (ended.Code, ended.Error) : default);
        Assert.Equal(["user: [image/png] What is it?"], server.Model.Last.Transcript);
        Assert.Equal(Png, server.Model.Last.Messages[0].Contents.OfType<DataContent>().Single().Data.ToArray());

        var wrong = await RunAsync(server, "run", isKept ? "see" : file, "-v", $"photo=@{note}", "-v", "note=x");
        Assert.Equal((2, $"error: Variable \"photo\" takes an image, and \"{note}\" is text/plain.\n  Give the path of a picture, such as a PNG or JPEG.\n"), (wrong.Code, wrong.Error));
        var binary = await RunAsync(server, "run", isKept ? "see" : file, "-v", "photo=https://example.com/a.png", "-v", $"note=@{Path.Combine(_folder, "dot.png")}");
        Assert.Equal(2, binary.Code);
        Assert.Contains("is no UTF-8 text", binary.Error, StringComparison.Ordinal);
        Assert.Single(server.Model.Requests);
    }

    [Fact]
    public async Task A_conversation_goes_on_with_a_file_for_the_variable_of_its_prompt()
    {
        await using var server = new RunningServer();
        var file = await WriteAsync("read.prompt", "---\nmodel: test/model\ninput: { schema: { paper?: string } }\nturnpike.variables: { paper: { type: file } }\n---\nRead.\n");
        Assert.Equal(0, (await RunAsync(server, "run", file)).Code);
        var table = await WriteAsync("table.csv", "a,b\n1,2\n");
        Assert.Equal(0, (await RunAsync(server, "And this?", "--continue", "-v", $"paper=@{table}")).Code);
        var paper = server.Model.Last.Messages[^1];
        Assert.Contains("And this?", paper.Text, StringComparison.Ordinal);
        Assert.Contains("a,b\n1,2", paper.Text, StringComparison.Ordinal);
    }
}
