using System.CommandLine;
using Turnpike.Cli.Input;
using Turnpike.Cli.Output;
using Turnpike.Turns.Access;

namespace Turnpike.Cli.Commands;

/// <summary><c>turnpike keys create</c>.</summary>
internal sealed class KeysCreateCommand : CliCommand
{
    private readonly Option<string> _name = new("--name") { Description = "What people shall call it.", HelpName = "name", Required = true };
    private readonly Option<string[]> _scopes = Many("--scope", $"What it may do, of {string.Join(", ", Scopes.All)}. Default: turns.", "scope");
    private readonly Option<string?> _user = new("--user") { Description = "The user it acts for.", HelpName = "id" };
    private readonly Option<string?> _organization = new("--organization") { Description = "The organization whose things it sees. Default: the one that has no name.", HelpName = "id" };
    private readonly Option<string?> _expires = new("--expires") { Description = "When it ends, from now: 12h, 90d. Default: never.", HelpName = "time" };
    private readonly Option<string[]> _prompts = Many("--prompt", "Key or glob of prompts it may run. Default: all.", "prompt");
    private readonly Option<string[]> _models = Many("--model", "Id or glob of models it may use. Default: all.", "model");
    private readonly Option<string[]> _tools = Many("--tool", "Name or glob of tools its turns may have. Default: all.", "tool");
    private readonly Option<long?> _perMinute = new("--requests-per-minute") { Description = "Turns that may start in a minute.", HelpName = "number" };
    private readonly Option<long?> _tokensPerDay = new("--tokens-per-day") { Description = "Tokens in a day.", HelpName = "number" };
    private readonly Option<decimal?> _perDay = new("--cost-per-day") { Description = "Money in a day.", HelpName = "amount" };
    private readonly Option<decimal?> _perMonth = new("--cost-per-month") { Description = "Money in a month.", HelpName = "amount" };
    private readonly Option<int?> _concurrency = new("--concurrency") { Description = "Turns that may run at the same time.", HelpName = "number" };

    /// <summary>The command.</summary>
    public KeysCreateCommand() : base("create", "Makes a key and shows its secret, this once.")
    {
        foreach (var option in (Option[])[_name, _scopes, _user, _organization, _expires, _prompts, _models, _tools, _perMinute, _tokensPerDay, _perDay, _perMonth, _concurrency]) Options.Add(option);
        Examples =
        [
            new("turnpike keys create --name admin --scope admin", "the first key: then the server may listen beyond this machine"),
            new("turnpike keys create --name shop --scope turns --scope conversations --model \"openai/*\" --cost-per-month 50 --expires 90d", "a key for one application"),
        ];
        Does(RunAsync);
    }

    private async Task<int> RunAsync(Invocation run)
    {
        var given = run.Parsed;
        var issued = await run.Turnpike.CreateKeyAsync(new()
        {
            Name = given.GetRequiredValue(_name),
            Scopes = given.GetValue(_scopes) ?? [],
            User = given.GetValue(_user),
            Organization = given.GetValue(_organization),
            ExpiresAt = given.GetValue(_expires) is { } expires ? run.Here.Time.GetUtcNow() + TimeSpans.Read("--expires", expires) : null,
            Prompts = Some(given.GetValue(_prompts)),
            Models = Some(given.GetValue(_models)),
            Tools = Some(given.GetValue(_tools)),
            Limits = new() { RequestsPerMinute = given.GetValue(_perMinute), TokensPerDay = given.GetValue(_tokensPerDay), CostPerDay = given.GetValue(_perDay), CostPerMonth = given.GetValue(_perMonth), Concurrency = given.GetValue(_concurrency) },
        }, run.Stop);
        SecretPrinter.Write(run.Here, run.IsJson, issued);
        return ExitCode.Ok;
    }

    private static Option<string[]> Many(string name, string description, string help) => new(name) { Description = description + " May be given more than once.", HelpName = help, Arity = ArgumentArity.OneOrMore };

    private static string[]? Some(string[]? names) => names is { Length: > 0 } ? names : null;
}
