using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
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
    private readonly Option<decimal?> _costPerDay = Amount("--cost-per-day", "Money in a day.");
    private readonly Option<decimal?> _costPerMonth = Amount("--cost-per-month", "Money in a month.");
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

    /// <summary>What was given and nothing else, in the words of the API.</summary>
    public JsonObject Change(ParseResult given) => (JsonObject)JsonSerializer.SerializeToNode(Read(given), AccessJson.Relaxed.KeyLimits)!;

    /// <summary>The member of the API that an option sets: <c>tokensPerDay</c> of <c>tokens-per-day</c>.</summary>
    public static string Member(string option) => string.Concat(option.Split('-').Select((word, i) => i == 0 ? word : char.ToUpperInvariant(word[0]) + word[1..]));

    private static Option<T> Number<T>(string name, string description) => new(name) { Description = description, HelpName = "number" };

    private static Option<decimal?> Amount(string name, string description) => new(name) { Description = description, HelpName = "amount", CustomParser = Read };

    /// <summary>The parser's own reading takes a comma for nothing at all, so that 0,50 would be 50.</summary>
    private static decimal? Read(ArgumentResult given)
    {
        if (decimal.TryParse(given.Tokens[0].Value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount)) return amount;
        given.AddError($"{(given.Parent as OptionResult)?.Option.Name} is \"{given.Tokens[0].Value}\"; it must be a number with a point, such as 1.5.");
        return null;
    }
}
