using Turnpike.Hosts.Tests.Server;

namespace Turnpike.Hosts.Tests.Cli;

/// <summary>A prompt in a file has the partials that stand in files beside it, before they were ever saved.</summary>
public sealed class PartialsBesideFiles : IDisposable
{
    private const string Greets = "---\nmodel: test/model\ninput: { schema: { name: string } }\n---\nHello, {{> foot}}";
    private readonly string _folder = Directory.CreateTempSubdirectory("turnpike-partials-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    private static async Task SaveAsync(RunningServer server, string key, string text)
    {
        using var saved = await server.CurlAsync("/api/prompts", $$"""{"key":"{{key}}","messages":[{"role":"user","content":"{{text}}"}]}""");
        Assert.True(saved.IsSuccessStatusCode);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Lint_finds_them_in_the_folder_and_beside_a_single_file(bool isServed)
    {
        await using var server = new RunningServer();
        string[] where = isServed ? ["--server", server.Client.BaseAddress!.ToString()] : ["--data", Path.Combine(_folder, ".data")];
        const string Any = "---\ninput: { schema: { name: string } }\n---\nHello, {{> foot}}";
        var file = Write("sub/greet.prompt", Any);
        Write("_foot.prompt", "{{> inner}}");
        Write("_inner.prompt", "dear {{name}}");
        foreach (var what in (string[])[_folder, file])
        {
            var ended = await CommandLine.RunAsync(["prompts", "lint", what, .. where]);
            Assert.Equal((0, ""), (ended.Code, string.Join('\n', ended.Out.Split('\n').Where(line => !line.Contains("_inner\t", StringComparison.Ordinal))))); // a partial has its variables from those who include it
        }
        Write("_foot.prompt", "dear {{nobody}}");
        var wrong = await CommandLine.RunAsync(["prompts", "lint", file, .. where]);
        Assert.Equal(2, wrong.Code);
        Assert.Contains("A partial uses variable \"nobody\"", wrong.Out, StringComparison.Ordinal);
        File.Delete(Path.Combine(_folder, "_foot.prompt"));
        Assert.Contains("include_unknown", (await CommandLine.RunAsync(["prompts", "lint", _folder, .. where])).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_single_file_has_the_kept_ones_of_its_place_in_the_folder_too()
    {
        await using var server = new RunningServer();
        await SaveAsync(server, "sub/_kept", "Be kind.");
        Write("other.prompt", "Hi");
        var file = Write("sub/greet.prompt", "---\nmodel: test/model\n---\n{{> kept}}");
        var linted = await CommandLine.RunAsync(["prompts", "lint", file, "--server", server.Client.BaseAddress!.ToString()]);
        Assert.Equal((0, ""), (linted.Code, linted.Out));
        Assert.Equal(0, (await CommandLine.RunAsync(["run", file, "--server", server.Client.BaseAddress!.ToString()])).Code);
        Assert.Equal(["user: Be kind."], server.Model.Last.Transcript);
    }

    [Fact]
    public async Task Run_and_preview_send_the_one_of_the_file_and_not_the_kept_one()
    {
        await using var server = new RunningServer();
        await SaveAsync(server, "_foot", "old");
        var file = Write("greet.prompt", Greets);
        Write("_foot.prompt", "dear {{name}}");
        string[] more = [file, "-v", "name=Ada", "--server", server.Client.BaseAddress!.ToString()];
        Assert.Equal(0, (await CommandLine.RunAsync(["run", .. more])).Code);
        Assert.Equal(["user: Hello, dear Ada"], server.Model.Last.Transcript);
        Assert.Contains("Hello, dear Ada", (await CommandLine.RunAsync(["preview", .. more])).Out, StringComparison.Ordinal);
        Write("_foot.prompt", "---\nmodel: [\n---\nx");
        var broken = await CommandLine.RunAsync(["run", .. more]);
        Assert.Equal(2, broken.Code);
        Assert.Contains("The partial \"_foot\": ", broken.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_check_looks_for_partials_anew_unless_it_is_told_to_take_those_of_the_object()
    {
        const string Brings = """{"messages":[{"role":"user","content":"{{> foot}}"}],"partials":[{"name":"foot","key":"_foot","hash":"","text":"x"}]}""";
        await using var server = new RunningServer();
        foreach (var (query, issues) in ((string, int)[])[("", 1), ("?bringsPartials=true", 0)])
        {
            using var checkedNow = await server.CurlAsync("/api/prompts/validate" + query, Brings);
            Assert.Equal(issues, (await server.JsonAsync(checkedNow)).GetProperty("issues").GetArrayLength());
        }
        Assert.Equal((400, "request_invalid"), await server.RefusedAsync(server.CurlAsync("/api/prompts/validate?bringsPartials=maybe", Brings)) is var refused ? (refused.Status, refused.Code) : default);
    }
}
