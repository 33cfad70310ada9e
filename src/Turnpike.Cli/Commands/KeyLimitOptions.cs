using System.CommandLine;
using Turnpike.Turns.Access;

namespace Turnpike.Cli.Commands;

/// <summary>How much a key may use.</summary>
internal sealed class KeyLimitOptions
{
    private readonly Option<long?> _requestsPerMinute = Number<long?>("--requests-per-minute", "Turns that may start in a minute.");
    private readonly Option<long?> _requestsPerDay = Number<long?>("--requests-per-day", "Turns that may start in a day.");
    private readonly Option<long?> _requestsPerMonth = Number<long?>("--requests-per-month", "Turns that may start in a month.");
    private readonly Option<long?> _tokensPerMinute = Number<long?>("--tokens-per-minute", "Tokens, input and output, in a minute.");
    private readonly Option<long?> _tokensPerDay = Number<long?>("--tokens-per-day", "Tokens in a day.");
    private readonly Option<long?> _tokensPerMonth = Number<long?>("--tokens-per-month", "Tokens in a month.");
    private readonly Option<decimal?> _costPerDay = new("--cost-per-day") { Description = "Money in a day.", HelpName = "amount" };
    private readonly Option<decimal?> _costPerMonth = new("--cost-per-month") { Description = "Money in a month.", HelpName = "amount" };
    private readonly Option<int?> _concurrency = Number<int?>("--concurrency", "Turns that may run at the same time.");

    /// <summary>The options, in the order of the help.</summary>
    public IReadOnlyList<Option> All => [_requestsPerMinute, _requestsPerDay, _requestsPerMonth, _tokensPerMinute, _tokensPerDay, _tokensPerMonth, _costPerDay, _costPerMonth, _concurrency];

    /// <summary>What was given.</summary>
    public KeyLimits Read(ParseResult given) => new()
    {
        RequestsPerMinute = given.GetValue(_requestsPerMinute),
        RequestsPerDay = given.GetValue(_requestsPerDay),
        RequestsPerMonth = given.GetValue(_requestsPerMonth),
        TokensPerMinute = given.GetValue(_tokensPerMinute),
        TokensPerDay = given.GetValue(_tokensPerDay),
        TokensPerMonth = given.GetValue(_tokensPerMonth),
        CostPerDay = given.GetValue(_costPerDay),
        CostPerMonth = given.GetValue(_costPerMonth),
        Concurrency = given.GetValue(_concurrency),
    };

    private static Option<T> Number<T>(string name, string description) => new(name) { Description = description, HelpName = "number" };
}
