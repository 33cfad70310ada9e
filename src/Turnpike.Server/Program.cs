using Turnpike.Server.Access;
using Turnpike.Server.Api;
using Turnpike.Server.Hosting;
using Turnpike.Server.Http;
using Turnpike.Server.Page;

try
{
    var builder = WebApplication.CreateBuilder(args);
    builder.AddTurnpikeServer();

    await using var app = builder.Build();
    app.UseCommonHeaders();
    app.UseProblems();
    app.UseDoorkeeper();
    app.UseGate();
    app.MapHealth();
    app.MapTurns();
    app.MapAnswers();
    app.MapBranches();
    app.MapPrompts();
    app.MapConversations();
    app.MapResources();
    app.MapFiles();
    app.MapRules();
    app.MapProjects();
    app.MapVariables();
    app.MapCatalogs();
    app.MapUsage();
    app.MapKeys();
    app.MapOpenApi("/openapi/v1.json").OpenToAll();
    app.MapStartPage();
    await app.RunAsync();
    return 0;
}
catch (Exception error) when (StartFault.Explain(error) is { } message)
{
    await Console.Error.WriteLineAsync(message);
    return 1;
}
