using Turnpike.Hosts.Tests.Server;

namespace Turnpike.Hosts.Tests.Cli;

/// <summary>A pull deletes only what is kept: what stands in files that were never pushed is somebody's new work.</summary>
public sealed class UnpushedFiles : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("turnpike-unpushed-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string At(string name) => Path.Combine(_folder, name);

    private Task WriteAsync(string name, string text) => File.WriteAllTextAsync(At(name), text, TestContext.Current.CancellationToken);

    private Task<CommandLine.Ended> RunAsync(string[] where, string verb, params string[] more) => CommandLine.RunAsync(["prompts", verb, _folder + Path.DirectorySeparatorChar, .. more, .. where]);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_prune_leaves_them_with_a_word_until_it_is_forced(bool isServed)
    {
        await using var server = new RunningServer();
        string[] where = isServed ? ["--server", server.Client.BaseAddress!.ToString()] : ["--data", At(".data")];
        await WriteAsync("kept.prompt", "Kept.\nYes.\n");
        await WriteAsync("edited.prompt", "Before.");
        Assert.Equal("edited\tsaved\t1\nkept\tsaved\t1\n", (await RunAsync(where, "push")).Out);
        foreach (var key in (string[])["kept", "edited"]) Assert.Equal(0, (await CommandLine.RunAsync(["prompts", "archive", key, .. where])).Code);
        await WriteAsync("kept.prompt", "Kept.\r\nYes.\r\n"); // as a tool that keeps files may have it
        await WriteAsync("edited.prompt", "After.");
        await WriteAsync("new.prompt", "New.");
        await WriteAsync("new.tests.json", """{"cases":[]}""");

        var pruned = await RunAsync(where, "pull", "--prune");
        Assert.Equal((2, "edited\tfailed\t1\nkept\tdeleted\t\nnew\tskipped\t\n"), (pruned.Code, pruned.Out));
        Assert.Contains("warning: edited: The prompt was archived, and the file says something else than it did. Push it to bring it back, or pull with --prune --force to delete it.\n", pruned.Error, StringComparison.Ordinal);
        Assert.Contains("warning: new: The file was never pushed here. Push it to keep it, or pull with --prune --force to delete it.\n", pruned.Error, StringComparison.Ordinal);
        Assert.Equal(["edited.prompt", "new.prompt", "new.tests.json"], Directory.GetFiles(_folder).Select(Path.GetFileName).Order());

        Assert.Equal((0, "edited\tdeleted\t\nnew\tdeleted\t\n"), await RunAsync(where, "pull", "--prune", "--force") is var forced ? (forced.Code, forced.Out) : default);
        Assert.Empty(Directory.GetFiles(_folder));
    }

    [Fact]
    public async Task Tests_that_were_never_pushed_stay_too()
    {
        string[] where = ["--data", At(".data")];
        await WriteAsync("q.prompt", "Q.");
        await RunAsync(where, "push");
        await WriteAsync("q.tests.json", """{"cases":[]}""");
        var pruned = await RunAsync(where, "pull", "--prune");
        Assert.Equal((0, "q\tunchanged\t1\n"), (pruned.Code, pruned.Out));
        Assert.Equal("warning: q: q.tests.json stays, though no tests are kept. Push it to keep them, or pull with --prune --force to delete it.\n", pruned.Error);
        Assert.True(File.Exists(At("q.tests.json")));
        Assert.Equal("q\twritten\t1\n", (await RunAsync(where, "pull", "--prune", "--force")).Out);
        Assert.False(File.Exists(At("q.tests.json")));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Tests_of_an_archived_prompt_stay_beside_it_until_it_is_forced(bool isServed)
    {
        await using var server = new RunningServer();
        string[] where = isServed ? ["--server", server.Client.BaseAddress!.ToString()] : ["--data", At(".data")];
        foreach (var key in (string[])["edited", "kept", "new"]) await WriteAsync(key + ".prompt", "Q.");
        foreach (var key in (string[])["edited", "kept"]) await WriteAsync(key + ".tests.json", """{"cases":[{"name":"first","expect":[{"contains":"a"}]}]}""");
        var pushed = await RunAsync(where, "push");
        Assert.Equal((0, ""), (pushed.Code, pushed.Error));
        foreach (var key in (string[])["edited", "kept", "new"]) Assert.Equal(0, (await CommandLine.RunAsync(["prompts", "archive", key, .. where])).Code);
        await WriteAsync("kept.tests.json", """{ "cases": [ { "name": "first", "expect": [ { "contains": "a" } ] } ] }""");
        foreach (var key in (string[])["edited", "new"]) await WriteAsync(key + ".tests.json", """{"cases":[{"name":"first","expect":[{"contains":"a"}]},{"name":"second","expect":[{"contains":"b"}]}]}""");

        var pruned = await RunAsync(where, "pull", "--prune");
        Assert.Equal((2, "edited\tfailed\t1\nkept\tfailed\t1\nnew\tfailed\t1\n"), (pruned.Code, pruned.Out));
        Assert.Contains("warning: edited: The prompt was archived, and edited.tests.json may say what was never pushed. Push both to bring it back, or pull with --prune --force to delete them.\n", pruned.Error, StringComparison.Ordinal);
        Assert.Equal(["edited.prompt", "edited.tests.json", "kept.prompt", "kept.tests.json", "new.prompt", "new.tests.json"], Directory.GetFiles(_folder).Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task A_prune_that_is_forced_deletes_edited_tests_with_their_prompt()
    {
        string[] where = ["--data", At(".data")];
        await WriteAsync("q.prompt", "Q.");
        await RunAsync(where, "push");
        Assert.Equal(0, (await CommandLine.RunAsync(["prompts", "archive", "q", .. where])).Code);
        await WriteAsync("q.tests.json", """{"cases":[{"name":"first","expect":[{"contains":"a"}]}]}""");
        Assert.Equal("q\tdeleted\t\n", (await RunAsync(where, "pull", "--prune", "--force")).Out);
        Assert.Empty(Directory.GetFiles(_folder));
    }
}
