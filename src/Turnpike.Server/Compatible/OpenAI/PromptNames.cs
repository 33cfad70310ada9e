using System.Text.Json;
using Turnpike.Prompts;
using Turnpike.Turns;
using Turnpike.Turns.Json;

namespace Turnpike.Server.Compatible.OpenAI;

/// <summary>The ways in which a request to a vendor's face names its prompt; they are one thing.</summary>
internal static class PromptNames
{
    public const string Prefix = "prompt/";

    /// <summary>Reads <c>model</c>, <c>prompt_id</c> and its fellows at the top or in <c>metadata</c>.</summary>
    public static void Read(FaceRequest request, JsonElement body)
    {
        if (body.Text("model") is { } model)
        {
            if (model.StartsWith(Prefix, StringComparison.Ordinal)) request.Use(Parse(model[Prefix.Length..], "model"), "model");
            else if (model.Length > 0) request.Model(model, "model");
        }
        ReadKeys(request, body, "");
        if (body.Object("metadata") is { } metadata) ReadKeys(request, metadata, "metadata.");
    }

    /// <summary>Reads the object <c>prompt</c>: <c>{id or prompt_id, version?, variables?}</c>.</summary>
    public static void ReadObject(FaceRequest request, JsonElement prompt)
    {
        var version = Version(prompt, "version", "prompt.");
        var (id, other) = (prompt.Text("id", "prompt."), prompt.Text("prompt_id", "prompt."));
        if (id is null && other is null) throw Given.Invalid("prompt.id", "\"prompt\" needs an \"id\".");
        if (id is not null) request.Use(Reference(id, version, "prompt.id"), "prompt.id");
        if (other is not null) request.Use(Reference(other, version, "prompt.prompt_id"), "prompt.prompt_id");
        request.Variables(PromptValues.Read(prompt.Object("variables", "prompt.")), "prompt.variables");
    }

    /// <summary>The number to tell of the version that a request means, where those of another system count; empty when none finds it, null when our own count.</summary>
    public static async Task<string?> NumberAsync(IPromptStore store, PromptReference named, CancellationToken cancellationToken)
    {
        if (named.Id is not { } id || await ForeignVersions.OfAsync(store, id, cancellationToken) is not { } numbers) return null;
        if (named.Version is { } asked && asked.All(char.IsAsciiDigit)) return asked;
        var place = await store.LocateAsync(id, named.Version, cancellationToken);
        return (place is null ? null : numbers.Theirs(place.Version))?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? named.Version ?? "";
    }

    private static void ReadKeys(FaceRequest request, JsonElement from, string path)
    {
        var id = from.Text("prompt_id", path);
        var version = Version(from, "prompt_version", path);
        if (id is not null) request.Use(Reference(id, version, path + "prompt_id"), path + "prompt_id");
        else if (version is not null && request.Prompt is { Id: not null } named) request.Use(named with { Version = version }, path + "prompt_version");
        else if (version is not null && path.Length == 0) throw Given.Invalid("prompt_version", $"\"prompt_version\" is \"{version}\", and the request names no prompt of which that would be a version. Say \"prompt_id\" beside it.");
        foreach (var name in (string[])["prompt_variables", "inputs"])
        {
            if (from.Member(name) is not { } values) continue;
            request.Variables(values.ValueKind == JsonValueKind.String ? Parsed(values.GetString()!, path + name) : values, path + name);
        }
    }

    private static JsonElement Parsed(string text, string field)
    {
        try
        {
            return StrictJson.Parse(text);
        }
        catch (JsonException)
        {
            throw Given.Invalid(field, $"\"{field}\" is not the JSON text of an object, with each name once.");
        }
    }

    private static string? Version(JsonElement from, string name, string path) => from.Member(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Number } number when number.TryGetInt32(out var version) => version.ToString(System.Globalization.CultureInfo.InvariantCulture),
        { ValueKind: JsonValueKind.String } text => text.GetString() is { Length: > 0 } version ? version : null,
        _ => throw Given.Invalid(path + name, $"\"{path}{name}\" must be a number or a label."),
    };

    private static PromptReference Reference(string id, string? version, string field)
    {
        var named = Parse(id, field);
        if (version is null) return named;
        if (named.Version is { } other && other != version) throw Given.Invalid(field, $"\"{id}\" says version \"{other}\", and the request says \"{version}\" beside it. Say one.");
        return named with { Version = version };
    }

    private static PromptReference Parse(string text, string field)
    {
        var named = PromptReference.Parse(text);
        return named.Id is { Length: > 0 } && named.Version is not "" ? named : throw new TurnException(TurnErrorCode.PromptNotFound, $"\"{text}\" names no prompt. Say \"prompt/key\" or \"prompt/key@version\".") { Field = field };
    }
}
