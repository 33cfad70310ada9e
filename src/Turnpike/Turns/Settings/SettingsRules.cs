using System.Text.Json;
using Turnpike.Prompts.Templates;

namespace Turnpike.Turns.Settings;

/// <summary>What kept settings must be to be kept.</summary>
public static class SettingsRules
{
    /// <summary>The scope of variables that everybody sees.</summary>
    public const string Global = "global";

    private const int LongestName = 100;

    /// <summary>Checks a rule's id, name, tags and template.</summary>
    /// <exception cref="TurnException"><c>request_invalid, template_invalid, template_limit</c>.</exception>
    public static void Check(Rule rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        Id(rule.Id, "rule");
        Address(rule.Name, "name", "rule");
        foreach (var tag in rule.Tags) Address(tag, "tags", "tag");
        if (string.IsNullOrWhiteSpace(rule.Content)) throw Invalid("content", $"The rule \"{rule.Name}\" says nothing; give it \"content\".");
        try
        {
            OneText.Check(PromptTemplate.Parse(rule.Content));
        }
        catch (TurnException error) when (error.Field == "messages") // a template's usual place
        {
            throw new TurnException(error.Code, error.Message, error) { Span = error.Span, Field = "content" };
        }
    }

    /// <summary>Checks a tag's name.</summary>
    /// <exception cref="TurnException"><c>request_invalid</c>.</exception>
    public static void Check(Tag tag)
    {
        ArgumentNullException.ThrowIfNull(tag);
        Address(tag.Name, "name", "tag");
        Texts("rules", tag.Rules);
    }

    /// <summary>Checks a project's id, name, lists, parameters and variables.</summary>
    /// <exception cref="TurnException"><c>request_invalid, parameter_invalid</c>.</exception>
    public static void Check(Project project)
    {
        ArgumentNullException.ThrowIfNull(project);
        Id(project.Id, "project");
        Name(project.Name, "name", "project");
        Texts("tools", [.. project.ToolSelection.Names]);
        Texts("rules", project.Rules);
        Texts("tags", project.Tags);
        if (project.System is { Text: null }) throw Invalid("system", "A project's \"system\" needs \"text\".");
        Check(project.Parameters);
        CheckNames(project.Variables.Keys);
    }

    /// <summary>Checks that parameters to be kept send to providers only what is theirs.</summary>
    /// <exception cref="TurnException"><c>parameter_invalid</c>.</exception>
    public static void Check(TurnParameters? parameters) => OwnMembers.Check(parameters, "parameters");

    /// <summary>Checks the names of variables that get a value; null may take away one that was kept under any name.</summary>
    /// <exception cref="TurnException"><c>request_invalid</c>.</exception>
    public static void Check(IReadOnlyDictionary<string, JsonElement> variables)
    {
        ArgumentNullException.ThrowIfNull(variables);
        CheckNames(variables.Where(one => one.Value.ValueKind != JsonValueKind.Null).Select(one => one.Key));
    }

    private static void CheckNames(IEnumerable<string> names)
    {
        foreach (var name in names)
        {
            if (name.Length is 0 or > LongestName || char.IsAsciiDigit(name[0]) || name.AsSpan().ContainsAnyExcept(Letters)) throw Invalid("variables", $"\"{name}\" cannot be a variable: letters, digits and _, beginning with a letter or _, at most {LongestName}.");
        }
    }

    /// <summary>Checks a scope of variables.</summary>
    /// <exception cref="TurnException"><c>request_invalid</c>.</exception>
    public static void CheckScope(string scope)
    {
        ArgumentNullException.ThrowIfNull(scope);
        if (scope == Global || HasId("organization:") || HasId("user:")) return;
        throw Invalid("scope", $"\"{scope}\" is no scope of variables: \"global\", \"organization:<id>\" or \"user:<id>\". A project's variables are on the project.");

        bool HasId(string kind) => scope.StartsWith(kind, StringComparison.Ordinal) && scope.Length > kind.Length && scope.Length <= 300;
    }

    private static readonly System.Buffers.SearchValues<char> Letters = System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");

    /// <summary>One that is empty gets a new one.</summary>
    private static void Id(string id, string kind)
    {
        if (id.Length > 0 && (id.Length > LongestName || id != id.Trim() || id.Any(char.IsControl) || !AddressSteps.Fit(id)))
            throw Invalid("id", $"\"{id}\" cannot be the id of a {kind}: at most {LongestName} characters, no spaces around them, and neither . nor .. nor nothing between slashes. Leave \"id\" out to get a new one.");
    }

    private static void Texts(string field, IReadOnlyList<string> texts)
    {
        if (texts.Any(text => text is null)) throw Invalid(field, $"\"{field}\" holds a null; each must be a text.");
    }

    private static void Name(string? name, string field, string kind)
    {
        if (string.IsNullOrEmpty(name)) throw Invalid(field, $"A {kind} needs a name of 1 to {LongestName} characters.");
        if (string.IsNullOrWhiteSpace(name) || name.Length > LongestName || name != name.Trim() || name.Any(char.IsControl) || name.StartsWith(Tag.Prefix, StringComparison.OrdinalIgnoreCase))
            throw Invalid(field, $"\"{name}\" cannot name a {kind}: 1 to {LongestName} characters, no spaces around them, not beginning with \"{Tag.Prefix}\".");
    }

    /// <summary>A name that addresses hold.</summary>
    private static void Address(string? name, string field, string kind)
    {
        Name(name, field, kind);
        if (!AddressSteps.Fit(name!)) throw Invalid(field, $"\"{name}\" cannot name a {kind}: neither . nor .. nor nothing may stand between slashes.");
    }

    private static TurnException Invalid(string field, string message) => new(TurnErrorCode.RequestInvalid, message) { Field = field };
}
