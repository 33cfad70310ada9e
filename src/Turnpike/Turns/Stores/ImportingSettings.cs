using Turnpike.Turns.Settings;

namespace Turnpike.Turns.Stores;

/// <summary>Keeps the settings of a batch where there are no transactions: what was kept before something is refused is taken back.</summary>
internal static class ImportingSettings
{
    public static async Task KeepAsync(ISettingsStore settings, ImportBatch batch, CancellationToken cancellationToken)
    {
        var back = new Stack<Func<Task>>();
        try
        {
            foreach (var rule in batch.Rules) await KeepAsync(settings, rule, back, cancellationToken);
            foreach (var tag in batch.Tags)
            {
                var before = await settings.FindTagAsync(tag.Name, cancellationToken);
                await settings.SaveTagAsync(tag, cancellationToken);
                back.Push(before is null ? () => settings.DeleteTagAsync(tag.Name, CancellationToken.None) : () => settings.SaveTagAsync(before, CancellationToken.None));
            }
            foreach (var project in batch.Projects)
            {
                var before = project.Id.Length > 0 && await settings.ChainAsync(project.Id, cancellationToken) is [var known, ..] ? known : null;
                var saved = await settings.SaveProjectAsync(project, cancellationToken);
                back.Push(before is null ? () => settings.DeleteProjectAsync(saved.Id, CancellationToken.None) : () => settings.SaveProjectAsync(before, CancellationToken.None));
            }
        }
        catch
        {
            while (back.TryPop(out var undo)) await undo();
            throw;
        }
    }

    private static async Task KeepAsync(ISettingsStore settings, Rule rule, Stack<Func<Task>> back, CancellationToken cancellationToken)
    {
        var before = rule.Id.Length == 0 ? null : await settings.FindRuleAsync(rule.Id, cancellationToken) is { } found && found.Id == rule.Id ? found : null;
        var newTags = new List<string>();
        foreach (var tag in rule.Tags)
            if (await settings.FindTagAsync(tag, cancellationToken) is null) newTags.Add(tag);
        var saved = await settings.SaveRuleAsync(rule, cancellationToken);
        foreach (var tag in newTags) back.Push(() => settings.DeleteTagAsync(tag, CancellationToken.None));
        back.Push(before is null ? () => settings.DeleteRuleAsync(saved.Id, CancellationToken.None) : () => settings.SaveRuleAsync(before, CancellationToken.None));
    }
}
