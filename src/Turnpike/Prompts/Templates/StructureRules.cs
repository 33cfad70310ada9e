using System.Collections.Frozen;

namespace Turnpike.Prompts.Templates;

/// <summary>What the helpers that make structure take.</summary>
internal static class StructureRules
{
    /// <summary>Roles as templates write them → ours.</summary>
    public static readonly FrozenDictionary<string, string> Roles = new Dictionary<string, string>
    {
        ["system"] = "system",
        ["developer"] = "system",
        ["user"] = "user",
        ["model"] = "assistant",
        ["assistant"] = "assistant",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static void Check(string source, CallExpression call)
    {
        var message = call.Helper switch
        {
            "role" when call.Arguments is not [LiteralExpression { Value: string }] => "\"role\" takes one role, written out: {{role \"system\"}}.",
            "role" when !Roles.ContainsKey((string)((LiteralExpression)call.Arguments[0]).Value!) => $"there is no role \"{((LiteralExpression)call.Arguments[0]).Value}\" in a template; there are system, user and model.",
            "history" when call.Arguments.Count > 0 => "\"history\" takes no arguments.",
            "media" when !call.Hash.ContainsKey("url") => "\"media\" needs url=…",
            "section" when call.Arguments is not [LiteralExpression { Value: string }] => "\"section\" takes one name, written out: {{section \"rules\"}}.",
            "json" when call.Arguments.Count != 1 => "\"json\" takes one value.",
            "lookup" when call.Arguments.Count != 2 => "\"lookup\" takes a list or an object, and a name or a number.",
            _ => null,
        };
        if (message is not null) throw TemplateErrors.Invalid(source, call.Span, message);
    }
}
