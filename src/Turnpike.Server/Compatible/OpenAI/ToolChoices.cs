using System.Text.Json;
using Turnpike.Turns.Json;

namespace Turnpike.Server.Compatible.OpenAI;

/// <summary>Reads <c>tool_choice</c> of both vendor faces.</summary>
internal static class ToolChoices
{
    private const string Field = "tool_choice";

    /// <summary>Sets what the turn does with its tools (<c>auto, none, required</c> or a tool's name), and narrows them to those that may be called.</summary>
    /// <param name="request">Gets the choice.</param>
    /// <param name="body">The body that has it.</param>
    /// <param name="labelled">The tools of sources; null: the face takes none.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public static async ValueTask ReadAsync(FaceRequest request, JsonElement body, LabelledTools? labelled, CancellationToken cancellationToken)
    {
        if (body.Member(Field) is not { } choice) return;
        var (said, only) = choice.ValueKind switch
        {
            JsonValueKind.String => choice.GetString() is "auto" or "none" or "required" ? (choice.GetString()!, null) : throw Given.UnsupportedValue(Field, $"\"tool_choice\" is \"{choice.GetString()}\"; it must be auto, none, required or an object."),
            JsonValueKind.Object => await ObjectAsync(choice, labelled, cancellationToken),
            _ => throw Given.Invalid(Field, "\"tool_choice\" must be a string or an object."),
        };
        request.Parameter("toolChoice", JsonSerializer.SerializeToElement(said, TurnpikeJson.Relaxed.String), Field);
        if (only is not null) request.Narrow(only);
    }

    private static async ValueTask<(string Choice, IReadOnlyList<string>? Only)> ObjectAsync(JsonElement choice, LabelledTools? labelled, CancellationToken cancellationToken)
    {
        switch (choice.Needed("type", Field + "."))
        {
            case "function":
                return ((choice.Object("function", Field + ".") ?? choice).Needed("name", Field + "."), null);
            case "mcp" when labelled is not null:
                var tools = await SourceAsync(choice, Field + ".", labelled, cancellationToken);
                return choice.Member("name") is not null && tools is [var one] ? (one, null) : ("required", tools);
            case "allowed_tools":
                var (allowed, path) = choice.Object("allowed_tools", Field + ".") is { } inner ? (inner, Field + ".allowed_tools.") : (choice, Field + ".");
                var mode = allowed.Text("mode", path) ?? "auto";
                if (mode is not ("auto" or "required")) throw Given.UnsupportedValue(path + "mode", $"\"{path}mode\" is \"{mode}\"; it must be auto or required.");
                var list = allowed.List("tools", path) ?? throw Given.Invalid(path + "tools", $"\"{path}tools\" is missing; it must be an array of tools.");
                var names = new List<string>();
                for (var i = 0; i < list.Count; i++) names.AddRange(await AllowedAsync(list[i], $"{path}tools[{i}].", labelled, cancellationToken));
                return (mode, names);
            case var type:
                throw Given.UnsupportedValue(Field + ".type", $"A \"tool_choice\" of type \"{type}\" is not taken.");
        }
    }

    private static async ValueTask<IReadOnlyList<string>> AllowedAsync(JsonElement tool, string path, LabelledTools? labelled, CancellationToken cancellationToken) =>
        labelled is not null && tool.Text("server_label", path) is not null ? await SourceAsync(tool, path, labelled, cancellationToken) : [(tool.Object("function", path) ?? tool).Needed("name", path)];

    /// <summary>The tool of a source, or all of them.</summary>
    private static ValueTask<IReadOnlyList<string>> SourceAsync(JsonElement named, string path, LabelledTools labelled, CancellationToken cancellationToken) =>
        labelled.NamesAsync(named.Needed("server_label", path), named.Text("name", path) is { } name ? new([name], null, path + "name") : null, path + "server_label", cancellationToken);
}
