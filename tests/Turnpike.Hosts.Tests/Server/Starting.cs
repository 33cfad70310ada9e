using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration.EnvironmentVariables;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Turnpike.Hosts.Tests.Storage;
using Turnpike.Server.Hosting;
using Turnpike.Turns.Catalogs;

namespace Turnpike.Hosts.Tests.Server;

/// <summary>A server that cannot start says in one line which setting must change.</summary>
public sealed class Starting
{
    [Theory]
    [InlineData("--urls=http://0.0.0.0:0", "ASPNETCORE_URLS is \"http://0.0.0.0:0\"")]
    [InlineData("--urls=http://*:0", "open this server to the network")]
    [InlineData("--urls=http://[::]:0", "open this server to the network")]
    [InlineData("--urls=http://127.0.0.1:0;http://192.0.2.7:80", "http://192.0.2.7:80")]
    [InlineData("--Kestrel:Endpoints:Public:Url=http://0.0.0.0:0", "Kestrel:Endpoints:Public:Url is")]
    [InlineData("--http_ports=7449;--urls=", "ASPNETCORE_HTTP_PORTS is \"http://*:7449\", which would open this server to the network")]
    [InlineData("--https_ports=7449;--urls=", "ASPNETCORE_HTTPS_PORTS is \"https://*:7449\"")]
    [InlineData("--urls=5080", "ASPNETCORE_URLS is \"5080\", which is no address")]
    [InlineData("--Turnpike:ModelCalls:Attempts=0", "Turnpike:ModelCalls:Attempts is \"0\". The field Attempts must be between 1 and 10.")]
    [InlineData("--Turnpike:ModelCalls:Providers:slow:FirstToken=00:00:00", "Turnpike:ModelCalls:Providers:slow:FirstToken is \"00:00:00\". It must be more than 0 and at most a day.")]
    [InlineData("--Turnpike:Turns:Parameters:Temperature=9", "Turnpike:Turns:Parameters:Temperature: Parameter \"temperature\" is \"9\"; it must be a number from 0 to 2.")]
    [InlineData("--Turnpike:Turns:Parameters:Stop:0=", "Turnpike:Turns:Parameters:Stop: Parameter \"stop\" is [\"\"]")]
    [InlineData("--Turnpike:Turns:Parameters:tempratur=1", "Turnpike:Turns:Parameters:tempratur: There is no parameter \"tempratur\". Did you mean \"temperature\"?")]
    [InlineData("--Turnpike:Turns:HistoryTurns=0", "Turnpike:Turns:HistoryTurns is \"0\".")]
    [InlineData("--Turnpike:Models:a/b:ContextWindow=0", "Turnpike:Models:a/b: its window must be above 0, and its prices, each for a million tokens, from 0 to 10^9")]
    [InlineData("--Turnpike:Models:a/b:Price:Output=2000000000", "Turnpike:Models:a/b: its window must be above 0, and its prices, each for a million tokens, from 0 to 10^9")]
    [InlineData("--Turnpike:Models:a/b:Price:Input=-1", "Turnpike:Models:a/b: its window must be above 0, and its prices, each for a million tokens, from 0 to 10^9")]
    [InlineData("--Turnpike:Runner:RenewEvery=0", "Turnpike:Runner:RenewEvery is \"0\".")]
    [InlineData("--Turnpike:Runner:Lease=00:00:08", "Turnpike:Runner:Lease is \"00:00:08\". It must be at least twice RenewEvery, which is 00:00:05")]
    [InlineData("--Turnpike:Runner:Drain=30", "Turnpike:Runner:Drain is \"30\".")] // days
    [InlineData("--Turnpike:Runner:Drain=-00:00:05", "Turnpike:Runner:Drain is \"-00:00:05\".")]
    [InlineData("--Turnpike:ToolCalls:Timeout=00:00:00", "Turnpike:ToolCalls:Timeout is \"00:00:00\".")]
    [InlineData("--Turnpike:ToolCalls:Timeouts:slow=-00:00:01", "Turnpike:ToolCalls:Timeouts:slow is \"-00:00:01\". It must be between 1 ms and a day.")]
    [InlineData("--Turnpike:ToolCalls:AnswerWithin=-01:00:00", "Turnpike:ToolCalls:AnswerWithin is")]
    [InlineData("--Turnpike:Files:Unreferenced=-01:00:00", "Turnpike:Files:Unreferenced is")]
    [InlineData("--Turnpike:Web:Timeout=00:00:00", "Turnpike:Web:Timeout is")]
    [InlineData("--Turnpike:ModelCalls:Backoff=-00:00:05", "Turnpike:ModelCalls:Backoff is")]
    [InlineData("--Turnpike:ModelCalls:LongestBackoff=2", "Turnpike:ModelCalls:LongestBackoff is")]
    [InlineData("--Turnpike:ModelCalls:MaxCost=-1", "Turnpike:ModelCalls:MaxCost is \"-1\".")]
    [InlineData("--Turnpike:TryAgainAfter=-00:00:01", "Turnpike:TryAgainAfter is")]
    [InlineData("--Turnpike:ListsLast=2", "Turnpike:ListsLast is")]
    [InlineData("--Turnpike:Compatible:Triggers=none", "Turnpike:Compatible:Triggers is \"none\". It must be on or off.")]
    [InlineData("--Turnpike:Compatible:Compose=all", "Turnpike:Compatible:Compose is \"all\". It must be full or transparent.")]
    [InlineData("--Turnpike:Compatible:Approvals=yes", "Turnpike:Compatible:Approvals is \"yes\". It must be ask or allow.")]
    [InlineData("--Turnpike:SecretsKey=hunter2", "Turnpike:SecretsKey cannot be used. A key that secrets are sealed with must be 32 bytes in base64; \"openssl rand -base64 32\" makes one.")]
    [InlineData("--Turnpike:BodyBytes=1", "Turnpike:BodyBytes is \"1\".")]
    [InlineData("--Turnpike:BodyBytes=much", "Failed to convert configuration value 'much' at 'Turnpike:BodyBytes'")]
    [InlineData("--Turnpike:Triggers:Start=go", "Turnpike:Triggers:Start")]
    [InlineData("--Turnpike:Triggers:End=@.", "Turnpike:Triggers:End is \"@.\". It is \"@.\", and so is Start. Choose two different marks.")]
    [InlineData("--Turnpike:Providers:0:Name=", "Turnpike:Providers:0:Name is missing")]
    [InlineData("--Turnpike:ToolCalls:Approval:calculate=denny", "Turnpike:ToolCalls:Approval:calculate is \"denny\". It must be one of allow, ask, deny.")]
    [InlineData("--Turnpike:Providers:0:Name=x;--Turnpike:Providers:0:Kind=foo", "Turnpike:Providers:0:Kind is \"foo\". It must be one of openai, anthropic, echo.")]
    [InlineData("--Turnpike:ToolServers:0:Name=x;--Turnpike:ToolServers:0:Url=http://127.0.0.1:9/mcp;--Turnpike:ToolServers:0:Trusted=yes", "Turnpike:ToolServers:0:Trusted is \"yes\". It must be true or false.")]
    [InlineData("--Turnpike:Models:openai/slow:Price:Input=1,5", "Turnpike:Models:openai/slow:Price:Input is \"1,5\". It must be a number with a point, such as 1.5.")]
    [InlineData("--Turnpike:Models:openai/slow:Price:Input=1.5", "Turnpike:Models:openai/slow:Price:Output is missing. It must be a number with a point, such as 1.5.")]
    [InlineData("--Turnpike:ModelCalls:Providers:openai:FirstToken=2min", "Turnpike:ModelCalls:Providers:openai:FirstToken is \"2min\". It must be a length of time such as \"00:00:30\".")]
    [InlineData("--Turnpike:ToolCalls:Timeouts:calculate=5s", "Turnpike:ToolCalls:Timeouts:calculate is \"5s\"")]
    [InlineData("--Turnpike:Oidc:Issuer=https://login.example.org;--Turnpike:Oidc:Audience=a;--Turnpike:Oidc:ScopeNames:authors=prompts:wriet", "Turnpike:Oidc:ScopeNames:authors is \"prompts:wriet\". There is no scope \"prompts:wriet\".")]
    [InlineData("--Turnpike:Oidc:Issuer=https://login.example.org;--Turnpike:Oidc:Audience=a;--Turnpike:Oidc:Scopes:0=turn", "Turnpike:Oidc:Scopes:0 is \"turn\". There is no scope \"turn\".")]
    [InlineData("--Turnpike:Oidc:Issuer=https://login.example.org;--Turnpike:Oidc:Audience=a;--Turnpike:Oidc:ScopeNames:turnpike:write=prompts:wriet", "Turnpike:Oidc:ScopeNames:turnpike:write is \"prompts:wriet\". There is no scope \"prompts:wriet\".")]
    [InlineData("--Turnpike:Oidc:Issuer=https://login.example.org;--Turnpike:Oidc:Audience=a;--Turnpike:Oidc:Limits:RequestsPerMinute=-3", "Turnpike:Oidc:Limits:RequestsPerMinute is \"-3\". It must be 0 to 1,000,000,000,000, or left out.")]
    [InlineData("--Turnpike:Models:openai/m1:Input:0=smell", "Turnpike:Models:openai/m1: \"smell\" is nothing that a model reads; \"input\" lists text, image, audio, file.")]
    [InlineData("--Turnpike:Aliases:fast=", "Turnpike:Aliases:fast is \"\". It must be the id of a model: \"provider/name\".")]
    [InlineData("--Turnpike:Aliases:slow=nope", "Turnpike:Aliases:slow is \"nope\". It must be the id of a model")]
    [InlineData("--Turnpike:AllowedHosts:0=https://shop.example", "Turnpike:AllowedHosts:0 is \"https://shop.example\". It must be a name or an address alone")]
    [InlineData("--Turnpike:AllowedHosts:0=shop.example:8080", "Turnpike:AllowedHosts:0 is")]
    [InlineData("--Turnpike:AllowedHosts:0=::1", "Turnpike:AllowedHosts:0 is")]
    [InlineData("--Turnpike:AllowedOrigins:0=shop.example", "Turnpike:AllowedOrigins:0 is \"shop.example\". It must be an origin as browsers send it")]
    [InlineData("--Turnpike:AllowedOrigins:0=https://shop.example/", "Turnpike:AllowedOrigins:0 is")]
    [InlineData("--Turnpike:AllowedOrigins:0=https://shop.example:443", "Turnpike:AllowedOrigins:0 is")]
    [InlineData("--Turnpike:ToolServers:0:Name=x", "Turnpike:ToolServers:0: Tool server \"x\" needs an http or https \"url\".")]
    [InlineData("--Turnpike:Providers:0:Name=x;--Turnpike:Providers:0:Key=sk-schlüssel", "Turnpike:Providers:0:Key holds a character that no key has")]
    [InlineData("--Turnpike:Providers:0:Name=x;--Turnpike:Providers:0:Headers:X-Team=Köln", "Turnpike:Providers:0:Headers:X-Team holds a character that no header can carry")]
    [InlineData("--Turnpike:Providers:0:Name=x;--Turnpike:Providers:0:Headers:X Team=Bonn", "Turnpike:Providers:0:Headers:X Team is not the name of a header")]
    [InlineData("--OPENAI_API_KEY=sk-schlüssel", "OPENAI_API_KEY holds a character that no key has")]
    [InlineData("--ConnectionStrings:Turnpike=file.db", "ConnectionStrings:Turnpike is no connection string of PostgreSQL")]
    [InlineData("--ConnectionStrings:Turnpike=Host=h;SSL Mode=Requird", "ConnectionStrings:Turnpike cannot be read. The value of \"ssl mode\" is none that it can have.")]
    [InlineData("--ConnectionStrings:Turnpike=Host=h;Port=abc", "The value of \"port\"")]
    [InlineData("--ConnectionStrings:Turnpike=Host=h;Port=99999", "The value of \"port\"")]
    [InlineData("--ConnectionStrings:Turnpike=Host=h;Timeout=-5", "The value of \"timeout\"")]
    [InlineData("--ConnectionStrings:Turnpike=Host=h;Bogus=1", "\"bogus\" is none of the words that it may have")]
    [InlineData("--ConnectionStrings:Turnpike=Host=h;Password", "ConnectionStrings:Turnpike cannot be read. ")]
    [InlineData("--ConnectionStrings:Turnpike=Host=h;Minimum Pool Size=50", "ConnectionStrings:Turnpike cannot be read. ")]
    [InlineData("--ConnectionStrings:Turnpike=postgresql://ann:pw@h:99999/x", "ConnectionStrings:Turnpike cannot be read. It is no URI")]
    [InlineData("--ConnectionStrings:Turnpike=postgresql://ann:p#w@h/x", "write # as %23")]
    [InlineData("--ConnectionStrings:Turnpike=postgresql://ann:1#w@h/x", "write # as %23")]
    [InlineData("--ConnectionStrings:Turnpike=postgresql://ann:pw@h/x?sslmode=requird", "The value of \"SSL Mode\"")]
    [InlineData("--Turnpike:Providers:0:Name=x;--Turnpike:Providers:0:BaseUrl=http://ann:pw@127.0.0.1:1/v1", "Turnpike:Providers:0:BaseUrl \"•••@127.0.0.1:1/v1\" brings a name or password")]
    [InlineData("--Turnpike:AllowedHosts=shop.example", "Turnpike:AllowedHosts is \"shop.example\". It is a list: say Turnpike:AllowedHosts:0")]
    [InlineData("--Turnpike:Aliases=fast", "Turnpike:Aliases is \"fast\". It is a table: say Turnpike:Aliases:NAME")]
    [InlineData("--Turnpike:Providers=y", "Turnpike:Providers is \"y\". It is a list")]
    [InlineData("--Turnpike:ToolCalls:Aproval:calculate=deny", "Turnpike:ToolCalls:Aproval is no setting. Did you mean \"Approval\"?")]
    [InlineData("--Turnpike:Modle=a/b", "Turnpike:Modle is no setting. Did you mean \"Model\"?")]
    [InlineData("--Turnpike:ModelCalls:MaxStep=3", "Turnpike:ModelCalls:MaxStep is no setting. Did you mean \"MaxSteps\"?")]
    [InlineData("--Turnpike:Modelcall:MaxSteps=3", "Turnpike:Modelcall is no setting. Did you mean \"ModelCalls\"?")]
    [InlineData("--Turnpike:Providers:0:Name=x;--Turnpike:Providers:0:BaseURI=http://h/v1", "Turnpike:Providers:0:BaseURI is no setting. Did you mean \"BaseUrl\"?")]
    [InlineData("--Turnpike:Hooks:0:Url=http://127.0.0.1:9/;--Turnpike:Hooks:0:Secrt=s", "Turnpike:Hooks:0:Secrt is no setting. Did you mean \"Secret\"?")]
    [InlineData("--Turnpike:Models:a/b:Price:Inptu=1", "Turnpike:Models:a/b:Price:Inptu is no setting. Did you mean \"Input\"?")]
    [InlineData("--Turnpike:Database:Conections=3", "Turnpike:Database:Conections is no setting.")]
    [InlineData("--Turnpike:Triggers:Policy=7", "Turnpike:Triggers:Policy is \"7\". It must be one of ")]
    [InlineData("--Turnpike:Triggers:Policy=Drop", "Turnpike:Triggers:Policy is \"Drop\". It must be one of ")]
    [InlineData("--Turnpike:ToolCalls:Approval:calculate=9", "Turnpike:ToolCalls:Approval:calculate is \"9\". It must be one of allow, ask, deny.")]
    [InlineData("--Turnpike:Hooks:0:Url=http://127.0.0.1:9/;--Turnpike:Hooks:0:OnError=9", "Turnpike:Hooks:0:OnError is \"9\". It must be one of ")]
    [InlineData("--TURNPIKE_MODEL=gpt-5", "Turnpike:Model is \"gpt-5\". It must be the id of a model: \"provider/name\".")]
    [InlineData("--Turnpike:SmallModel=gpt-5", "Turnpike:SmallModel is \"gpt-5\".")]
    [InlineData("--urls=http://127.0.0.1:99999", "whose port is none")]
    [InlineData("--urls=http://127.0.0.1:5080/turnpike", "take \"/turnpike\" away")]
    [InlineData("--urls=http://localhost:0", "say http://127.0.0.1:0")]
    [InlineData("--urls=http://unix:/no/such/folder/s.sock", "The server cannot listen at its address")]
    [InlineData("--OPENAI_BASE_URL=ftp://ann:pw@h/v1", "OPENAI_BASE_URL \"•••@h/v1\" is not an http or https URL")]
    public async Task A_setting_that_does_not_fit_is_named(string setting, string says) => Assert.Contains(says, await StartAsync(setting.Split(";--")[0], [.. setting.Split(";--")[1..], "--urls=http://127.0.0.1:0"]), StringComparison.Ordinal);

