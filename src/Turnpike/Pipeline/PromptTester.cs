using System.Diagnostics;
using Turnpike.Prompts;
using Turnpike.Prompts.Testing;
using Turnpike.Turns;
using Turnpike.Turns.Access;
using Turnpike.Turns.Calls;
using Turnpike.Turns.Resources;

namespace Turnpike.Pipeline;

/// <summary>Runs the tests of prompts: each case is a turn of whoever asks for it, down the whole road, and nothing of it is kept but its usage. Calls of tools that need an approval are refused.</summary>
/// <param name="runner">Runs the turns.</param>
/// <param name="prompts">The prompts.</param>
/// <param name="tests">Their tests.</param>
/// <param name="time">The clock.</param>
public sealed class PromptTester(TurnRunner runner, IPromptStore prompts, IPromptTests tests, TimeProvider time)
{
    private const int AtOnce = 4, LongestAnswer = 4_000;
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    /// <summary>Saves tests of a prompt that there is.</summary>
    /// <param name="given">The tests; their key is the prompt's key, id or alias.</param>
    /// <param name="expectedRevision">See <see cref="IPromptTests.SaveAsync"/>.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="TurnException"><c>request_invalid, prompt_not_found, version_conflict</c>; <c>variable_invalid</c>: a value for a secret variable, which everybody who reads the tests would see; <c>forbidden</c>: a file of the workspace, for a key without the scope <c>files</c>.</exception>
    public async Task<PromptTests> SaveAsync(PromptTests given, int? expectedRevision, CancellationToken cancellationToken)
    {
        PromptTestRules.Check(given);
        var place = await PlaceAsync(given.Key, "latest", cancellationToken);
        var secret = await prompts.SecretNamesAsync(cancellationToken);
        foreach (var test in given.Cases)
            if (test.Variables.Keys.FirstOrDefault(secret.Contains) is { } name)
                throw new TurnException(TurnErrorCode.VariableInvalid, $"The case \"{test.Name}\" has a value for \"{name}\", which is secret: whoever reads the tests would see it. Leave it out and set it as a shared variable.") { Field = "cases", Variables = [new(name, "it is secret")] };
        var before = (await tests.FindAsync(place.Key, cancellationToken))?.Cases.SelectMany(test => test.Resources).ToArray();
        foreach (var (i, test) in given.Cases.Index()) ResourceRules.CheckPaths(test.Resources, before, $"cases[{i}].resources");
        return await tests.SaveAsync(given with { Key = place.Key }, expectedRevision, cancellationToken);
    }

    /// <summary>Runs tests with a version or an object that was never saved. A report that counts for labels is kept.</summary>
    /// <param name="key">The prompt's key, id or alias.</param>
    /// <param name="run">Which cases, and with what.</param>
    /// <param name="asker">The turn request that says for whom the turns run; its other members do not count.</param>
    /// <param name="cancellationToken">Cancels the turns that still run.</param>
    /// <exception cref="TurnException"><c>prompt_not_found</c>; <c>request_invalid</c>: there are no tests, or none of that name. What goes wrong in a case fails that case.</exception>
    public async Task<PromptTestReport> RunAsync(string key, PromptTestRun run, TurnRequest asker, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(asker);
        var place = await PlaceAsync(key, run.Prompt is null ? run.Version ?? "latest" : null, cancellationToken);
        var held = await tests.FindAsync(place.Key, cancellationToken);
        if (held is not { Cases.Count: > 0 }) throw new TurnException(TurnErrorCode.RequestInvalid, $"Prompt \"{place.Key}\" has no tests. Save some first (PUT /api/prompts/{Uri.EscapeDataString(place.Key)}/tests, turnpike prompts tests).") { Field = "key" };
        var unknown = run.Cases.FirstOrDefault(name => held.Cases.All(test => test.Name != name));
        if (unknown is not null) throw new TurnException(TurnErrorCode.RequestInvalid, $"Prompt \"{place.Key}\" has no test \"{unknown}\".{Nearest.Hint(unknown, held.Cases.Select(test => test.Name))}") { Field = "cases" };

        var prompt = run.Prompt is { } unsaved ? new PromptReference { Inline = unsaved with { Key = place.Key } } : new PromptReference { Id = place.Key, Version = place.Version.ToString(System.Globalization.CultureInfo.InvariantCulture) };
        var chosen = run.Cases.Count == 0 ? held.Cases : [.. held.Cases.Where(test => run.Cases.Contains(test.Name))];
        var results = new PromptTestResult[chosen.Count];
        await Parallel.ForAsync(0, chosen.Count, new ParallelOptions { MaxDegreeOfParallelism = Math.Clamp(KeyScope.Current?.Limits?.Concurrency ?? AtOnce, 1, AtOnce), CancellationToken = cancellationToken }, async (i, stopping) =>
            results[i] = await TryAsync(chosen[i], Request(chosen[i], prompt, run.Model, asker), stopping));
        var report = new PromptTestReport
        {
            Key = place.Key,
            Version = run.Prompt is null ? place.Version : null,
            Hash = run.Prompt is null ? place.Hash : PromptHash.Of(run.Prompt),
            Revision = held.Revision,
            Passed = results.All(result => result.Passed),
            Counts = run is { Prompt: null, Model: null, Cases.Count: 0 },
            At = time.GetUtcNow(),
            Results = results,
        };
        if (report.Counts) await tests.ReportAsync(report, cancellationToken);
        return report;
    }

