using System.Text.Json.Nodes;

namespace Turnpike.Turns;

/// <summary>Checks the parameter <c>budget</c>: <c>{"calls"?, "tokens"?, "cost"?, "seconds"?}</c>, each a number above 0, calls a whole one.</summary>
internal static class BudgetParameter
{
    public static bool Fits(JsonObject budget) => budget.Count > 0 && budget.All(limit => limit.Value is JsonValue value && value.TryGetValue<decimal>(out var amount) && amount > 0 && limit.Key switch
    {
        "calls" => amount == decimal.Truncate(amount) && amount <= int.MaxValue,
        "tokens" or "cost" or "seconds" => true,
        _ => false,
    });
}
