using System.Text.Json;
using Turnpike.Turns.Drafts;

namespace Turnpike.Middleware.Hooks;

/// <summary>What a hook wants changed of a draft.</summary>
internal sealed class DraftAnswer(JsonElement answer) : HookAnswer(answer)
{
    private static readonly string[] Known = ["refuse", "warnings", "content", "model", "parameters", "variables", "tools", "rules", "system", "title"];

    /// <exception cref="HookException">The answer does not fit; the draft may be changed in part.</exception>
    public void Apply(TurnDraft draft)
    {
        Common(draft, Known);
        if (Text(Answer, "content") is { } content) draft.SetContent(content);
        if (Text(Answer, "model") is { } model) draft.UseModel(model);
        foreach (var member in Members("parameters"))
        {
            var parameter = Parameter(member.Name);
            if (Parsed(parameter, member.Value) is null) draft.ResetParameters([parameter.Name]);
            else draft.SetParameter(parameter.Name, member.Value);
        }
        foreach (var member in Members("variables")) draft.SetVariable(member.Name, member.Value.Clone());
        if (Answer.TryGetProperty("tools", out var tools)) draft.SelectTools(selection => Changed(selection, tools, "tools"));
        if (Answer.TryGetProperty("rules", out var rules)) draft.SelectRules(selection => Changed(selection, rules, "rules"));
        if (Answer.TryGetProperty("system", out var system)) draft.SetSystem(TextOf(system), Text(system, "mode") == "replace");
        if (Text(Answer, "title") is { } title) draft.SetTitle(title);
    }

    private static string TextOf(JsonElement system) => system.ValueKind == JsonValueKind.Object && Text(system, "text") is { } text ? text : throw Wrong("system", "an object with \"text\"");

    /// <summary><c>{only?, add?, remove?}</c>, each a list of names.</summary>
    private static Turns.NameSelection Changed(Turns.NameSelection selection, JsonElement change, string name)
    {
        if (change.ValueKind != JsonValueKind.Object) throw Wrong(name, "an object of the lists \"only\", \"add\" and \"remove\"");
        var start = change.TryGetProperty("only", out _) ? Turns.NameSelection.Exactly(Names(change, "only")) : selection;
        return start.Activate(Names(change, "add")).Deactivate(Names(change, "remove"));
    }
}
