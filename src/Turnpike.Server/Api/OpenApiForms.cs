using System.Collections.Concurrent;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Turnpike.Server.Api;

/// <summary>
/// What is both sent and answered has two schemas. As it is sent (<c>GivenRule</c>) it holds nothing that the document does not tell of; as it is answered (<c>Rule</c>)
/// what is always written is required, and later versions may write more.
/// </summary>
internal sealed class OpenApiForms
{
    private const string Given = "Given";
    private readonly ConcurrentDictionary<string, IReadOnlyList<string>> _written = [];

    /// <summary>Remembers which members of a type are always written.</summary>
    public void See(JsonTypeInfo type)
    {
        if (type.Kind != JsonTypeInfoKind.Object || OpenApiOptions.CreateDefaultSchemaReferenceId(type) is not { } id) return;
        _written[id] = [.. type.Properties.Where(IsAlwaysWritten).Select(member => member.Name)];
    }

    private static bool IsAlwaysWritten(JsonPropertyInfo member) =>
        member is { Get: not null, IsExtensionData: false, IsGetNullable: false } && Nullable.GetUnderlyingType(member.PropertyType) is null
        && member.AttributeProvider?.GetCustomAttributes(typeof(JsonIgnoreAttribute), inherit: true) is null or [];

    /// <summary>Parts what is sent from what is answered.</summary>
    public void Part(OpenApiDocument document)
    {
        var schemas = document.Components!.Schemas!;
        var operations = document.Paths.Values.SelectMany(path => (path.Operations ?? []).Values).ToList();
        var sent = Reached(document, operations.SelectMany(operation => operation.RequestBody?.Content?.Values ?? []));
        var answered = Reached(document, operations.SelectMany(operation => (operation.Responses ?? []).Values).SelectMany(response => response.Content?.Values ?? []));
        var both = sent.Where(answered.Contains).ToHashSet();
        var parted = both.Where(name => schemas[name] is OpenApiSchema { AdditionalPropertiesAllowed: false }).ToHashSet();
        while (both.FirstOrDefault(name => !parted.Contains(name) && Named(schemas[name]).Any(parted.Contains)) is { } more) parted.Add(more);
        foreach (var name in parted) schemas[Given + name] = schemas[name].CreateShallowCopy();
        foreach (var name in sent) if (!both.Contains(name) || parted.Contains(name)) schemas[parted.Contains(name) ? Given + name : name] = Renamed(schemas[parted.Contains(name) ? Given + name : name], parted, document);
        foreach (var body in operations.SelectMany(operation => operation.RequestBody?.Content?.Values ?? [])) if (body.Schema is { } schema) body.Schema = Renamed(schema, parted, document);
        foreach (var name in answered)
        {
            if (schemas[name] is not OpenApiSchema schema || (sent.Contains(name) && !parted.Contains(name))) continue;
            schema.AdditionalPropertiesAllowed = true;
            if (_written.TryGetValue(name, out var written) && schema.Properties is { } members) schema.Required = (schema.Required ?? new HashSet<string>()).Concat(written.Where(members.ContainsKey)).ToHashSet();
        }
    }

    private static HashSet<string> Reached(OpenApiDocument document, IEnumerable<OpenApiMediaType> from)
    {
        var found = new HashSet<string>();
        var ways = new Stack<string>(from.SelectMany(media => media.Schema is { } schema ? Named(schema) : []));
        while (ways.TryPop(out var name)) if (found.Add(name)) foreach (var next in Named(document.Components!.Schemas![name])) ways.Push(next);
        return found;
    }

    /// <summary>The components that a schema refers to.</summary>
    private static IEnumerable<string> Named(IOpenApiSchema schema) => schema switch
    {
        OpenApiSchemaReference reference => [reference.Reference.Id!],
        OpenApiSchema whole => Inner(whole).SelectMany(Named),
        _ => [],
    };

    private static IEnumerable<IOpenApiSchema> Inner(OpenApiSchema schema) =>
        [.. schema.Properties?.Values ?? [], .. schema.OneOf ?? [], .. schema.AnyOf ?? [], .. schema.AllOf ?? [], .. schema.Items is { } items ? [items] : Array.Empty<IOpenApiSchema>(), .. schema.AdditionalProperties is { } values ? [values] : Array.Empty<IOpenApiSchema>()];

    /// <summary>A schema that refers to the given forms.</summary>
    private static IOpenApiSchema Renamed(IOpenApiSchema schema, HashSet<string> parted, OpenApiDocument document)
    {
        if (schema is OpenApiSchemaReference reference) return parted.Contains(reference.Reference.Id!) ? new OpenApiSchemaReference(Given + reference.Reference.Id, document) { Description = reference.Description } : reference;
        if (schema.CreateShallowCopy() is not OpenApiSchema copy) return schema;
        copy.Properties = copy.Properties?.ToDictionary(member => member.Key, member => Renamed(member.Value, parted, document));
        copy.OneOf = copy.OneOf?.Select(one => Renamed(one, parted, document)).ToList();
        copy.AnyOf = copy.AnyOf?.Select(one => Renamed(one, parted, document)).ToList();
        copy.AllOf = copy.AllOf?.Select(one => Renamed(one, parted, document)).ToList();
        copy.Items = copy.Items is { } items ? Renamed(items, parted, document) : null;
        copy.AdditionalProperties = copy.AdditionalProperties is { } values ? Renamed(values, parted, document) : null;
        return copy;
    }
}
