using Microsoft.Extensions.Options;
using Turnpike.Turns.Resources;

namespace Turnpike.Tests.Turns;

/// <summary>What a glob finds in the workspace.</summary>
public sealed class WorkspaceGlobs : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("turnpike-workspace-").FullName;

    private Workspace Workspace => new(Options.Create(new ResourceOptions { Workspace = _folder }));

    [Fact]
    public void Finds_files_in_folders_below_and_hidden_ones_only_where_they_are_asked_for()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "a", ".git"));
        foreach (var file in (string[])["top.md", "a/in.md", "a/.hidden.md", "a/.git/log.md"]) File.WriteAllText(Path.Combine(_folder, file), "x");
        Assert.Equal(["a/in.md", "top.md"], Workspace.Glob("**/*.md"));
        Assert.Equal(["a/in.md", "top.md"], Workspace.Glob("**/**/**/*.md"));
        Assert.Equal(["a/.hidden.md"], Workspace.Glob("a/.*.md"));
        Assert.Empty(Workspace.Glob("../*"));
    }

    [Fact]
    public void However_often_it_crosses_folders_it_ends_and_finds_each_file_once()
    {
        var inner = _folder;
        for (var deep = 0; deep < 12; deep++) inner = Directory.CreateDirectory(Path.Combine(inner, "a")).FullName;
        for (var file = 0; file < 400; file++) File.WriteAllText(Path.Combine(inner, $"{file}.md"), "x");
        Assert.Equal(400, Workspace.Glob("**/a/**/a/**/*.md").Count);
        Assert.Empty(Workspace.Glob(string.Concat(Enumerable.Repeat("**/*/", 300)) + "none.txt"));
    }

    [Fact]
    public void Finds_nothing_in_a_folder_that_is_gone()
    {
        var workspace = Workspace;
        Directory.Delete(_folder);
        Assert.Empty(workspace.Glob("**/*.md"));
        Assert.Null(workspace.Resolve("a.md"));
        Directory.CreateDirectory(_folder);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
