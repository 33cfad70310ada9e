using System.Text.Json.Serialization;
using Turnpike.Turns;

namespace Turnpike.Prompts.Testing;

/// <summary>What came of running a prompt's tests with one version.</summary>
public sealed record PromptTestReport
{
    /// <summary>The prompt's key.</summary>
    public required string Key { get; init; }
    /// <summary>The version's number; null: an object that was never saved.</summary>
    public int? Version { get; init; }
    /// <summary>The version's hash.</summary>
    public required string Hash { get; init; }
    /// <summary>The revision of the tests.</summary>
    public required int Revision { get; init; }
    /// <summary>Whether all that ran passed.</summary>
    public required bool Passed { get; init; }
    /// <summary>Whether it counts for labels: all cases ran, with the model that each names, on a version that is kept.</summary>
    public required bool Counts { get; init; }
    /// <summary>When it was over, UTC.</summary>
    public required DateTimeOffset At { get; init; }
    /// <summary>What came of each case, in their order.</summary>
    public required IReadOnlyList<PromptTestResult> Results { get; init; }
}

/// <summary>What came of one case.</summary>
public sealed record PromptTestResult
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }
    /// <summary>Whether all was as expected.</summary>
    public required bool Passed { get; init; }
    /// <summary>What was not, in words; empty when it passed.</summary>
    public IReadOnlyList<string> Failures { get; init; } = [];
    /// <summary>What the model answered, its beginning where it is long; null: none was asked, or the turn did not begin.</summary>
    public string? Answer { get; init; }
    /// <summary>The model that answered.</summary>
    public string? Model { get; init; }
    /// <summary>Tokens; null: no model was asked.</summary>
    public TurnUsage? Usage { get; init; }
    /// <summary>What it cost; null: unknown, or nothing was asked.</summary>
    public TurnCost? Cost { get; init; }
    /// <summary>How long it took.</summary>
    public double Milliseconds { get; init; }
}

/// <summary>Which of a prompt's tests to run, and with what.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record PromptTestRun
{
    /// <summary>A version's number or a label; null: the newest version.</summary>
    public string? Version { get; init; }
    /// <summary>An object to test that was never saved, instead of a version.</summary>
    public Prompt? Prompt { get; init; }
    /// <summary>A model for all cases; null: the one that each names, or the prompt's.</summary>
    public string? Model { get; init; }
    /// <summary>Names of the cases to run; empty: all.</summary>
    public IReadOnlyList<string> Cases { get; init => field = value ?? []; } = [];
}
