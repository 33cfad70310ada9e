using Turnpike.Turns;

namespace Turnpike.Triggers.BuiltIn;

/// <summary>Which tools the model is offered.</summary>
internal sealed class ToolsTriggers(ToolNames tools, AutoChoice choice) : ITriggerNamespace
{
    private readonly TriggerArgument _names = new() { Name = "names", List = true, Required = true, Among = tools.AmongAsync, Suggest = tools.SuggestAsync, Description = "Names of tools, or globs such as search.*." };

    public string Name => "tools";

    public string Description => "Which tools the model is offered.";

    public IReadOnlyList<TriggerMethod> Methods =>
    [
        Changing("activate", "Offers tools beside those that are offered anyway.", "@.tools.activate webSearch;", (selection, names, _) => selection.Activate(names)),
        Changing("deactivate", "Takes tools from those offered.", "@.tools.deactivate webSearch;", (selection, names, _) => selection.Deactivate(names), orHeld: true),
        Changing("only", "Offers exactly these tools.", "@.tools.only webSearch, calculator;", (selection, names, again) => NameSelection.Exactly([.. (again ? selection.Only ?? [] : []).Union(names, StringComparer.Ordinal)])),
        new()
        {
            Name = "none",
            Description = "Offers no tools.",
            Example = "@.tools.none;",
            Repeat = TriggerRepeat.Independent,
            Handler = Method.Does(invocation => invocation.Draft.SelectTools(_ => NameSelection.Exactly([]))),
        },
        new()
        {
            Name = "auto",
            Description = "Lets a small model choose among all tools before the turn is sent.",
            Example = "@.tools.auto;",
            Handler = async (invocation, cancellationToken) =>
            {
                var known = await tools.ListAsync(cancellationToken);
                var chosen = await choice.ChooseAsync(invocation, "tools", [.. known.Where(tool => !tool.OnlyByName).Select(tool => (tool.Name, tool.Function.Description))], cancellationToken);
                invocation.Draft.SelectTools(selection => selection.Activate(chosen));
            },
        },
        new()
        {
            Name = "require",
            Description = "Makes the model call a tool: this one, or any.",
            Arguments = [new() { Name = "name", Among = tools.AmongAsync, Suggest = tools.SuggestAsync, Description = "The tool that must be called." }],
            Example = "@.tools.require webSearch;",
            Handler = async (invocation, cancellationToken) =>
            {
                var name = invocation.Arguments.Text("name") is { } given ? (await tools.CheckedAsync([given], invocation.Draft, orHeld: false, cancellationToken))[0] : "required";
                invocation.Draft.SetParameter("toolChoice", Method.Json(name));
            },
        },
    ];

    private TriggerMethod Changing(string name, string description, string example, Func<NameSelection, string[], bool, NameSelection> change, bool orHeld = false) => new()
    {
        Name = name,
        Description = description,
        Arguments = [_names],
        Example = example,
        Repeat = TriggerRepeat.Unites,
        Handler = async (invocation, cancellationToken) =>
        {
            var names = await tools.CheckedAsync(invocation.Arguments.List("names"), invocation.Draft, orHeld, cancellationToken);
            if (!orHeld) await tools.WarnOfEmptyAsync(names, invocation, cancellationToken);
            invocation.Draft.SelectTools(selection => change(selection, names, invocation.IsRepeated));
        },
    };
}
