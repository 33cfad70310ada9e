using Turnpike.Hosts.Tests.Server;

namespace Turnpike.Hosts.Tests.Cli;

/// <summary>Files of prompts with more than one fault.</summary>
public sealed class LintedFiles : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("turnpike-prompts-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private Task WriteAsync(string name, string text) => File.WriteAllTextAsync(Path.Combine(_folder, name), text, TestContext.Current.CancellationToken);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Lint_tells_all_faults_of_a_file_each_with_its_line_and_what_the_rest_of_it_says(bool isServed)
    {
        const string Many = """
            ---
            model: [a]
            input:
              schema: { name: string, city: string }
            turnpike:
              titel: Greets
              system: instead
              parameters: { temperature: 7, tpK: 1 }
              variables:
                nmae: { label: Name }
                city: { labl: City }
              resources:
                - { kind: text, file: gone.md }
                - { kind: text, text: x, colour: red }
              rules: [nobody]
            ---
            Hi {{#if name}}
            """;
        await WriteAsync("a.prompt", Many.ReplaceLineEndings("\n"));
        await WriteAsync("a.tests.json", "{");
        await WriteAsync("b.prompt", "---\nturnpike.store: maybe\n---\nHi {{nobody}}{{#each");
        await using var server = new RunningServer();
        string[] where = isServed ? ["--server", server.Client.BaseAddress!.ToString()] : ["--data", Path.Combine(_folder, ".data")];
        var ended = await CommandLine.RunAsync(["prompts", "lint", _folder, .. where]);
        Assert.Equal(2, ended.Code);
        string[] told =
        [
            "a\terror\trequest_invalid\tturnpike.titel\tLine 6, column 3 of the file: \"turnpike.titel\" is not known. Did you mean \"title\"?",
            "a\terror\ttemplate_invalid\tfile\tLine 17, ",
            "a\terror\trequest_invalid\tmodel\tLine 2, column 1 of the file: ",
            "a\terror\trequest_invalid\tturnpike.system\tLine 7, ",
            "a\terror\tparameter_invalid\t",
            "a\terror\tparameter_unknown\tparameters.tpK\t",
            "a\terror\trequest_invalid\tturnpike.variables.nmae\tLine 10, ",
            "a\terror\trequest_invalid\tturnpike.variables.city.labl\tLine 11, ",
            "a\terror\tresource_failed\tturnpike.resources[0].file\tLine 13, ",
            "a\terror\trequest_invalid\tturnpike.resources[1].colour\tLine 14, ",
            "a\terror\trule_not_found\trules[0]\t",
            "a\terror\trequest_invalid\ttests\ta.tests.json, line 1: ",
            "b\terror\trequest_invalid\tturnpike.store\tLine 2, ",
            "b\terror\ttemplate_invalid\tfile\tLine 4, ",
        ];
        Assert.All(told, line => Assert.Contains(line, ended.Out, StringComparison.Ordinal));
        Assert.DoesNotContain("\tbody\t", ended.Out, StringComparison.Ordinal);
    }
}
