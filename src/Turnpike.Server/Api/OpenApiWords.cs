using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.OpenApi;

namespace Turnpike.Server.Api;

/// <summary>Says members by their wire names where the descriptions, which are those of the code, name them as C# does.</summary>
internal static partial class OpenApiWords
{
    public static void Translate(OpenApiDocument document)
    {
        foreach (var schema in document.Components!.Schemas!.Values) Translate(schema);
    }

    private static void Translate(IOpenApiSchema schema)
    {
        if (schema.Description is { } description && schema is IOpenApiDescribedElement described) described.Description = Wire(description);
        if (schema is not OpenApiSchema whole) return; // what a reference names is a component itself
        foreach (var inner in (whole.Properties?.Values ?? []).Concat(whole.OneOf ?? []).Concat(whole.AnyOf ?? []).Concat(whole.AllOf ?? [])) Translate(inner);
        if (whole.Items is { } items) Translate(items);
        if (whole.AdditionalProperties is { } values) Translate(values);
    }

    private static string Wire(string text) => Member().Replace(text, static found => $"`{JsonNamingPolicy.CamelCase.ConvertName(found.Groups["name"].Value)}`");

    /// <summary>A member as the comments of the code are written out: its type, the type that has it, its name.</summary>
    [GeneratedRegex(@"(?:(?:string|bool|int|long|double|decimal|[A-Z]\w*(?:(?:&lt;|<)[\w, ?]+(?:&gt;|>))?)\?? )?\b[A-Z]\w+\.(?<name>[A-Z]\w+)\b")]
    private static partial Regex Member();
}
