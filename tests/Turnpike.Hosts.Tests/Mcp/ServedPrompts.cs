using System.Text.Json.Nodes;
using Turnpike.Hosts.Tests.Server;

namespace Turnpike.Hosts.Tests.Mcp;

/// <summary>A server with prompts for MCP clients.</summary>
internal static class ServedPrompts
{
    public static JsonObject Json(string text) => (JsonObject)JsonNode.Parse(text)!;

    public static (int, int) Head((int Status, int Code, JsonObject) error) => (error.Status, error.Code);

    public static async Task<RunningServer> ServerAsync(params (string, string)[] settings)
    {
        var server = new RunningServer(null, settings);
        using var first = await server.PostAsync("/api/prompts", new
        {
            key = "support",
            title = "Support",
            description = "Answers about a city.",
            messages = new[] { new { role = "system", content = "You help in {{city}}." } },
            variables = new object[] { new { name = "city", type = "enum", required = true, options = new[] { "Paris", "Parma", "Rome" }, description = "Where." }, new { name = "days", type = "integer", @default = 2 } },
            resources = new[] { new { id = "faq", kind = "text", title = "FAQ", text = "Ask away.", policy = "sticky" } },
        });
        using var second = await server.PostAsync("/api/prompts", new
        {
            key = "team/sum",
            messages = new[] { new { role = "user", content = "Sum up {{input}}" } },
            output = new { schema = new { type = "object", properties = new { total = new { type = "number" } }, required = new[] { "total" } } },
        });
        Assert.Equal((201, 201), ((int)first.StatusCode, (int)second.StatusCode));
        return server;
    }
}
