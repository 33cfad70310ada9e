using System.Text.Json;
using Turnpike.Turns;

namespace Turnpike.Triggers.BuiltIn;

/// <summary>How the model is asked. Ranges and words come from <see cref="ParameterTable"/>.</summary>
internal sealed class ParamsTriggers : ITriggerNamespace
{
    public string Name => "params";

    public string Description => "How the model is asked.";

    public IReadOnlyList<TriggerMethod> Methods { get; } =
    [
        Setting("temp", "Randomness of the answer.", "0.2", TriggerArgumentType.Number),
        Setting("top_p", "Nucleus sampling.", "0.9", TriggerArgumentType.Number),
        Setting("top_k", "How many candidate tokens are kept.", "40", TriggerArgumentType.Integer),
        Setting("tokens", "The most tokens of the answer.", "800", TriggerArgumentType.Integer),
        Setting("presence", "Penalty for words that were used.", "0.5", TriggerArgumentType.Number),
        Setting("frequency", "Penalty for words that are used often.", "0.5", TriggerArgumentType.Number),
        Setting("seed", "Asks for repeatable sampling.", "42", TriggerArgumentType.Integer),
        Setting("stop", "Texts at which the model stops.", "\"END\"", TriggerArgumentType.String) with { Repeat = TriggerRepeat.Unites },
        Setting("effort", "How much the model reasons.", "high", TriggerArgumentType.Enum),
        Setting("verbosity", "How long the answer is.", "low", TriggerArgumentType.Enum),
        new()
        {
            Name = "reset",
            Description = "Gives parameters back to the layer below the highest that says something: these, or all.",
            Arguments = [new() { Name = "names", Type = TriggerArgumentType.Enum, List = true, Options = [.. ParameterTable.All.SelectMany(parameter => parameter.Aliases.Prepend(parameter.Name))], Description = "Names of parameters." }],
            Example = "@.params.reset temp;",
            Repeat = TriggerRepeat.Unites,
            Handler = Method.Does(invocation => invocation.Draft.ResetParameters(invocation.Arguments.List("names"))),
        },
    ];

    private static TriggerMethod Setting(string name, string description, string example, TriggerArgumentType type)
    {
        var parameter = ParameterTable.Get(name);
        return new()
        {
            Name = name,
            Description = description,
            Arguments = [new() { Name = parameter.Name, Type = type, List = name == "stop", Required = true, Min = parameter.Min, Max = parameter.Max, Options = parameter.Options, Description = parameter.Expects }],
            Example = $"@.params.{name} {example};",
            Handler = Method.Does(invocation => invocation.Draft.SetParameter(parameter.Name, Value(invocation, parameter, type))),
        };
    }

    private static JsonElement Value(TriggerInvocation invocation, ParameterDescriptor parameter, TriggerArgumentType type) => type switch
    {
        TriggerArgumentType.Number => Method.Json(invocation.Arguments.Number(parameter.Name)!.Value),
        TriggerArgumentType.Integer => Method.Json(invocation.Arguments.Integer(parameter.Name)!.Value),
        TriggerArgumentType.Enum => Method.Json(invocation.Arguments.Text(parameter.Name)!),
        _ => Method.Json([.. (invocation.IsRepeated ? invocation.Draft.State.Top.Parameters.Stop ?? [] : []).Union(invocation.Arguments.List(parameter.Name), StringComparer.Ordinal)]),
    };
}
