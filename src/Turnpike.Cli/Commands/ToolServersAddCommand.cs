using System.CommandLine;
using Turnpike.Turns.Catalogs;

namespace Turnpike.Cli.Commands;

/// <summary><c>turnpike tools servers add</c>.</summary>
internal sealed class ToolServersAddCommand : CliCommand
{
    private readonly Argument<string> _name = new("name") { Description = "A name for it." };
    private readonly Argument<string[]> _where = new("where") { Description = "Its URL, or the program with its arguments.", Arity = ArgumentArity.OneOrMore };
    private readonly Option<bool> _trusted = new("--trusted") { Description = "Its tools may be called without an approval." };
    private readonly Option<string[]> _env = new("--env") { Description = "A variable of the program's environment.", HelpName = "name=value" };
    private readonly Option<string[]> _headers = new("--header") { Description = "A header of each request.", HelpName = "name=value" };
    private readonly Option<string[]> _only = new("--only") { Description = "Takes only these tools from it; globs too.", HelpName = "tool" };

    /// <summary>The command.</summary>
    public ToolServersAddCommand() : base("add", "Adds an MCP server whose tools can be offered, or changes the one with its name.")
    {
        Arguments.Add(_name);
        Arguments.Add(_where);
        Options.Add(_trusted);
        Options.Add(_env);
        Options.Add(_headers);
        Options.Add(_only);
        Examples = [new("turnpike tools servers add docs https://example.org/mcp --header Authorization=\"Bearer x\"", "over HTTP"), new("turnpike tools servers add files -- node server.mjs /data", "a program")];
        Does(RunAsync);
    }

    private async Task<int> RunAsync(Invocation run)
    {
        var where = run.Parsed.GetRequiredValue(_where);
        var isUrl = where.Length == 1 && where[0].Contains("://", StringComparison.Ordinal);
        var server = new ToolServer
        {
            Name = run.Parsed.GetRequiredValue(_name),
            Transport = isUrl ? "http" : "stdio",
            Url = isUrl ? where[0] : null,
            Command = isUrl ? null : where[0],
            Args = isUrl ? [] : where[1..],
            Env = Pairs(run.Parsed.GetValue(_env)),
            Headers = Pairs(run.Parsed.GetValue(_headers)),
            Tools = run.Parsed.GetValue(_only) ?? [],
            Trusted = run.Parsed.GetValue(_trusted),
        };
        await run.Turnpike.SaveToolServerAsync(server, run.Stop);
        run.Here.Out.Write($"{server.Name}\n");
        return ExitCode.Ok;
    }

    private static Dictionary<string, string> Pairs(string[]? given) => (given ?? []).Select(pair => pair.IndexOf('=', StringComparison.Ordinal) is var at and > 0
        ? (Name: pair[..at], Value: pair[(at + 1)..])
        : throw new UsageException($"\"{pair}\" has no \"=\".", "Write name=value.")).DistinctBy(pair => pair.Name).ToDictionary(pair => pair.Name, pair => pair.Value);
}
