using System.Text.Json;
using Turnpike.Providers.Mcp;
using Turnpike.Server.Access;
using Turnpike.Server.Http;
using Turnpike.Tools;
using Turnpike.Turns;
using Turnpike.Turns.Access;
using Turnpike.Turns.Catalogs;
using Turnpike.Turns.Json;

namespace Turnpike.Server.Api;

/// <summary>Tools and the servers they come from.</summary>
internal static class ToolsApi
{
    public static void MapTools(this WebApplication app)
    {
        var api = app.MapGroup("/api/tools").WithTags("Tools").RequireScope(Scopes.ToolsManage);
        api.MapGet("", ListAsync).Describe("listTools", "List tools", "{data: [{name, source, description, schema, trusted, groups?, hints?}], unavailable: [{source, message}]}: the tools of all sources, and the sources that could not be asked.").AnswersShape(OpenApiAnswers.Tools).RequireKey();
        api.MapPost("{name}/call", CallAsync).Describe("tryTool", "Try a tool", "Runs one call outside any turn with the arguments of the body {arguments, approved?}: {result, error?, milliseconds}. It counts as a turn. What is denied in turns is denied here; what needs an approval is called with \"approved\": true only. A key with a list of prompts calls no tool.").Takes<ToolTrial>().AnswersShape(OpenApiAnswers.TriedTool).RequireScope(Scopes.Turns);
        api.MapGet("servers", ServersAsync).Describe("listToolServers", "List tool servers", "{data: [server with status, tools, error?]}; values of headers and variables are masked. A key of another organization than \"default\" is told names and how they are.").AnswersShape(OpenApiAnswers.ToolServers);
        api.MapPost("servers", SaveAsync).Describe("saveToolServer", "Add or change a tool server", "An MCP server over streamable HTTP or stdio. 201 when it is new. A program is for \"admin\" only; a url of this machine or a private network is asked only when it was added with that. A header or variable that is sent as it is shown, •••, stays what it is.").Takes<ToolServer>().AnswersShape(OpenApiAnswers.ShownToolServer, 201).AnswersShape(OpenApiAnswers.ShownToolServer);
        api.MapDelete("servers/{name}", DeleteAsync).Describe("deleteToolServer", "Take a tool server away", "Its tools are gone at once.").AnswersNothing();
        api.MapPost("servers/{name}/test", TestAsync).Describe("testToolServer", "Test a tool server", "Connects anew and reads its list: {name, status, tools, error?}. For keys of the organization \"default\".").AnswersShape(OpenApiAnswers.Health);
    }

    private static async Task ListAsync(HttpContext http, ToolCatalog catalog)
    {
        var failures = new List<(string Source, string Message)>();
        var tools = await catalog.ListAsync((source, error) => failures.Add((source, error.Message)), http.RequestAborted);
        await Answer.WriteAsync(http, writer => ToolsJson.Write(writer, tools, failures));
    }

    private static async Task CallAsync(HttpContext http, string name, ToolTrials trials)
    {
        var trial = await Body.ReadAsync(http, ServerJson.Relaxed.ToolTrial);
        var tried = await trials.CallAsync(name, trial.Arguments ?? JsonElement.Parse("{}"u8), trial.Approved, http.RequestAborted);
        await Answer.WriteAsync(http, writer => ToolsJson.Write(writer, tried));
    }

    private static async Task ServersAsync(HttpContext http, ToolServers servers)
    {
        var list = await servers.ListAsync(http.RequestAborted);
        var isOurs = IsOfTheInstallation(http);
        await Answer.WriteAsync(http, writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray("data");
            foreach (var (server, health, configured) in list)
            {
                if (isOurs) ToolServerJson.Write(writer, server, health, configured);
                else ToolServerJson.WriteOutside(writer, server, health, configured);
            }
            writer.WriteEndArray();
            writer.WriteEndObject();
        });
    }

    private static async Task SaveAsync(HttpContext http, ToolServers servers)
    {
        OnlyOfTheInstallation(http);
        var isTrusted = Visitor.Of(http).May(Scopes.Admin); // before any key is made that is whoever is on this machine
        var server = await Body.ReadAsync(http, TurnpikeJson.Relaxed.ToolServer) with { Private = isTrusted };
        if (server.Transport == "stdio" && !isTrusted) throw new TurnException(TurnErrorCode.Forbidden, "A tool server that is a program can be added with the scope \"admin\" only.") { Field = "transport" };
        if (server.Trusted && !isTrusted && !await servers.IsTrustedAsync(server, http.RequestAborted))
            throw new TurnException(TurnErrorCode.Forbidden, "A tool server is made trusted with the scope \"admin\" only: its tools run without an approval in everybody's turns. Leave \"trusted\" out; one that is trusted stays so at its address.") { Field = "trusted" };
        var isNew = await servers.SaveAsync(server, http.RequestAborted);
        Audit.Tell(http, "/api/tools/servers/" + Uri.EscapeDataString(server.Name));
        await Answer.WriteAsync(http, writer => ToolServerJson.Write(writer, server, new("idle"), configured: false), isNew ? 201 : 200);
    }

    private static async Task DeleteAsync(HttpContext http, string name, ToolServers servers)
    {
        OnlyOfTheInstallation(http);
        if (await servers.DeleteAsync(name, http.RequestAborted)) http.Response.StatusCode = 204;
        else await NotFoundAsync(http, name);
    }

    private static async Task TestAsync(HttpContext http, string name, ToolServers servers)
    {
        OnlyOfTheInstallation(http);
        if (await servers.TestAsync(name, http.RequestAborted) is not { } health) await NotFoundAsync(http, name);
        else await Answer.WriteAsync(http, writer => ToolServerJson.Write(writer, name, health));
    }

    private static void OnlyOfTheInstallation(HttpContext http)
    {
        if (!IsOfTheInstallation(http)) throw new TurnException(TurnErrorCode.Forbidden, "Tool servers belong to the whole installation; a key of one organization can neither change nor test them.");
    }

    private static bool IsOfTheInstallation(HttpContext http) => Visitor.Of(http).Organization == OrganizationScope.Default;

    private static Task NotFoundAsync(HttpContext http, string name) => Problem.WriteAsync(http, Problem.Of(404, TurnErrorCode.ToolUnknown.Text(), $"There is no tool server \"{name}\".") with { Field = "name" });
}
