using Turnpike.Triggers;
using Turnpike.Triggers.Parsing;

namespace Turnpike.Tests.Triggers;

/// <summary>A small catalog whose handlers do nothing.</summary>
internal static class SampleTriggers
{
    public static readonly string[] ToolNames = ["webSearch", "calculator", "forecast"];

    public static TriggerCatalog Catalog { get; } = new(
    [
        new Space("tools",
            Method("activate", new TriggerArgument { Name = "names", List = true, Required = true, Known = name => ToolNames.Contains(name) }),
            Method("none"),
            Method("require", new TriggerArgument { Name = "name" })),
        new Space("params",
            Method("temp", new TriggerArgument { Name = "temperature", Type = TriggerArgumentType.Number, Required = true, Min = 0, Max = 2 }),
            Method("top_p", new TriggerArgument { Name = "topP", Type = TriggerArgumentType.Number, Required = true, Min = 0, Max = 1 }),
            Method("seed", new TriggerArgument { Name = "seed", Type = TriggerArgumentType.Integer, Required = true }),
            Method("effort", new TriggerArgument { Name = "effort", Type = TriggerArgumentType.Enum, Required = true, Options = ["low", "medium", "high"] }),
            Method("web", new TriggerArgument { Name = "on", Type = TriggerArgumentType.Boolean, Required = true })),
        new Space("vars", Method("set", new TriggerArgument { Name = "values", Type = TriggerArgumentType.Pairs, Required = true })),
        new Space("prompt", Method("use", new TriggerArgument { Name = "key", Required = true }, new TriggerArgument { Name = "variables", Type = TriggerArgumentType.Pairs }) with { Aliases = ["template.use", "apply"] }),
        new Space("resource", Method("add", new TriggerArgument { Name = "what", List = true, Required = true }, new TriggerArgument { Name = "policy", Type = TriggerArgumentType.Enum, Options = ["once", "sticky"] }) with { Aliases = ["file.attach", "vfs.add"] }),
        new Space("title", Method("set", new TriggerArgument { Name = "title", Type = TriggerArgumentType.Text, Required = true }) with { CanStick = false }),
        new Space("system", Method("set", new TriggerArgument { Name = "text", Required = true })),
    ]);

    public static TriggerParser Parser { get; } = new(Catalog, TriggerSyntax.Default);

    public static ParsedText Parse(string text) => Parser.Parse(text);

    /// <summary>What is run, as <c>name[value|value]</c>.</summary>
    public static string Run(string text) => string.Join(" ", Parse(text).Triggers.Where(trigger => trigger.IsAccepted).Select(Show));

    public static string Show(ParsedTrigger trigger) => $"{trigger.Name}{(trigger.Sticky ? "!" : "")}[{string.Join('|', trigger.Values)}]";

    public static string Clean(string text) => TriggerText.Clean(Parse(text)).Text;

    public static TriggerMethod Method(string name, params TriggerArgument[] arguments) => new()
    {
        Name = name,
        Description = "A sample.",
        Example = "@.sample;",
        Arguments = arguments,
        Handler = (_, _) => ValueTask.CompletedTask,
    };

    public sealed record Space(string Name, params TriggerMethod[] All) : ITriggerNamespace
    {
        public string Description => "Samples.";

        public IReadOnlyList<TriggerMethod> Methods => All;
    }
}
