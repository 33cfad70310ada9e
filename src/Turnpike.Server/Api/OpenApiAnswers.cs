using Microsoft.OpenApi;
using Turnpike.Prompts.Variables;
using Turnpike.Turns;
using Turnpike.Turns.Access;
using Turnpike.Turns.Catalogs;
using Turnpike.Turns.Drafts;
using Turnpike.Turns.Packing;
using Turnpike.Turns.Tracing;
using static Turnpike.Server.Api.OpenApiShapes;

namespace Turnpike.Server.Api;

/// <summary>The schemas of answers that are written member by member.</summary>
internal static class OpenApiAnswers
{
    public const string Preview = "TurnPreview", Tools = "ToolList", TriedTool = "TriedTool", ToolServers = "ToolServerList", ShownToolServer = "ShownToolServer", Health = "ToolServerHealth", Issued = "IssuedKey", Me = "Me", Versions = "PromptVersionList", Labels = "PromptLabelList";

    public static void Describe(OpenApiDocument document)
    {
        document.AddComponent(Preview, PreviewOf(document));
        document.AddComponent(Tools, Data(Always(Object(("name", Text(null)), ("source", Text(null)), ("description", Text(null)), ("schema", new OpenApiSchema()), ("trusted", Truth()), ("groups", List(Text(null), null)), ("hints", new OpenApiSchema { Type = JsonSchemaType.Object })), "groups", "hints"),
            ("unavailable", List(Always(Object(("source", Text(null)), ("message", Text(null)))), "The sources that could not be asked."))));
        document.AddComponent(TriedTool, Always(Object(("tool", Text("The name it is chosen by.")), ("result", new OpenApiSchema()), ("error", Text("What went wrong, in place of a result.")), ("milliseconds", new OpenApiSchema { Type = JsonSchemaType.Number })), "result", "error"));
        document.AddComponent(Health, Object(("name", Text("The server; only where it is tested.")), ("status", Text("idle, connecting, ready or failed.")), ("tools", Whole("How many it offers.")), ("error", Text(null)), ("detail", Text(null)), ("leftOut", List(Text(null), "Tools of its list that are not offered, each with the reason."))));
        document.AddComponent(ShownToolServer, new OpenApiSchema { AllOf = [Refers(document, nameof(ToolServer)), Object(("configured", Truth("Whether it stands in the settings.")), ("health", Refers(document, Health)), ("status", Text("As in its health.")))] });
        document.AddComponent(ToolServers, Data(Refers(document, ShownToolServer)));
        document.AddComponent(Issued, new OpenApiSchema { Description = "A key with its secret, which is told this once.", AllOf = [Refers(document, nameof(AccessKey)), Object(("key", Text("The secret.")), ("warning", Text("What is wrong with the keys now; absent: nothing.")))] });
        document.AddComponent(Me, Always(Object(("name", Text(null)), ("user", Text(null)), ("organization", Text(null)), ("scopes", List(Text(null), null)), ("key", Refers(document, nameof(AccessKey)))), "user", "key"));
        document.AddComponent(Versions, Data(Object(("version", Whole(null)), ("hash", Text(null)), ("createdAt", Text("UTC.")), ("author", Text(null)), ("note", Text(null)), ("labels", List(Text(null), null)))));
        document.AddComponent(Labels, Data(Always(Object(("label", Text(null)), ("version", Whole(null)), ("protected", Truth())))));
    }

    private static OpenApiSchema PreviewOf(OpenApiDocument document) => Always(Object(
        ("request", Refers(document, nameof(ModelRequest))),
        ("sources", List(Refers(document, nameof(TextSource)), "Where each stretch of the messages came from.")),
        ("trace", List(Refers(document, nameof(TraceStation)), null)),
        ("variables", Table(Refers(document, nameof(VariableExplanation)))),
        ("parameters", Table(Refers(document, nameof(ParameterExplanation)))),
        ("triggers", List(Refers(document, nameof(TriggerRecord)), null)),
        ("packing", List(Refers(document, nameof(PackingItem)), "What was cut or left out to fit.")),
        ("warnings", List(Refers(document, nameof(TurnWarning)), null)),
        ("tokens", Always(Object(("input", Whole("Tokens of the request.")), ("estimated", Truth())))),
        ("actions", List(Always(Object(("trigger", Text(null)), ("description", Text(null)))), "What triggers would do after the turn is saved.")),
        ("prompt", Refers(document, nameof(TurnPrompt)))), "prompt");

    private static OpenApiSchema Data(IOpenApiSchema item, params (string Name, IOpenApiSchema Schema)[] more) => Always(Object([("data", List(item, null)), .. more]));
}
