using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Tasks;
using Turnpike;
using Turnpike.Pipeline;
using Turnpike.Providers.Echo;
using Turnpike.Turns;

SQLitePCL.Batteries_V2.Init();
var file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
var database = $"Data Source={file};Pooling=False";
Run("CREATE TABLE tasks (id INTEGER PRIMARY KEY, title TEXT, state TEXT, notes TEXT, changed TEXT)", "INSERT INTO tasks VALUES (7, 'Paint the fence', 'open', 'Ask which colour.', '1')");

var services = new ServiceCollection();
services.AddTurnpike().AddModels(new EchoProvider()).AddResources(new TaskTable(database));
await using (var provider = services.BuildServiceProvider())
{
    var runner = provider.GetRequiredService<TurnRunner>();
    var first = await AskAsync(new() { Content = "What is left to do?", Resources = [new() { Kind = "task", Ref = "7", Policy = ResourcePolicy.Refresh }] });
    Run("UPDATE tasks SET state = 'done', notes = 'It is blue now.', changed = '2' WHERE id = 7");
    var second = await AskAsync(new() { Conversation = first.Conversation, Content = "And now?" });
    Console.WriteLine($"{first.Answer}\n=====\n{second.Answer}");

    async Task<Turn> AskAsync(TurnRequest request) => await runner.WaitAsync((await runner.StartAsync(request, default)).Turn.Id, default);
}
File.Delete(file);

void Run(params string[] statements)
{
    using var connection = new SqliteConnection(database);
    connection.Open();
    foreach (var statement in statements) new SqliteCommand(statement, connection).ExecuteNonQuery();
}
