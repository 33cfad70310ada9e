using Turnpike.Hosts.Tests.Server;

namespace Turnpike.Hosts.Tests.Cli;

/// <summary>Conversations come from files and go into them, in this process and on a server.</summary>
public sealed class ConversationsInFiles : IDisposable
{
    private const string LiteChat = """
        {"version":1,"rules":[{"id":"r1","name":"House","content":"No jargon.","type":"system"}],
         "promptTemplates":[{"id":"t","name":"Tpl","prompt":"Go","variables":[],"type":"prompt"}],
         "conversations":[{"id":"c1","title":"Trip","createdAt":"2026-01-01T10:00:00Z"}],
         "interactions":[{"id":"i1","conversationId":"c1","index":0,"type":"message.user_assistant","status":"COMPLETED","startedAt":"2026-01-01T10:00:01Z","prompt":{"content":"Where to?"},"response":"Oslo","metadata":{}}]}
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("turnpike-cli-").FullName;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task They_are_imported_once_and_what_is_exported_comes_back(bool isServed)
    {
        await using var server = new RunningServer();
        string[] where = isServed ? ["--server", server.Client.BaseAddress!.ToString()] : ["--data", Path.Combine(_folder, "data")];
        var file = Path.Combine(_folder, "export.json");
        await File.WriteAllTextAsync(file, LiteChat, Cancellation);
        Task<CommandLine.Ended> RunAsync(params string[] args) => CommandLine.RunAsync([.. args, .. where]);

        var dry = await RunAsync("conversations", "import", file, "--dry-run");
        Assert.Equal((0, ""), (dry.Code, (await RunAsync("conversations", "list")).Out));
        var first = await RunAsync("conversations", "import", file);
        Assert.Equal((0, dry.Out), (first.Code, first.Out));
        Assert.Equal(["rule r1 imported", "conversation c1 imported", "interaction i1 imported", "promptTemplates 1 skipped"], first.Out.TrimEnd('\n').Split('\n').Select(line => string.Join(' ', line.Split('\t')[..3])));
        Assert.EndsWith("turnpike prompts import\n", first.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("\timported\t", (await RunAsync("conversations", "import", file)).Out, StringComparison.Ordinal);

        var id = (await RunAsync("conversations", "list")).Out.Split('\t')[0];
        Assert.Contains("## You\n\nWhere to?\n", (await RunAsync("conversations", "export", id, "--markdown")).Out, StringComparison.Ordinal);
        var exported = (await RunAsync("conversations", "export", id)).Out;
        var elsewhere = await CommandLine.RunAsync(["conversations", "import", "-", "--data", Path.Combine(_folder, "other")], piped: exported);
        Assert.Equal((0, 2), (elsewhere.Code, elsewhere.Out.Split("\timported\t").Length - 1));
        Assert.Equal(exported, (await CommandLine.RunAsync(["conversations", "export", id, "--data", Path.Combine(_folder, "other")])).Out);
    }

    [Fact]
    public async Task An_import_of_prompts_says_where_the_other_lists_of_a_configuration_go()
    {
        var file = Path.Combine(_folder, "export.json");
        await File.WriteAllTextAsync(file, LiteChat, Cancellation);
        var ended = await CommandLine.RunAsync(["prompts", "import", file, "--data", _folder]);
        Assert.Equal(0, ended.Code);
        Assert.Equal(["Tpl imported", "rules (1) skipped", "conversations (1) skipped", "interactions (1) skipped"], ended.Out.TrimEnd('\n').Split('\n').Select(line => string.Join(' ', line.Split('\t')[..2])));
        Assert.EndsWith("turnpike conversations import\n", ended.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_none_is_told()
    {
        var file = Path.Combine(_folder, "export.json");
        await File.WriteAllTextAsync(file, "{", Cancellation);
        var ended = await CommandLine.RunAsync(["conversations", "import", file, "--data", _folder]);
        Assert.Equal((2, ""), (ended.Code, ended.Out));
        Assert.StartsWith("error: The file is no JSON", ended.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"hello":"world"}""", "prompts", "list")]
    [InlineData("""{"data":[{"id":7}]}""", "conversations", "list")]
    [InlineData("""{"hello":"world"}""", "models", "list")]
    [InlineData("[1]", "rules", "list")]
    [InlineData("null", "usage")]
    public async Task Another_server_that_speaks_JSON_is_asked_about_not_taken_for_a_fault(string json, params string[] args)
    {
        await using var server = await FakeServer.StartAsync(FakeServer.Json(json));
        var ended = await CommandLine.RunAsync([.. args, "--server", server.Address]);
        Assert.Equal((2, ""), (ended.Code, ended.Out));
        Assert.Contains("Is it a Turnpike server", ended.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("fault of the program", ended.Error, StringComparison.Ordinal);
    }
}
