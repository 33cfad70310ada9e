using System.Globalization;
using System.Runtime.InteropServices;
using Turnpike.Server.Access;
using Turnpike.Server.Api;
using Turnpike.Server.Compatible;
using Turnpike.Server.Hosting;
using Turnpike.Server.Http;
using Turnpike.Server.Mcp;
using Turnpike.Server.Page;

CultureInfo.CurrentCulture = CultureInfo.DefaultThreadCurrentCulture = CultureInfo.InvariantCulture; // whatever the machine's is, and however the runtime was told to find it
if (StartArguments.Answer(args) is { } answer)
{
    Console.WriteLine(answer);
    return 0;
}
if (StartArguments.Fault(args) is { } fault)
{
    await Console.Error.WriteLineAsync(fault);
    return 1;
}
try
{
    // Settings are read once: what would watch their files would hear of each write to a data folder beside them.
    var builder = WebApplication.CreateBuilder(["--hostBuilder:reloadConfigOnChange=false", .. args]);
    builder.AddTurnpikeServer();

    await using var app = builder.Build();
    using var hangup = PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal => // a closed terminal: what runs is ended or handed over as ever
    {
        signal.Cancel = true;
        app.Lifetime.StopApplication();
    });
    app.UseRequestSpans();
    app.UseHeadRequests();
    app.UseRoutes();
    app.UseCommonHeaders();
    app.UseProblems();
    app.UseWholeAddresses();
    app.UseDoorkeeper();
    app.UsePage();
    app.UseAudit();
    app.UseGate();
    app.UseQueryNames();
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
    app.MapDescription();
    app.MapPage();
    await app.RunAsync();
    return 0;
}
catch (Exception error) when (StartFault.Explain(error) is { } message)
{
    await Console.Error.WriteLineAsync(message);
    return 1;
}
