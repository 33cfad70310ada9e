using System.CommandLine;
using System.Text.Json;
using Turnpike.Cli.Input;
using Turnpike.Cli.Output;
using Turnpike.Turns;
using Turnpike.Turns.Json;
using Turnpike.Turns.Settings;

namespace Turnpike.Cli.Commands;

/// <summary><c>turnpike projects save</c>.</summary>
internal sealed class ProjectsSaveCommand : CliCommand
{
    private readonly Argument<string> _file = new("file") { Description = "A file with the project as JSON, or - for what is piped in." };

    private readonly Option<bool> _force = new("--force") { Description = "Save over whatever is kept, also when the file says another revision; otherwise that is refused." };

    /// <summary>The command.</summary>
    public ProjectsSaveCommand() : base("save", "Saves a project, new or in place of the one with its id.")
    {
        Arguments.Add(_file);
        Options.Add(_force);
        Examples = [new("turnpike projects save docs.json", "{\"id\": \"docs\", \"name\": \"Docs\", \"model\": …}"), new("turnpike projects show docs | jq '.parent = \"root\"' | turnpike projects save -", "moves it below another")];
        Does(RunAsync);
    }

    private async Task<int> RunAsync(Invocation run)
    {
        var path = run.Parsed.GetRequiredValue(_file);
        var project = Parse(path == "-" ? await new InputFile(run.Here).PipedAsync("-", run.Stop) : await InputFile.ExactAsync(path, run.Stop));
        var saved = await SaveAsync(run, run.Parsed.GetValue(_force) ? project with { Revision = 0 } : project);
        if (run.IsJson) JsonLines.Write(run.Here, TurnpikeJson.Relaxed.Project, saved);
        else run.Here.Out.Write($"{saved.Id}\n");
        return ExitCode.Ok;
    }

    private static async Task<Project> SaveAsync(Invocation run, Project project)
    {
        try
        {
            return await run.Turnpike.Settings.SaveProjectAsync(project, run.Stop);
        }
        catch (TurnException error) when (error.Code == TurnErrorCode.VersionConflict && project.Revision > 0)
        {
            throw new UsageException(error.Message, $"It is shown by: turnpike projects show {project.Id}. To save over it all the same, give --force, or leave \"revision\" out of the file.");
        }
    }

    private static Project Parse(string json)
    {
        try
        {
            return StrictJson.Read(System.Text.Encoding.UTF8.GetBytes(json), TurnpikeJson.Relaxed.Project) ?? throw new JsonException("It is null.");
        }
        catch (JsonException error)
        {
            throw new UsageException($"That is no project: {JsonWords.Of(error, TurnpikeJson.Relaxed.Options, JsonWords.Field(error), whole: "it")}", "Write one such as {\"name\": \"Docs\", \"system\": {\"text\": \"You write docs.\"}}.");
        }
    }
}
