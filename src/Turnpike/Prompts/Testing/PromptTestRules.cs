using System.Text.Json;
using System.Text.RegularExpressions;
using Turnpike.Prompts.Variables;
using Turnpike.Turns;

namespace Turnpike.Prompts.Testing;

/// <summary>What tests must be to be kept.</summary>
public static class PromptTestRules
{
    private const int MostCases = 200, MostExpectations = 50, MostLabels = 20, LongestName = 200;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>Checks labels, names and expectations.</summary>
    /// <exception cref="TurnException"><c>request_invalid</c>, naming the member.</exception>
    public static void Check(PromptTests tests)
    {
        ArgumentNullException.ThrowIfNull(tests);
        if (tests.Labels.Count > MostLabels) throw Invalid("labels", $"There are {tests.Labels.Count} labels; {MostLabels} can be held.");
        for (var i = 0; i < tests.Labels.Count; i++)
            if (tests.Labels[i] is not { Length: > 0 } label || label == "latest" || label.All(char.IsAsciiDigit)) throw Invalid($"labels[{i}]", "It must be a label that can be moved.");
        if (tests.Labels.Count > 0 && tests.Cases.Count == 0) throw Invalid("cases", "There is no case, so no version could pass and no label move. Add a case, or hold no labels.");
        if (tests.Cases.Count > MostCases) throw Invalid("cases", $"There are {tests.Cases.Count} cases; {MostCases} can be kept.");
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < tests.Cases.Count; i++)
        {
            var at = $"cases[{i}]";
            if (tests.Cases[i] is not { } test) throw Invalid(at, "It must be an object, not null.");
            if (string.IsNullOrWhiteSpace(test.Name) || test.Name.Length > LongestName) throw Invalid($"{at}.name", $"A case needs a name of 1 to {LongestName} characters.");
            if (!names.Add(test.Name)) throw Invalid($"{at}.name", $"There are two cases with the name \"{test.Name}\".");
            if (test.Resources.Any(resource => resource is null)) throw Invalid($"{at}.resources", "A resource must be an object, not null.");
            if (test.Expect.Count is 0 or > MostExpectations) throw Invalid($"{at}.expect", $"\"{test.Name}\" has {test.Expect.Count} expectations; it needs 1 to {MostExpectations}.");
            for (var j = 0; j < test.Expect.Count; j++) Check(test.Expect[j], $"{at}.expect[{j}]");
        }
    }

    /// <summary>A pattern as it is run: in time that grows with the text only.</summary>
    /// <exception cref="ArgumentException">It is none, or needs to look back or around.</exception>
    /// <exception cref="NotSupportedException">The same.</exception>
    internal static Regex Pattern(string pattern) => new(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.Multiline, Patience);

    private static void Check(PromptExpectation? one, string at)
    {
        if (one is null) throw Invalid(at, "It must be an object, not null.");
        object?[] said = [one.Contains, one.NotContains, one.Equal, one.Matches, one.Json, one.Calls, one.NotCalls, one.Sends, one.NotSends, one.MaxOutputTokens, one.MaxSeconds];
        if (said.Count(member => member is not null) != 1)
            throw Invalid(at, "An expectation says one thing: contains, notContains, equal, matches, json, calls, notCalls, sends, notSends, maxOutputTokens or maxSeconds.");
        if (said.Any(member => member is "") && one.Equal is null) throw Invalid(at, "An empty text is in every answer; say what is expected.");
        if (one.MaxOutputTokens <= 0 || one.MaxSeconds is <= 0 or double.NaN) throw Invalid(at, "It must be above 0.");
        if (one.Json is { } schema && schema.ValueKind != JsonValueKind.True)
        {
            if (schema.ValueKind != JsonValueKind.Object) throw Invalid($"{at}.json", "It must be a JSON Schema, an object, or true for any JSON.");
            if (JsonSchemaCheck.CheckSchema(schema) is [var fault, ..]) throw Invalid($"{at}.json", $"The schema cannot be used: {fault}");
        }
        if (one.Matches is not { } pattern) return;
        try
        {
            _ = Pattern(pattern);
        }
        catch (Exception error) when (error is ArgumentException or NotSupportedException)
        {
            throw Invalid($"{at}.matches", $"\"{pattern}\" cannot be used as a pattern: {error.Message}");
        }
    }

    private static TurnException Invalid(string field, string message) => new(TurnErrorCode.RequestInvalid, message) { Field = field };
}
