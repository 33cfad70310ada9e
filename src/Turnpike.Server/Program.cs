using Turnpike.Server.Access;
using Turnpike.Server.Api;
using Turnpike.Server.Compatible;
using Turnpike.Server.Hosting;
using Turnpike.Server.Http;
using Turnpike.Server.Mcp;
using Turnpike.Server.Page;

try
{
    // Settings are read once: what would watch their files would hear of each write to a data folder beside them.
    var builder = WebApplication.CreateBuilder([.. args, "--hostBuilder:reloadConfigOnChange=false"]);
    builder.AddTurnpikeServer();

    await using var app = builder.Build();
    app.UseRequestSpans();
    app.UseHeadRequests();
    app.UseCommonHeaders();
    app.UseProblems();
    app.UseDoorkeeper();
    app.UsePage();
    app.UseAudit();
    app.UseGate();
    app.UseSlashes();
    app.MapHealth();
    app.MapCompatible();
    app.MapTurns();
    app.MapAnswers();
    app.MapBranches();
    app.MapReplay();
    app.MapTransfers();
    app.MapPrompts();
    app.MapConversations();
    app.MapResources();
    app.MapFiles();
    app.MapRules();
    app.MapProjects();
    app.MapMembers();
    app.MapVariables();
    app.MapCatalogs();
    app.MapTools();
    app.MapMcp();
    app.MapUsage();
    app.MapKeys();
    app.MapAudit();
    app.MapOpenApi("/openapi/v1.json").OpenToAll();
    app.MapPage();
    await app.RunAsync();
    return 0;
}
catch (Exception error) when (StartFault.Explain(error) is { } message)
{
    await Console.Error.WriteLineAsync(message);
    return 1;
}
