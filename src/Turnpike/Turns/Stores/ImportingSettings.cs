using Turnpike.Turns.Settings;

namespace Turnpike.Turns.Stores;

/// <summary>Keeps the settings of a batch where there are no transactions: what was kept before something is refused is taken back.</summary>
internal static class ImportingSettings
{
    /// <param name="settings">Where they are kept.</param>
    /// <param name="batch">The batch, whose settings are new.</param>
    /// <param name="rest">Keeps the rest of the batch, behind them.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public static async Task KeepAsync(ISettingsStore settings, ImportBatch batch, Action rest, CancellationToken cancellationToken)
    {
        await RefuseKnownAsync(settings, batch, cancellationToken);
        var back = new Stack<Func<Task>>();
        try
        {
            foreach (var rule in batch.Rules) await KeepAsync(settings, rule, back, cancellationToken);
            foreach (var tag in batch.Tags)
            {
                await settings.SaveTagAsync(tag, cancellationToken);
                back.Push(() => settings.DeleteTagAsync(tag.Name, CancellationToken.None));
            }
            foreach (var project in batch.Projects)
            {
                var saved = await settings.SaveProjectAsync(project, cancellationToken);
                back.Push(() => settings.DeleteProjectAsync(saved.Id, CancellationToken.None));
            }
            rest();
        }
        catch
        {
            while (back.TryPop(out var undo)) await undo();
            throw;
        }
    }

    private static async Task RefuseKnownAsync(ISettingsStore settings, ImportBatch batch, CancellationToken cancellationToken)
    {
        foreach (var rule in batch.Rules) if (await settings.FindRuleAsync(rule.Id, cancellationToken) is { } known && known.Id == rule.Id) throw StoreErrors.IsHere("rule", rule.Id);
        foreach (var tag in batch.Tags) if (await settings.FindTagAsync(tag.Name, cancellationToken) is not null) throw StoreErrors.IsHere("tag", tag.Name);
        foreach (var project in batch.Projects) if (await settings.ChainAsync(project.Id, cancellationToken) is not []) throw StoreErrors.IsHere("project", project.Id);
    }

    private static async Task KeepAsync(ISettingsStore settings, Rule rule, Stack<Func<Task>> back, CancellationToken cancellationToken)
    {
        var newTags = new List<string>();
        foreach (var tag in rule.Tags)
            if (await settings.FindTagAsync(tag, cancellationToken) is null) newTags.Add(tag);
        var saved = await settings.SaveRuleAsync(rule, cancellationToken);
        foreach (var tag in newTags) back.Push(() => settings.DeleteTagAsync(tag, CancellationToken.None));
        back.Push(() => settings.DeleteRuleAsync(saved.Id, CancellationToken.None));
    }
}