    [Theory]
    [InlineData("--ConnectionStrings:Turnpike=Host=h;Password=hunter2;SSL Mode=hunter2")]
    [InlineData("--ConnectionStrings:Turnpike=Host=h;Port=hunter2;Password=hunter2")]
    [InlineData("--ConnectionStrings:Turnpike=Host=h;Password='hunter2")]
    [InlineData("--ConnectionStrings:Turnpike=postgresql://ann:hunter2#@h/x")]
    [InlineData("--ConnectionStrings:Turnpike=postgresql://ann:hunter2@h:99999/x?password=hunter2")]
    [InlineData("--Turnpike:Providers:0:Name=x;--Turnpike:Providers:0:BaseUrl=http://ann:hunter2@127.0.0.1:1/v1")]
    [InlineData("--Turnpike:OllamaUrl=http//ann:hunter2@127.0.0.1:1/v1")]
    public async Task What_it_says_of_a_setting_tells_no_secret_in_it(string setting) =>
        Assert.DoesNotContain("hunter2", Assert.Single((await StartAsync(setting.Split(";--")[0], [.. setting.Split(";--")[1..], "--urls=http://127.0.0.1:0"])).Split('\n')), StringComparison.Ordinal);

    [Theory]
    [InlineData("--Turnpike:Model=fast", "--Turnpike:Aliases:fast=a/b")]
    [InlineData("--Turnpike:Aliases:my:alias=a/b", "--turnpike:allowedhosts:0=shop.example")]
    [InlineData("--Turnpike:Oidc:ScopeNames:turnpike:write=prompts:write", "--Turnpike:Turns:Parameters:Temperature=1")]
    [InlineData("--Turnpike:Compatible:Triggers=OFF", "--Turnpike:Database:Connections=20")]
    public async Task What_is_a_setting_is_taken_however_it_is_written(string setting, string other) => Assert.Equal("", await StartAsync(setting, [other, "--urls=http://127.0.0.1:0"]));

