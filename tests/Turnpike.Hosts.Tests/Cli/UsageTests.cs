namespace Turnpike.Hosts.Tests.Cli;

/// <summary>What is typed wrongly is told in two lines, and nothing is run.</summary>
public sealed class UsageTests
{
    [Theory]
    [InlineData("""error: There is no command "promts". Did you mean "prompts"?""", "promts", "list")]
    [InlineData("""error: There is no command "prompts lst". Did you mean "list"?""", "prompts", "lst")]
    [InlineData("""error: There is no option "--no-steam". Did you mean "--no-stream"?""", "run", "x", "--no-steam")]
    [InlineData("""error: "there" is one argument too many.""", "hello", "there")]
    [InlineData("""error: --model stands before the command "list".""", "-m", "x", "models", "list")]
    [InlineData("""error: "city" is no variable.""", "run", "x", "-v", "city")]
    [InlineData("""error: Variable "a" is given twice.""", "run", "x", "-v", "a=1", "-v", "a=2")]
    [InlineData("""error: The value of "a" is no JSON.""", "run", "x", "-v", "a:=[1,")]
    [InlineData("""error: "temperature" is no parameter.""", "hi", "-p", "temperature")]
    [InlineData("""error: Parameter "temperature" is "9"; it must be a number from 0 to 2.""", "hi", "-p", "temp=9")]
    [InlineData("""error: There is no parameter "temprature". Did you mean "temperature"?""", "hi", "-p", "temprature=1")]
    [InlineData("""error: Both -c and --continue name a conversation.""", "hi", "-c", "conv_1", "--continue")]
    [InlineData("""error: -v a=- wants text from a pipe, and there is none.""", "run", "x", "-v", "a=-")]
    [InlineData("""error: The file "/nowhere/a.txt" cannot be read""", "run", "x", "-r", "/nowhere/a.txt")]
    [InlineData("""error: "ftp://x" is no address of a server.""", "hi", "--server", "ftp://x")]
    [InlineData("""error: The caret is at 9, and the text has 3 units.""", "complete", "abc", "--caret", "9")]
    [InlineData("""error: --limit is "0"; it must be a whole number from 1 up.""", "prompts", "list", "--limit", "0")]
    [InlineData("""error: "It rained." is one argument too many.""", "preview", "run", "summarize", "It rained.")]
    [InlineData("""error: --role gives nobody a role without --set.""", "projects", "members", "docs", "--role", "owner")]
    [InlineData("""error: There is no role "editr". Did you mean "editor"?""", "projects", "members", "docs", "--set", "ann", "--role", "editr")]
    [InlineData("""error: ConnectionStrings__Turnpike is no connection string of PostgreSQL.""", "prompts", "list", "ConnectionStrings__Turnpike=file.db")]
    [InlineData("""error: ConnectionStrings__Turnpike cannot be read. The value of "ssl mode" is none that it can have.""", "prompts", "list", "ConnectionStrings__Turnpike=Host=h;SSL Mode=Requird")]
    [InlineData("""error: ConnectionStrings__Turnpike cannot be read. "bogus" is none of the words that it may have; a value with a ; is put in quotes.""", "prompts", "list", "ConnectionStrings__Turnpike=Host=h;Bogus=1")]
    [InlineData("""error: ConnectionStrings__Turnpike cannot be read. It is no URI: """, "prompts", "list", "ConnectionStrings__Turnpike=postgresql://ann:p#w@h/x")]
    [InlineData("""error: Turnpike__SecretsKey cannot be used.""", "prompts", "list", "Turnpike__SecretsKey=hunter2")]
    [InlineData("""error: --requests-per-minute is "x", which is no whole number that fits.""", "keys", "create", "--name", "k", "--requests-per-minute", "x")]
    [InlineData("""error: --cost-per-day is "x"; it must be a number with a point, such as 1.5.""", "keys", "create", "--name", "k", "--cost-per-day", "x")]
    [InlineData("""error: --cost-per-day is "0,50"; it must be a number with a point, such as 1.5.""", "keys", "create", "--name", "k", "--cost-per-day", "0,50")]
    [InlineData("""error: --cost-per-month is "1,000"; it must be a number with a point, such as 1.5.""", "keys", "create", "--name", "k", "--cost-per-month", "1,000")]
    [InlineData("""error: --cost-per-day is "1e3"; it must be a number with a point, such as 1.5.""", "keys", "create", "--name", "k", "--cost-per-day", "1e3")]
    [InlineData("""error: --cost-per-month is "1,5"; it must be a number with a point, such as 1.5.""", "keys", "create", "--name", "k", "--cost-per-month", "1,5")]
    [InlineData("""error: --reason says why a call may not run.""", "approve", "turn_1", "call_1", "--reason", "x")]
    [InlineData("""error: --triggers is "maybe"; it must be on, off or prompt.""", "hi", "--triggers", "maybe")]
    [InlineData("""error: <shell> is "bsh"; it must be bash, zsh or fish.""", "completion", "bsh")]
    [InlineData("""error: Required argument 'prompt' missing for command: 'run'.""", "run")]
    public async Task Is_exit_code_2_with_what_and_what_to_do(string what, params string[] args)
    {
        var variables = args.Where(arg => arg.Contains("__", StringComparison.Ordinal)).ToDictionary(arg => arg.Split('=')[0], arg => arg.Split('=', 2)[1]);
        var ended = await CommandLine.RunAsync([.. args.Where(arg => !variables.ContainsKey(arg.Split('=')[0]))], variables: variables);
        Assert.Equal((2, ""), (ended.Code, ended.Out));
        var lines = ended.Error.TrimEnd('\n').Split('\n');
        Assert.Equal(2, lines.Length);
        Assert.StartsWith(what, lines[0], StringComparison.Ordinal);
        Assert.StartsWith("  ", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_no_project_is_told_in_words()
    {
        var ended = await CommandLine.RunAsync(["projects", "save", "-"], piped: """{"name":"Docs","sistem":{"text":"x"}}""");
        Assert.Equal((2, "error: That is no project: there is no field \"sistem\" here. Did you mean \"system\"?"), (ended.Code, ended.Error.Split('\n')[0]));
    }

    [Fact]
    public async Task Two_arguments_cannot_both_have_what_is_piped_in()
    {
        var ended = await CommandLine.RunAsync(["run", "x", "-v", "a=-", "-r", "-"], piped: "text");
        Assert.Equal(2, ended.Code);
        Assert.StartsWith("error: Both -v a=- and -r - want what is piped in.\n", ended.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("@.params.temp 0.2; Hello")]
    [InlineData("[todo]")]
    [InlineData("-5 degrees: how cold is that?")]
    [InlineData("Say \"hi\" & 'bye'")]
    public async Task Text_is_text_whatever_it_begins_with(string text)
    {
        await using var server = await FakeServer.StartAsync(FakeServer.Says("ok"));
        await CommandLine.RunAsync([text, "--server", server.Address]);
        Assert.Equal(text, System.Text.Json.JsonDocument.Parse(Assert.Single(server.Requests).Body).RootElement.GetProperty("content").GetString());
    }
}
