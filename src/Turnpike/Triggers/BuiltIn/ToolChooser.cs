using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Options;
using Turnpike.Turns;
using Turnpike.Turns.Catalogs;
using Turnpike.Turns.Drafts;
using Turnpike.Turns.Json;

namespace Turnpike.Triggers.BuiltIn;

/// <summary>Asks a small model which tools a text needs, within a deadline.</summary>
internal sealed class ToolChooser(ModelCatalog models, IOptions<TriggerOptions> options, TimeProvider time)
{
    /// <summary>The names of the tools it chose; perhaps none.</summary>
    /// <exception cref="TurnException"><c>timeout</c>, or <c>provider_error</c> when its answer is no list of names.</exception>
    public async Task<string[]> ChooseAsync(TurnDraft draft, IReadOnlyList<KnownTool> tools, CancellationToken cancellationToken)
    {
        if (tools.Count == 0) return [];
        var model = await models.ChooseAsync(options.Value.SmallModel ?? draft.Model ?? models.Default, cancellationToken);
        using var deadline = new CancellationTokenSource(options.Value.AutoTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            var answer = await model.Client.GetResponseAsync([new(ChatRole.System, Question(tools)), new(ChatRole.User, draft.Content)], new() { Temperature = 0 }, either.Token).WaitAsync(either.Token);
            return Names(answer.Text, tools) ?? throw new TurnException(TurnErrorCode.ProviderError, $"Model \"{model.Id}\" was asked to choose tools and answered something else. Name them with tools.activate.");
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TurnException(TurnErrorCode.Timeout, $"Model \"{model.Id}\" did not choose tools within {options.Value.AutoTimeout.TotalSeconds:0.#} s. Name them with tools.activate.", error);
        }
    }

    private static string Question(IReadOnlyList<KnownTool> tools)
    {
        var text = new StringBuilder("Decide which tools are needed to answer the user's message. Do not answer the message. Reply with a JSON array of tool names and nothing else; [] when none is needed.\n\nTools:\n");
        foreach (var tool in tools) text.Append("- ").Append(tool.Name).Append(": ").Append(tool.Function.Description.ReplaceLineEndings(" ")).Append('\n');
        return text.ToString();
    }

    /// <summary>The known names in the first JSON array of an answer; null when there is none.</summary>
    private static string[]? Names(string answer, IReadOnlyList<KnownTool> tools)
    {
        var (from, to) = (answer.IndexOf('[', StringComparison.Ordinal), answer.LastIndexOf(']'));
        if (from < 0 || to < from) return null;
        try
        {
            var names = JsonSerializer.Deserialize(answer.AsSpan(from, to - from + 1), TurnpikeJson.Relaxed.StringArray) ?? [];
            return [.. tools.Select(tool => tool.Name).Intersect(names, StringComparer.Ordinal)];
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
