using System.Net.Http.Json;
using System.Text.Json;

namespace Turnpike.Hosts.Tests.Server;

/// <summary>A server that is asked by its own OpenAPI document: every answer is held against the schema of its route.</summary>
internal sealed class DescribedApi
{
    private readonly RunningServer _server;
    private readonly JsonElement _document;

    private DescribedApi(RunningServer server, JsonElement document) => (_server, _document) = (server, document);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<DescribedApi> OfAsync(RunningServer server) => new(server, await server.GetJsonAsync("/openapi/v1.json"));

    /// <summary>Asks, and answers what fits the document.</summary>
    /// <param name="route">Verb and path as in the document.</param>
    /// <param name="path">The path that is asked.</param>
    /// <param name="body">The body.</param>
    public async Task<JsonElement> AskAsync(string route, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(route.Split(' ')[0]), path) { Content = body is null ? null : JsonContent.Create(body) };
        using var response = await _server.Client.SendAsync(request, Cancellation);
        var answer = await _server.JsonAsync(response);
        Assert.True(response.IsSuccessStatusCode, $"{route}: {answer}");
        var told = _document.GetProperty("paths").GetProperty(route.Split(' ')[1]).GetProperty(route.Split(' ')[0].ToLowerInvariant()).GetProperty("responses");
        var says = told.GetProperty(((int)response.StatusCode).ToString(System.Globalization.CultureInfo.InvariantCulture));
        foreach (var (header, _) in response.Headers)
            if (header is "ETag" or "Location" or "Preference-Applied" || header.StartsWith("Turnpike-", StringComparison.Ordinal)) Assert.True(says.TryGetProperty("headers", out var headers) && headers.TryGetProperty(header, out _), $"{route} does not tell of {header}");
        Fits(route, told.GetProperty(((int)response.StatusCode).ToString(System.Globalization.CultureInfo.InvariantCulture)).GetProperty("content").GetProperty("application/json").GetProperty("schema"), answer);
        return answer;
    }

    /// <summary>What of a body does not fit what the document says of its route.</summary>
    public IEnumerable<string> FaultsOf(string route, JsonElement body)
    {
        var operation = _document.GetProperty("paths").GetProperty(route.Split(' ')[1]).GetProperty(route.Split(' ')[0].ToLowerInvariant());
        return Faults([operation.GetProperty("requestBody").GetProperty("content").GetProperty("application/json").GetProperty("schema")], body, "$");
    }

    /// <summary>The types of a turn's events, each of which fits the document.</summary>
    public async Task<IReadOnlyList<string>> EventsAsync(string turn)
    {
        var types = new List<string>();
        foreach (var line in (await _server.Client.GetStringAsync($"/api/turns/{turn}/events", Cancellation)).Split('\n').Where(line => line.StartsWith("data: ", StringComparison.Ordinal)))
        {
            var happened = JsonElement.Parse(line[6..]);
            types.Add(happened.GetProperty("type").GetString()!);
            Fits(types[^1], Component(Component("#/components/schemas/TurnEvent").GetProperty("discriminator").GetProperty("mapping").GetProperty(types[^1]).GetString()!), happened);
        }
        return types;
    }

    private void Fits(string what, JsonElement schema, JsonElement value) => Assert.Equal([], Faults([schema], value, "$").Select(fault => $"{what} {fault}"));

    private JsonElement Component(string reference) => _document.GetProperty("components").GetProperty("schemas").GetProperty(reference.Split('/')[^1]);

    /// <summary>What of a value does not fit a schema, or several that hold together.</summary>
    private IEnumerable<string> Faults(IEnumerable<JsonElement> schemas, JsonElement value, string at)
    {
        JsonElement[] all = [.. schemas.SelectMany(Parts)];
        foreach (var schema in all)
        {
            foreach (var word in (string[])["oneOf", "anyOf"])
            {
                if (!schema.TryGetProperty(word, out var several)) continue;
                var tries = several.EnumerateArray().Select(one => Faults([one], value, at).ToList()).ToList();
                if (!tries.Exists(faults => faults.Count == 0)) return tries.MinBy(faults => faults.Count)!;
                if (word == "oneOf" && tries.Count(faults => faults.Count == 0) > 1) return [$"{at} is several of oneOf"];
            }
            if (schema.TryGetProperty("type", out var type) && !Kinds(type).Contains(Kind(value)) && !(Kind(value) == "integer" && Kinds(type).Contains("number"))) return [$"{at} is {Kind(value)}, not {type}"];
            if (schema.TryGetProperty("enum", out var words) && !words.EnumerateArray().Any(word => word.ToString() == value.ToString())) return [$"{at} is {value}, none of {words}"];
        }
        return value.ValueKind switch
        {
            JsonValueKind.Array => all.Where(schema => schema.TryGetProperty("items", out _)).SelectMany(schema => value.EnumerateArray().SelectMany((item, i) => Faults([schema.GetProperty("items")], item, $"{at}[{i}]"))),
            JsonValueKind.Object => Members(all, value, at),
            _ => [],
        };
    }

    private IEnumerable<string> Members(JsonElement[] schemas, JsonElement value, string at)
    {
        foreach (var name in schemas.SelectMany(schema => schema.TryGetProperty("required", out var required) ? required.EnumerateArray() : []))
            if (!value.TryGetProperty(name.GetString()!, out _)) yield return $"{at} has no \"{name}\"";
        var isTold = schemas.Any(schema => schema.TryGetProperty("properties", out _));
        foreach (var member in value.EnumerateObject())
        {
            var told = schemas.Select(schema => schema.TryGetProperty("properties", out var properties) && properties.TryGetProperty(member.Name, out var its) || schema.TryGetProperty("additionalProperties", out its) && its.ValueKind == JsonValueKind.Object ? its : default).FirstOrDefault(its => its.ValueKind == JsonValueKind.Object);
            if (told.ValueKind == JsonValueKind.Object) foreach (var fault in Faults([told], member.Value, $"{at}.{member.Name}")) yield return fault;
            else if (isTold) yield return $"{at} has \"{member.Name}\", of which the document knows nothing";
        }
    }

    /// <summary>A schema with what it refers to and what holds beside it.</summary>
    private IEnumerable<JsonElement> Parts(JsonElement schema) =>
        schema.TryGetProperty("$ref", out var reference) ? Parts(Component(reference.GetString()!))
        : schema.TryGetProperty("allOf", out var allOf) ? allOf.EnumerateArray().SelectMany(Parts)
        : [schema];

    private static IEnumerable<string?> Kinds(JsonElement type) => type.ValueKind == JsonValueKind.Array ? type.EnumerateArray().Select(one => one.GetString()) : [type.GetString()];

    private static string Kind(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => "null",
        JsonValueKind.True or JsonValueKind.False => "boolean",
        JsonValueKind.Number => value.TryGetInt64(out _) ? "integer" : "number",
        var other => other.ToString().ToLowerInvariant(),
    };
}