    /// <summary>Before a label moves: runs the tests if they hold it and the version has not passed them. Whether it may move the store says.</summary>
    /// <param name="key">The prompt's key, id or alias.</param>
    /// <param name="label">The label.</param>
    /// <param name="version">The version's number.</param>
    /// <param name="asker">As for <see cref="RunAsync"/>; null: nothing may be run.</param>
    /// <param name="cancellationToken">Cancels the turns that still run.</param>
    public async Task BeforeLabelAsync(string key, string label, int version, TurnRequest? asker, CancellationToken cancellationToken)
    {
        var number = version.ToString(System.Globalization.CultureInfo.InvariantCulture);
        if (await prompts.LocateAsync(key, number, cancellationToken) is not { } place || await tests.FindAsync(place.Key, cancellationToken) is not { } held || !held.Labels.Contains(label, StringComparer.Ordinal)) return;
        if (await tests.ReportOfAsync(place.Key, place.Hash, cancellationToken) is { Passed: true } report && report.Revision == held.Revision) return;
        if (asker is not null) await RunAsync(place.Key, new() { Version = number }, asker, cancellationToken);
    }

    private async Task<PromptPlace> PlaceAsync(string key, string? version, CancellationToken cancellationToken) => await prompts.LocateAsync(key, version, cancellationToken)
        ?? throw new TurnException(TurnErrorCode.PromptNotFound, version is null or "latest" ? $"There is no prompt \"{key}\".{Nearest.Hint(key, (await prompts.KeysAsync(cancellationToken)).Where(KeyScope.AllowsPrompt))}" : $"There is no prompt \"{key}\" with the version or label \"{version}\".") { Field = "key" };

    private static TurnRequest Request(PromptTest test, PromptReference prompt, string? model, TurnRequest asker) => new()
    {
        Prompt = prompt,
        Content = test.Content,
        Variables = test.Variables,
        Resources = test.Resources,
        AttachesKept = true,
        Model = model ?? test.Model,
        Parameters = test.Parameters,
        Store = false,
        OnAsk = ToolDecision.Deny,
        AsksInput = false,
        User = asker.User,
        Organization = asker.Organization,
        Owner = asker.Owner,
    };

    private async Task<PromptTestResult> TryAsync(PromptTest test, TurnRequest request, CancellationToken cancellationToken)
    {
        var began = Stopwatch.GetTimestamp();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Longest);
        try
        {
            return await WithRoomAsync(test, request, patience.Token) with { Milliseconds = Math.Round(Stopwatch.GetElapsedTime(began).TotalMilliseconds, 1) };
        }
        catch (TurnException error)
        {
            return Failed($"The turn did not begin: {error.Code.Text()}: {error.Message}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Failed($"It took longer than {Longest.TotalMinutes:0} minutes and was cancelled.");
        }

        PromptTestResult Failed(string why) => new() { Name = test.Name, Passed = false, Failures = [why], Milliseconds = Math.Round(Stopwatch.GetElapsedTime(began).TotalMilliseconds, 1) };
    }

    /// <summary>Waits while the key of whoever asks is at a limit that frees itself, for others may use the key as well.</summary>
    private async Task<PromptTestResult> WithRoomAsync(PromptTest test, TurnRequest request, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return await TestAsync(test, request, cancellationToken);
            }
            catch (TurnException full) when (full is { Code: TurnErrorCode.RateLimited, RetryAfter: not null })
            {
                await Task.Delay(full.RetryAfter!.Value, time, cancellationToken);
            }
        }
    }

    private async Task<PromptTestResult> TestAsync(PromptTest test, TurnRequest request, CancellationToken cancellationToken)
    {
        var failures = new List<string>();
        if (test.Expect.Any(one => one.IsOfRequest))
        {
            var sent = TestedAnswer.Sent(await runner.PreviewAsync(request, cancellationToken));
            failures.AddRange(test.Expect.Where(one => one.IsOfRequest).Select(one => TestedAnswer.Fault(one, sent)).OfType<string>());
        }
        if (test.Expect.All(one => one.IsOfRequest)) return new() { Name = test.Name, Passed = failures.Count == 0, Failures = failures };
        var answer = new TestedAnswer();
        string? turn = null;
        try
        {
            await foreach (var happened in runner.RunAsync(request, cancellationToken))
            {
                turn = happened.Turn;
                answer.Add(happened);
            }
            if (turn is not null) await runner.WaitAsync(turn, cancellationToken); // its place among the key's turns is free when this returns, not with its last event
        }
        catch (OperationCanceledException) when (turn is not null)
        {
            await runner.CancelAsync(turn, CancellationToken.None);
            throw;
        }
        failures.AddRange(answer.Faults(test.Expect));
        return new()
        {
            Name = test.Name,
            Passed = failures.Count == 0,
            Failures = failures,
            Answer = answer.Text.Length <= LongestAnswer ? answer.Text : answer.Text[..LongestAnswer] + " …",
            Model = answer.Model,
            Usage = answer.Usage,
            Cost = answer.Cost,
        };
    }
}
