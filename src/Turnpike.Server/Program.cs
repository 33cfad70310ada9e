using Turnpike.Server.Api;
using Turnpike.Server.Hosting;
using Turnpike.Server.Http;
using Turnpike.Server.Page;

var builder = WebApplication.CreateBuilder(args);
builder.AddTurnpikeServer();

var app = builder.Build();
app.UseRequestIds();
app.UseProblems();
app.UseDoorkeeper();
app.MapHealth();
app.MapTurns();
app.MapPrompts();
app.MapConversations();
app.MapRules();
app.MapProjects();
app.MapVariables();
app.MapCatalogs();
app.MapOpenApi("/openapi/v1.json");
app.MapStartPage();
app.MapUnknown();
app.Run();

/// <summary>The server.</summary>
public sealed partial class Program;
