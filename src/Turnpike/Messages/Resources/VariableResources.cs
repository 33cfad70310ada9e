using System.Globalization;
using System.Text;
using Turnpike.Prompts;
using Turnpike.Prompts.Variables;
using Turnpike.Turns;
using Turnpike.Turns.Drafts;
using Turnpike.Turns.Resources;

namespace Turnpike.Messages.Resources;

/// <summary>The files and images that variables ask for and that no template places: they follow the text of the turn that gives them, or else of the first one behind their change.</summary>
internal static class VariableResources
{
    /// <param name="draft">The draft; it is warned of what stays behind, and its trace hears of what goes along.</param>
    /// <param name="prompt">The draft's prompt.</param>
    /// <param name="values">The values of its variables.</param>
    /// <param name="isFirst">Whether the template is rendered with this turn, so that every layer gives values to it; later only the turn itself does, and a layer whose value no turn of the branch was sent with.</param>
    /// <param name="isPlaced">Whether another text than the template's has a place for a variable.</param>
    /// <param name="earlier">Reads the turns before those that were read.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public static async ValueTask<IReadOnlyList<ResourceInput>> OfAsync(TurnDraft draft, CompiledPrompt prompt, ResolvedVariables values, bool isFirst, Func<string, bool> isPlaced, HistoryReader earlier, CancellationToken cancellationToken)
    {
        if (!prompt.Needs.Slots.Any(slot => IsMedia(slot.Definition)) || (draft.Request.History is not null && draft.Content.Length == 0)) return []; // given messages that go on alone have no text of a user to follow
        var given = new List<ResourceInput>();
        foreach (var (name, _, layer) in values.Winners())
        {
            if (prompt.Needs.Slots.FirstOrDefault(slot => slot.Definition.Name == name)?.Definition is not { } definition || !IsMedia(definition) || prompt.UsedNames.Contains(name) || isPlaced(name)) continue;
            if (Prompts.Variables.Kinds.MediaValue.Of(values.Values[name]) is not ({ Length: > 0 }, _, _) media) continue;
            if (!isFirst && layer != VariableLayer.Turn && (layer == VariableLayer.Computed.Name || values.IsSecret(name) || !HasText(draft) || await WasSentAsync(draft, name, media.Url, earlier, cancellationToken))) continue;
            if (values.IsSecret(name))
            {
                draft.Warn("variable_unplaced", $"The secret variable \"{name}\" is a file that the template does not place, and what is attached is kept with the turn for all who read it; it was not sent. Place it with {{{{{name}}}}}.");
                continue;
            }
            given.Add(Input(definition, media, draft));
            draft.Trace.Record("resources." + given[^1].Id, null, name, "variables." + name);
        }
        return given;
    }

    private static bool IsMedia(VariableDefinition definition) => definition.Type is VariableType.File or VariableType.Image;

    /// <summary>Whether there is a message of the user's that they can follow; what only answers calls, or goes on, has none.</summary>
    private static bool HasText(TurnDraft draft) => !string.IsNullOrWhiteSpace(draft.Content) || draft.State.Used is not null;

    /// <summary>Whether a turn of the branch that is sent again was sent with a value.</summary>
    private static async ValueTask<bool> WasSentAsync(TurnDraft draft, string name, string source, HistoryReader earlier, CancellationToken cancellationToken)
    {
        if (WasSent()) return true;
        if (!draft.HasEarlier) return false;
        await earlier.ReadAllAsync(draft, cancellationToken);
        return WasSent();

        bool WasSent() => SentTurns.Of(draft.History).Exists(turn => IdOf(name, source, turn.Number) is var id && turn.Messages.Any(message => message.Contents.Any(part => MessageParts.ResourceOf(part)?.Id == id)));
    }

    private static ResourceInput Input(VariableDefinition definition, (string Url, string? Detail, string? Name) media, TurnDraft draft)
    {
        var (source, isFile) = (media.Url, VariableFiles.IsId(media.Url));
        return new()
        {
            Id = IdOf(definition.Name, source, draft.Number),
            Kind = definition.Type == VariableType.Image ? "image" : "file",
            Title = media.Name ?? (isFile ? null : definition.Name), // a file has a name of its own
            Detail = media.Detail,
            File = isFile ? source : null,
            Url = isFile ? null : source,
        };
    }

    /// <summary>The same for the same turn, so that a preview shows what is sent.</summary>
    private static string IdOf(string name, string source, int number) =>
        ResourceIds.Of(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{name}\n{number}\n{source}")));
}