    [Theory]
    [InlineData("[]", "models.json\" must be an object of models by id")]
    [InlineData("{", "models.json\" cannot be read: ")]
    [InlineData("""{"gpt":{}}""", "model \"gpt\": the id of a model is \"provider/name\"")]
    [InlineData("""{"a/b":{"prise":1}}""", "model \"a/b\": there is no field \"prise\" here. Did you mean \"price\"?")]
    [InlineData("""{"a/b":{"price":{"input":1}}}""", "model \"a/b\": \"price\" lacks \"output\".")]
    [InlineData("""{"a/b":{"contextWindow":"big"}}""", "model \"a/b\": \"contextWindow\" must be a whole number.")]
    [InlineData("""{"a/b":{"input":["images"]}}""", "model \"a/b\": \"images\" is nothing that a model reads; \"input\" lists text, image, audio, file. Did you mean \"image\"?")]
    [InlineData("""{"a/b":{"price":{"input":-1,"output":2}}}""", "model \"a/b\": its window must be above 0, and its prices, each for a million tokens, from 0 to 10^9")]
    public async Task A_models_file_that_cannot_be_read_is_named_with_the_model_at_fault(string file, string says)
    {
        var folder = TestFolder.New();
        try
        {
            await File.WriteAllTextAsync(Path.Combine(folder, "models.json"), file, TestContext.Current.CancellationToken);
            Assert.Contains(says, await StartAsync(folder, "--urls=http://127.0.0.1:0"), StringComparison.Ordinal);
            var ended = await Cli.CommandLine.RunAsync(["models", "list", "--data", folder]);
            Assert.Equal((2, ""), (ended.Code, ended.Out));
            Assert.Contains(says, ended.Error, StringComparison.Ordinal);
            Assert.DoesNotContain("fault of the program", ended.Error, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData("--urls=http://127.0.0.1:0")]
    [InlineData("--urls=http://[::1]:0")]
    [InlineData("--urls=http://127.0.0.2:0")]
    [InlineData("--http_ports=7449")] // which the address takes the place of
    [InlineData("--Turnpike:AllowedHosts:0=my_shop")]
    [InlineData("--Turnpike:AllowedHosts:0=[2001:db8::7]")]
    [InlineData("--Turnpike:AllowedOrigins:0=http://shop.example:8080")]
    [InlineData("--Turnpike:AllowedOrigins:0=chrome-extension://abcdef")]
    public async Task It_starts_where_only_this_machine_reaches_it(string setting) => Assert.Equal("", await StartAsync(setting, setting.StartsWith("--urls", StringComparison.Ordinal) ? [] : ["--urls=http://127.0.0.1:0"]));

    [Theory]
    [InlineData("", "", "", "", "data", "builtin/echo")]
    [InlineData("env", "test/env", "", "", "env", "test/env")]
    [InlineData("env", "test/env", "line", "test/line", "line", "test/line")]
    [InlineData("", "", "line", "test/line", "line", "test/line")]
    public async Task The_short_names_of_the_environment_give_way_to_the_command_line_and_count_for_nothing_when_empty(string data, string model, string lineData, string lineModel, string expectedData, string expectedModel)
    {
        var builder = WebApplication.CreateBuilder([$"--Turnpike:Data={lineData}", $"--Turnpike:Model={lineModel}"]);
        var environment = builder.Configuration.Sources.Index().Last(source => source.Item is EnvironmentVariablesConfigurationSource).Index;
        builder.Configuration.Sources.Insert(environment + 1, new MemoryConfigurationSource { InitialData = [new("TURNPIKE_DATA", data), new("TURNPIKE_MODEL", model)] });
        builder.AddTurnpikeServer();
        await using var app = builder.Build();
        Assert.Equal((expectedData, expectedModel), (app.Services.GetRequiredService<IOptions<ServerOptions>>().Value.Data, app.Services.GetRequiredService<IOptions<ModelCatalogOptions>>().Value.Model));
    }

    [Fact]
    public async Task It_listens_beyond_this_machine_once_there_is_a_key()
    {
        var folder = TestFolder.New();
        try
        {
            Assert.Contains("turnpike keys create", await StartAsync(folder, "--urls=http://0.0.0.0:0"), StringComparison.Ordinal);
            Assert.Equal(0, (await Cli.CommandLine.RunAsync(["keys", "create", "--name", "admin", "--scope", "admin", "--data", folder])).Code);
            Assert.Equal("", await StartAsync(folder, "--urls=http://0.0.0.0:0"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task An_address_that_is_taken_is_named()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var says = await StartAsync($"--urls=http://{other.LocalEndpoint}");
        Assert.Contains($"http://{other.LocalEndpoint}", says, StringComparison.Ordinal);
        Assert.Contains("set ASPNETCORE_URLS", says, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_settings_file_that_is_no_JSON_is_named()
    {
        var folder = TestFolder.New();
        try
        {
            var file = Path.Combine(folder, "appsettings.json");
            await File.WriteAllTextAsync(file, "{ \"Turnpike\": ", TestContext.Current.CancellationToken);
            var error = Assert.ThrowsAny<Exception>(() => WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = folder }));
            Assert.Contains(file, StartFault.Explain(error), StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Starts and stops a server; what it says when it does not start, else nothing.</summary>
    private static async Task<string> StartAsync(string setting, params string[] settings)
    {
        if (Directory.Exists(setting)) return await StartInAsync(setting, settings);
        var folder = TestFolder.New();
        try
        {
            return await StartInAsync(folder, [setting, .. settings]);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<string> StartInAsync(string folder, string[] settings)
    {
        try
        {
            var builder = WebApplication.CreateBuilder([$"--TURNPIKE_DATA={folder}", "--Logging:LogLevel:Default=None", .. settings.Reverse()]);
            builder.AddTurnpikeServer();
            await using var app = builder.Build();
            await app.StartAsync(TestContext.Current.CancellationToken);
            await app.StopAsync(TestContext.Current.CancellationToken);
            return "";
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            return StartFault.Explain(error) ?? throw new InvalidOperationException("The start failed without plain words.", error);
        }
    }
}
