using System.Text.Json.Nodes;
using Turnpike.Turns;

namespace Turnpike.Providers.Mcp.Serving;

/// <summary>An answer of JSON-RPC that is an error.</summary>
internal sealed class McpError(int code, string message, JsonObject? data = null, int status = 200) : Exception(message)
{
    public const int Parse = -32700;
    public const int Request = -32600;
    public const int Method = -32601;
    public const int Params = -32602;
    public const int Internal = -32603;
    public const int LegacyResource = -32002;
    public const int Header = -32020;
    public const int Capability = -32021;
    public const int Version = -32022;

    public int Code => code;

    /// <summary>The id of the message that it answers, where nothing else of that can be read; null: it has none.</summary>
    public JsonNode? Id { get; init; }

    /// <summary>The HTTP status it goes with.</summary>
    public int Status => status;

    public JsonObject Body()
    {
        var body = new JsonObject { ["code"] = code, ["message"] = Message };
        if (data is not null) body["data"] = data.DeepClone();
        return body;
    }

    /// <summary>What stopped a turn or a look-up, in the codes of JSON-RPC.</summary>
    public static McpError Of(TurnException error)
    {
        var ours = error.Code.Text();
        var data = new JsonObject { ["code"] = ours };
        if (error.Variables.Count > 0) data[error.Code == TurnErrorCode.VariableMissing ? "missing" : "variables"] = new JsonArray([.. error.Variables.Where(fault => fault.Code is not { } code || code == error.Code.Text()).Select(fault => (JsonNode?)fault.Name)]);
        return new(IsTheCallers(error.Code) ? Params : Internal, error.Message, data);
    }

    private static bool IsTheCallers(TurnErrorCode code) => code is TurnErrorCode.RequestInvalid or TurnErrorCode.RequestTooLarge or TurnErrorCode.PromptNotFound or TurnErrorCode.ConversationNotFound
        or TurnErrorCode.TurnNotFound or TurnErrorCode.FileNotFound or TurnErrorCode.ProjectNotFound or (>= TurnErrorCode.TriggerUnknown and <= TurnErrorCode.ModelUnknown);
}
