namespace Turnpike.Generators;

/// <summary>A variable as a member of the generated record.</summary>
/// <param name="Variable">The variable.</param>
/// <param name="Name">The member's name.</param>
/// <param name="EnumName">The type of an enum's values.</param>
/// <param name="TextName">The method that gives the text of an enum's value.</param>
internal sealed record RecordMember(PromptVariable Variable, string Name, string EnumName, string TextName)
{
    private static readonly string[] Taken = ["Key", "Source", "Prompt", "Read", "ToVariables", "ToRequest", "Equals", "GetHashCode", "GetType", "ToString", "EqualityContract", "PrintMembers", "Clone", "Finalize", "MemberwiseClone", "ReferenceEquals"];

    /// <summary>The values of an enum, by their C# names; none when it is a text.</summary>
    public IReadOnlyList<(string Name, string Value)> Options { get; } = Named(Variable);

    /// <summary>The C# type, without the mark of an optional one.</summary>
    public string Type => Variable.Type == "list" ? $"global::System.Collections.Generic.IReadOnlyList<{Plain(Variable.ItemType)}>" : Options.Count > 0 ? EnumName : Plain(Variable.Type);

    public static IReadOnlyList<RecordMember> Of(PromptShape shape)
    {
        var used = new HashSet<string>(Taken) { shape.TypeName };
        if (shape.IsOpen) used.Add("Variables");
        var members = new List<RecordMember>();
        foreach (var variable in shape.Variables)
        {
            var name = Free(Identifiers.Pascal(variable.Name));
            members.Add(new(variable, name, Named(variable).Count > 0 ? Free(name + "Option") : "", ""));
        }
        return [.. members.Select(member => member.Options.Count > 0 ? member with { TextName = Free(member.Name + "Text") } : member)]; // last, for nobody outside sees it

        string Free(string name)
        {
            while (!used.Add(name)) name += "Value";
            return name;
        }
    }

    /// <summary>The options of an enum that come to one name, so that it is a text.</summary>
    public static IEnumerable<(string Variable, string Options, string Name)> Alike(PromptVariable variable) => variable.Type != "enum" || variable.Options is not { Length: > 0 } options ? []
        : options.Split('\n').GroupBy(Identifiers.Pascal).Where(alike => alike.Count() > 1).Select(alike => (variable.Name, string.Join(" and ", alike.Select(option => $"\"{option}\"")), alike.Key));

    private static string Plain(string? type) => type switch
    {
        "string" or "text" or "date" or "image" or "file" or "enum" => "string",
        "number" => "double",
        "integer" => "long",
        "boolean" => "bool",
        _ => "global::System.Text.Json.JsonElement",
    };

    private static List<(string, string)> Named(PromptVariable variable)
    {
        if (variable.Type != "enum" || variable.Options is not { Length: > 0 } options) return [];
        var named = options.Split('\n').Select(value => (Identifiers.Pascal(value), value)).ToList();
        return named.Select(one => one.Item1).Distinct().Count() == named.Count ? named : [];
    }
}
