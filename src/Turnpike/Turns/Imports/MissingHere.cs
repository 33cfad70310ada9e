using Turnpike.Prompts;
using Turnpike.Prompts.Checking;
using Turnpike.Turns.Settings;

namespace Turnpike.Turns.Imports;

/// <summary>Tells what a conversation that was exported elsewhere names, and is not here: it is kept as it is, for that may come later.</summary>
internal sealed class MissingHere(ISettingsStore settings, IPromptStore prompts, PromptValidator validator, ImportPlan plan)
{
    public async Task TellAsync(Conversation conversation, CancellationToken cancellationToken)
    {
        if (plan.Source != "turnpike") return; // what other systems name was made to fit, and is told of with that
        var notes = plan.Notes.First(notes => notes.Id == conversation.Id);
        if (conversation.Project is { } project && (await settings.ChainAsync(project, cancellationToken)).Count == 0) notes.Remark($"project \"{project}\": it is not here. Until it is, turns go on without its settings");
        foreach (var issue in await ErrorsAsync(new() { ToolSelection = conversation.Tools, Rules = [.. conversation.Rules.Only ?? [], .. conversation.Rules.Add] }, cancellationToken))
            notes.Remark(issue.Path.StartsWith("tools", StringComparison.Ordinal) ? $"{issue.Path}: {issue.Message} Until there is, no turn goes on with it" : $"{issue.Path}: {issue.Message} Until there is, turns go on without it");
        if (conversation.Prompt is not { } prompt) return;
        if (prompt.Key.Length > 0 && await prompts.LocateAsync(prompt.Key, "latest", cancellationToken) is null) notes.Remark($"prompt \"{prompt.Key}\": it is not kept here. Turns go on with the prompt as the file has it");
        foreach (var issue in await ErrorsAsync(prompt, cancellationToken)) notes.Remark($"prompt.{issue.Path}: {issue.Message} Until there is, no turn goes on with it");
    }

    private async Task<IEnumerable<PromptIssue>> ErrorsAsync(Prompt prompt, CancellationToken cancellationToken) =>
        (await validator.NamedAsync(prompt, cancellationToken)).Where(issue => issue.Severity == IssueSeverity.Error);
}
