using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.AI;
using Turnpike.Prompts.Testing;
using Turnpike.Prompts.Variables;
using Turnpike.Turns;
using Turnpike.Turns.Events;

namespace Turnpike.Pipeline;

/// <summary>What a turn of a test answered, held against what was expected.</summary>
internal sealed class TestedAnswer
{
    private readonly TurnFold _fold = new();
    private readonly HashSet<string> _called = new(StringComparer.OrdinalIgnoreCase);
    private DateTimeOffset? _began;
    private TimeSpan _took;

    /// <summary>What the model said last: the text of its last step that has one.</summary>
    public string Text => _fold.LastText is { Length: > 0 } last ? last : _fold.Answer;

    /// <summary>The model that answered.</summary>
    public string? Model { get; private set; }

    /// <summary>Tokens of the turn.</summary>
    public TurnUsage Usage => _fold.Usage;

    /// <summary>What it cost; null: unknown.</summary>
    public TurnCost? Cost => _fold.Cost;

    /// <summary>All text that a prepared turn sends.</summary>
    public static string Sent(PreparedTurn turn) => string.Join("\n\n", turn.Request.Messages.SelectMany(message => message.Contents.OfType<TextContent>()).Select(part => part.Text));

    /// <summary>What is wrong with what is sent; null: nothing.</summary>
    public static string? Fault(PromptExpectation one, string sent) =>
        one.Sends is { } wanted && !sent.Contains(wanted, StringComparison.Ordinal) ? $"What is sent lacks {Quoted(wanted)}."
        : one.NotSends is { } unwanted && sent.Contains(unwanted, StringComparison.Ordinal) ? $"What is sent has {Quoted(unwanted)}."
        : null;

    public void Add(TurnEvent happened)
    {
        _fold.Add(happened);
        _began ??= happened.At;
        _took = happened.At - _began.Value;
        if (happened is StepStarted step) Model = step.Model;
        else if (happened is ToolCall call) _called.Add(call.Name);
    }

    /// <summary>What was not as expected, in words.</summary>
    public IEnumerable<string> Faults(IReadOnlyList<PromptExpectation> expected)
    {
        if (_fold.Status != TurnStatus.Completed)
        {
            yield return _fold.Error is { } error ? $"The turn failed: {error.Code}: {error.Message}" : $"The turn ended as {_fold.Status?.ToString().ToLowerInvariant() ?? "nothing"}.";
            yield break;
        }
        foreach (var one in expected) if (!one.IsOfRequest && Fault(one) is { } fault) yield return fault;
    }

    private string? Fault(PromptExpectation one)
    {
        if (one.Contains is { } wanted) return Text.Contains(wanted, StringComparison.Ordinal) ? null : $"The answer lacks {Quoted(wanted)}.";
        if (one.NotContains is { } unwanted) return Text.Contains(unwanted, StringComparison.Ordinal) ? $"The answer has {Quoted(unwanted)}." : null;
        if (one.Equal is { } whole) return Text.AsSpan().Trim().SequenceEqual(whole.AsSpan().Trim()) ? null : $"The answer is {Quoted(Text)}, not {Quoted(whole)}.";
        if (one.Matches is { } pattern) return Matches(pattern);
        if (one.Json is { } schema) return Json(schema);
        if (one.Calls is { } tool) return _called.Contains(tool) ? null : $"The tool {Quoted(tool)} was not called{(_called.Count == 0 ? "" : $"; called were {string.Join(", ", _called)}")}.";
        if (one.NotCalls is { } other) return _called.Contains(other) ? $"The tool {Quoted(other)} was called." : null;
        if (one.MaxOutputTokens is { } tokens) return Usage.OutputTokens <= tokens ? null : string.Create(CultureInfo.InvariantCulture, $"It took {Usage.OutputTokens} output tokens; at most {tokens} were expected.");
        if (one.MaxSeconds is { } seconds) return _took.TotalSeconds <= seconds ? null : string.Create(CultureInfo.InvariantCulture, $"It took {_took.TotalSeconds:0.###} s; at most {seconds} were expected.");
        return null;
    }

    private string? Matches(string pattern)
    {
        try
        {
            return PromptTestRules.Pattern(pattern).EnumerateMatches(Text).MoveNext() ? null : $"The answer does not match {Quoted(pattern)}.";
        }
        catch (RegexMatchTimeoutException)
        {
            return $"The pattern {Quoted(pattern)} took too long on this answer.";
        }
    }

    private string? Json(JsonElement schema)
    {
        try
        {
            using var answer = JsonDocument.Parse(Text);
            if (schema.ValueKind == JsonValueKind.True) return null;
            return JsonSchemaCheck.Check(schema, answer.RootElement) is { Count: > 0 } faults ? $"The answer does not fit the schema: {string.Join("; ", faults.Take(5))}." : null;
        }
        catch (JsonException)
        {
            return $"The answer is no JSON: {Quoted(Text)}.";
        }
    }

    private static string Quoted(string text) => $"\"{(text.Length <= 200 ? text : text[..200] + " …")}\"";
}
