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
    private readonly Option<string?> _organization = new("--organization") { Description = "The organization whose things it sees. Default: \"default\".", HelpName = "id" };
    private readonly Option<string?> _expires = new("--expires") { Description = "When it ends, from now: 12h, 90d. Default: never.", HelpName = "time" };
    private readonly Option<string[]> _prompts = Many("--prompt", "Key or glob of prompts it may run. Default: all.", "prompt");
    private readonly Option<string[]> _models = Many("--model", "Id or glob of models it may use. Default: all.", "model");
    private readonly Option<string[]> _tools = Many("--tool", "Name or glob of tools its turns may have. Default: all.", "tool");
    private readonly KeyLimitOptions _limits = new();
    private readonly KeySettingOptions _settings = new();

    /// <summary>The command.</summary>
    public KeysCreateCommand() : base("create", "Makes a key and shows its secret, this once.")
    {
        foreach (var option in (Option[])[_name, _scopes, _user, _organization, _expires, _prompts, _models, _tools, .. _limits.All, .. _settings.All]) Options.Add(option);
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
            Limits = _limits.Read(given),
            Settings = _settings.Read(given),
        }, run.Stop);
        SecretPrinter.Write(run.Here, run.IsJson, issued);
        return ExitCode.Ok;
    }

    internal static Option<string[]> Many(string name, string description, string help) => new(name) { Description = description + " May be given more than once.", HelpName = help, Arity = ArgumentArity.OneOrMore };

    private static string[]? Some(string[]? names) => names is { Length: > 0 } ? names : null;
}
