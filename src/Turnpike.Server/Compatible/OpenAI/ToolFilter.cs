using System.Text.Json;

namespace Turnpike.Server.Compatible.OpenAI;

/// <summary>Which tools of a source are meant: those of a list, those that change nothing, or both.</summary>
/// <param name="Names">Their names at the source, or globs of these; null: of any name.</param>
/// <param name="ReadOnly">Whether they change nothing; null: either.</param>
/// <param name="Field">The field that says it.</param>
internal sealed record ToolFilter(IReadOnlyList<string>? Names, bool? ReadOnly, string Field)
{
    /// <summary>Whether it means all tools.</summary>
    public bool IsAll => Names is null && ReadOnly is null;

    /// <summary>Reads a filter: <c>{tool_names?, read_only?}</c>, or a list of names where that may stand for one.</summary>
    /// <returns>Null: there is none.</returns>
    public static ToolFilter? Read(JsonElement from, string name, string path, bool mayBeList)
    {
        if (from.Member(name) is not { } given) return null;
        var field = path + name;
        if (mayBeList && given.ValueKind != JsonValueKind.Object) return new(from.Texts(name, path), null, field);
        var filter = from.Object(name, path)!.Value;
        filter.Only(field + ".", "tool_names", "read_only");
        return new(filter.Texts("tool_names", field + "."), filter.Truth("read_only", field + "."), field);
    }
}
