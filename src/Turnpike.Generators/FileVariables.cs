using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Turnpike.Generators;

/// <summary>
/// The variables that a prompt file declares: Picoschema (https://google.github.io/dotprompt/reference/picoschema/) or JSON Schema under <c>input.schema</c>,
/// with what <c>turnpike.variables</c> adds. Whether all of it is right is decided where the prompt is read; here only what C# needs is looked at.
/// </summary>
internal static class FileVariables
{
    private static readonly Regex Name = new(@"\A[A-Za-z_][A-Za-z0-9_]{0,99}\z", RegexOptions.CultureInvariant);

    /// <summary>The variables; null when the file declares none.</summary>
    /// <exception cref="SchemaException">One has a name or a type that no variable has.</exception>
    public static IReadOnlyList<PromptVariable>? Of(YamlMappingNode? front)
    {
        var input = FrontMatter.Field(front, "input");
        if (FrontMatter.Field(input, "schema") is not { } schema) return null;
        var defaults = FrontMatter.Fields(FrontMatter.Field(input, "default")).Select(pair => pair.Key).ToList();
        var refinements = Refinements(front);
        var fields = (IsJsonSchema(schema) ? Properties(schema) : SchemaField.Fields(schema)).ToList();
        if (TakesOthers(schema)) fields.AddRange(defaults.Concat(refinements.Keys).Distinct().Where(name => !fields.Exists(field => field.Name == name)).Select(name => new SchemaField(name, "any", Required: false)).ToList());
        if (fields.Find(field => !Name.IsMatch(field.Name)) is { } misnamed) throw new SchemaException(schema, $"\"{misnamed.Name}\" is no name of a variable: a letter or underscore, then letters, digits and underscores, at most 100. Rename it, for example \"{Fitting(misnamed.Name)}\".");
        return [.. fields.Select(field => Refine(field, defaults.Contains(field.Name), refinements))];
    }

    /// <summary>Whether the names in the template are variables too, beside those that the file declares.</summary>
    public static bool AreInferred(YamlMappingNode? front) => Others(FrontMatter.Field(FrontMatter.Field(front, "input"), "schema")) is not null and not YamlScalarNode;

    /// <summary>Whether defaults and <c>turnpike.variables</c> may declare variables that the schema does not: JSON Schema forbids it if it says so, Picoschema unless it has a wildcard.</summary>
    private static bool TakesOthers(YamlNode schema) => IsJsonSchema(schema) ? FrontMatter.Text(Others(schema)) != "false" : Others(schema) is not null;

    /// <summary>What a schema says of members that it does not name: as JSON Schema, or as the wildcard of a Picoschema; null: nothing.</summary>
    private static YamlNode? Others(YamlNode? schema) => schema is null ? null : IsJsonSchema(schema) ? FrontMatter.Field(schema, "additionalProperties") : FrontMatter.Field(schema, "(*)") is null ? null : new YamlMappingNode();

    private static string Fitting(string name) => Regex.Replace(name, "\\A(?=[0-9])|[^A-Za-z0-9_]", "_") is { Length: <= 100 } fits ? fits : "a_shorter_name";

    private static bool IsJsonSchema(YamlNode schema) =>
        FrontMatter.Field(schema, "properties") is YamlMappingNode || FrontMatter.Text(FrontMatter.Field(schema, "type")) is "object" or "array" or "string" or "number" or "integer" or "boolean" or "null" or "any";

    private static IEnumerable<SchemaField> Properties(YamlNode schema)
    {
        var required = (FrontMatter.Field(schema, "required") as YamlSequenceNode)?.Children.Select(FrontMatter.Text).ToList() ?? [];
        return FrontMatter.Fields(FrontMatter.Field(schema, "properties")).Select(pair => SchemaField.OfJsonSchema(pair.Key, pair.Value, required.Contains(pair.Key)));
    }

    private static PromptVariable Refine(SchemaField field, bool hasDefault, Dictionary<string, Dictionary<string, YamlNode>> refinements)
    {
        refinements.TryGetValue(field.Name, out var said);
        YamlNode? Said(string name) => said is not null && said.TryGetValue(name, out var node) ? node : null;

        var required = FrontMatter.Text(Said("required")) is { } text ? text == "true" : field.Required && !hasDefault && !field.HasDefault;
        var options = (Said("options") as YamlSequenceNode)?.Children.ToList() ?? field.Options;
        var open = FrontMatter.Text(Said("allowOther")) == "true";
        return new(
            field.Name,
            FrontMatter.Text(Said("type")) ?? field.Type,
            FrontMatter.Text(Said("itemType")) ?? field.ItemType,
            required && Said("default") is null,
            FrontMatter.Text(Said("description")) ?? field.Description ?? FrontMatter.Text(Said("label")),
            open || options is null || !options.All(IsText) ? null : string.Join("\n", options.Select(FrontMatter.Text)));
    }

    private static bool IsText(YamlNode option) => FrontMatter.Text(option) is { } text && !text.Contains("\n") && (option is YamlScalarNode { Style: not ScalarStyle.Plain } || !IsOther(text));

    /// <summary>Whether a plain scalar is a number or a boolean instead of a text.</summary>
    private static bool IsOther(string text) => text is "true" or "false" || double.TryParse(text, System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture, out _);

    private static Dictionary<string, Dictionary<string, YamlNode>> Refinements(YamlNode? front)
    {
        var all = new Dictionary<string, Dictionary<string, YamlNode>>();
        foreach (var pair in FrontMatter.Under(front, "turnpike.variables"))
        {
            var dot = pair.Key.IndexOf('.');
            var name = dot < 0 ? pair.Key : pair.Key.Substring(0, dot);
            if (!all.TryGetValue(name, out var said)) all[name] = said = [];
            if (dot >= 0) said[pair.Key.Substring(dot + 1)] = pair.Value;
            else foreach (var member in FrontMatter.Fields(pair.Value)) said[member.Key] = member.Value;
        }
        return all;
    }
}
