using System.Globalization;
using Turnpike.Cli.Output;
using Turnpike.Turns.Catalogs;
using Turnpike.Turns.Json;

namespace Turnpike.Cli.Commands;

/// <summary><c>turnpike models list</c>.</summary>
internal sealed class ModelsListCommand : CliCommand
{
    /// <summary>The command.</summary>
    public ModelsListCommand() : base("list", "Lists the models of all providers that are configured or found.")
    {
        Examples = [new("turnpike models list", "ids, windows and prices"), new("turnpike \"Hello\" -m openai/gpt-5", "uses one; a model that is not listed may work too")];
        Does(RunAsync);
    }

    private static async Task<int> RunAsync(Invocation run)
    {
        var warnings = new List<string>();
        var models = await run.Turnpike.ModelsAsync(warnings.Add, run.Stop);
        if (run.IsJson) JsonLines.Write(run.Here, TurnpikeJson.Relaxed.ModelInfo, models);
        else Rows.Write(run.Here, ["Model", "Window", "Reads", "Price of a million tokens"], models.Select(model => (string?[])[model.Id, model.ContextWindow?.ToString("N0", CultureInfo.InvariantCulture), string.Join(", ", model.Input ?? []), Price(model.Price)]));
        await run.Here.Out.FlushAsync();
        foreach (var warning in warnings) await run.Talk.WarnAsync(warning);
        return ExitCode.Ok;
    }

    private static string? Price(ModelPrice? price) => price is null ? null : price is { Input: 0, Output: 0 } ? "free" : string.Create(CultureInfo.InvariantCulture, $"{price.Input:0.####} in, {price.Output:0.####} out ({price.Currency})");
}
