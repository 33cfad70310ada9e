using System.Text.RegularExpressions;
using YamlDotNet.RepresentationModel;

namespace Turnpike.Generators;

/// <summary>A field of an input schema.</summary>
internal sealed record SchemaField(string Name, string Type, bool Required)
{
    private static readonly Regex Picoschema = new(@"\A(?<name>[^?(),:\s]+)(?<optional>\?)?(\s*\(\s*(?<kind>\w+)\s*(,(?<text>.*))?\))?\z", RegexOptions.Singleline | RegexOptions.CultureInvariant);

    private static readonly string[] Scalars = ["string", "number", "integer", "boolean", "null", "any"];

    public string? ItemType { get; init; }

    public string? Description { get; init; }

    public bool HasDefault { get; init; }

    public List<YamlNode>? Options { get; init; }

    /// <summary>The fields of a Picoschema; what is no field is left to the reader of the prompt.</summary>
    /// <exception cref="SchemaException">A field has a type that there is not.</exception>
    public static IEnumerable<SchemaField> Fields(YamlNode schema)
    {
        foreach (var pair in FrontMatter.Fields(schema))
        {
            var match = Picoschema.Match(pair.Key);
            if (!match.Success) continue;
            var (kind, text) = (match.Groups["kind"].Value, match.Groups["text"].Value.Trim());
            if (kind != "enum") CheckType(match.Groups["name"].Value, pair.Value);
            var (type, description) = Scalar(FrontMatter.Text(pair.Value));
            yield return new SchemaField(match.Groups["name"].Value, kind switch { "array" => "list", "object" => "object", "enum" => "enum", _ => type }, !match.Groups["optional"].Success)
            {
                ItemType = kind == "array" ? type : null,
                Description = text.Length > 0 ? text : kind.Length == 0 ? description : null,
                Options = kind == "enum" ? (pair.Value as YamlSequenceNode)?.Children.Where(option => FrontMatter.Text(option) is not null).ToList() : null,
            };
        }
    }

    /// <summary>A property of a JSON Schema.</summary>
    public static SchemaField OfJsonSchema(string name, YamlNode schema, bool required)
    {
        var options = (FrontMatter.Field(schema, "enum") as YamlSequenceNode)?.Children.Where(option => FrontMatter.Text(option) is not null).ToList();
        return new(name, options is not null ? "enum" : TypeOf(schema), required)
        {
            ItemType = TypeOf(FrontMatter.Field(schema, "items")),
            Description = FrontMatter.Text(FrontMatter.Field(schema, "description")) ?? FrontMatter.Text(FrontMatter.Field(schema, "title")),
            HasDefault = FrontMatter.Field(schema, "default") is not null,
            Options = options,
        };
    }

    private static void CheckType(string field, YamlNode value)
    {
        if (value is YamlMappingNode)
        {
            foreach (var inner in Fields(value)) _ = inner; // reads, and so checks, what is in it
        }
        else if (FrontMatter.Text(value) is { } text && text.Split(',')[0].Trim() is var type && !Scalars.Contains(type))
        {
            var hint = type is "date" or "text" or "image" or "file" or "list" or "object" or "enum" or "messages" ? $" Write \"string\" or \"any\" here and \"{field}: {{ type: {type} }}\" under turnpike.variables." : "";
            throw new SchemaException(value, $"The field \"{field}\" has the type \"{type}\", and there is none; there are {string.Join(", ", Scalars)}.{hint}");
        }
    }

    private static (string Type, string? Description) Scalar(string? text)
    {
        if (text is null) return ("object", null);
        var comma = text.IndexOf(',');
        var name = (comma < 0 ? text : text.Substring(0, comma)).Trim();
        var description = comma < 0 ? "" : text.Substring(comma + 1).Trim();
        return (name is "string" or "number" or "integer" or "boolean" ? name : "any", description.Length > 0 ? description : null);
    }

    private static string TypeOf(YamlNode? schema)
    {
        var type = FrontMatter.Field(schema, "type") is YamlSequenceNode several ? several.Children.Select(FrontMatter.Text).FirstOrDefault(one => one is not null and not "null") : FrontMatter.Text(FrontMatter.Field(schema, "type"));
        return type switch
        {
            "string" when FrontMatter.Text(FrontMatter.Field(schema, "format")) is "date" or "date-time" => "date",
            "string" or "number" or "integer" or "boolean" or "object" => type,
            "array" => "list",
            _ => "any",
        };
    }
}
