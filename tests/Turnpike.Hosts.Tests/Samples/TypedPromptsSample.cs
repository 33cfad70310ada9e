using System.Diagnostics;
using Turnpike.Hosts.Tests.Storage;
using Turnpike.Tests.Architecture;

namespace Turnpike.Hosts.Tests.Samples;

public sealed class TypedPromptsSample
{
    private static string Folder => Repository.PathOf("samples", "TypedPrompts");

    [Fact]
    public async Task Sends_its_typed_values_to_the_model()
    {
        var configuration = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd('/')).Parent!.Name;
        var (code, output) = await RunAsync(Folder, Path.Combine(Folder, "bin", configuration, "net10.0", "TypedPrompts.dll"));
        Assert.Equal(0, code);
        Assert.Contains("You guide people in Oslo. Tone: brief.", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Does_not_build_without_a_required_value()
    {
        var forgetful = Path.Combine(AppContext.BaseDirectory, "forgetful-" + Path.GetFileName(TestFolder.New()));
        Directory.CreateDirectory(Path.Combine(forgetful, "prompts"));
        try
        {
            var project = await File.ReadAllTextAsync(Path.Combine(Folder, "TypedPrompts.csproj"), TestContext.Current.CancellationToken);
            await File.WriteAllTextAsync(Path.Combine(forgetful, "TypedPrompts.csproj"), project.Replace("../../src", Repository.PathOf("src"), StringComparison.Ordinal), TestContext.Current.CancellationToken);
            var program = await File.ReadAllTextAsync(Path.Combine(Folder, "Program.cs"), TestContext.Current.CancellationToken);
            await File.WriteAllTextAsync(Path.Combine(forgetful, "Program.cs"), program.Replace("City = \"Oslo\", ", "", StringComparison.Ordinal), TestContext.Current.CancellationToken);
            File.Copy(Path.Combine(Folder, "prompts", "guide.prompt"), Path.Combine(forgetful, "prompts", "guide.prompt"));

            var configuration = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd('/')).Parent!.Name;
            var (code, output) = await RunAsync(forgetful, "build", "-c", configuration, "-p:BuildProjectReferences=false", "-nodeReuse:false", "-v", "q");
            Assert.NotEqual(0, code);
            Assert.Contains("error CS9035: Required member 'GuidePrompt.City' must be set", output, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(forgetful, recursive: true);
        }
    }

    [Fact]
    public async Task The_package_holds_what_compilers_load_and_nothing_that_runs()
    {
        var (configuration, folder) = (new DirectoryInfo(AppContext.BaseDirectory.TrimEnd('/')).Parent!.Name, TestFolder.New());
        try
        {
            var (code, output) = await RunAsync(Repository.PathOf("src", "Turnpike.Generators"), "pack", "-c", configuration, "--no-build", "-o", folder, "-nodeReuse:false", "-v", "q");
            Assert.True(code == 0, output);
            using var package = await System.IO.Compression.ZipFile.OpenReadAsync(Assert.Single(Directory.GetFiles(folder, "*.nupkg")), TestContext.Current.CancellationToken);
            Assert.Equal(["analyzers/dotnet/cs/Turnpike.Generators.dll", "analyzers/dotnet/cs/YamlDotNet.dll"], package.Entries.Select(entry => entry.FullName).Where(name => name.EndsWith(".dll", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
            Assert.Contains("```csharp", await TextAsync(package, "README.md"), StringComparison.Ordinal);
            var about = await TextAsync(package, "Turnpike.Generators.nuspec");
            foreach (var said in (string[])["<readme>README.md</readme>", "<license type=\"expression\">MIT</license>", "<tags>prompts ", "<description>Makes C# types"]) Assert.Contains(said, about, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<string> TextAsync(System.IO.Compression.ZipArchive package, string name)
    {
        using var text = new StreamReader(await package.GetEntry(name)!.OpenAsync(TestContext.Current.CancellationToken));
        return await text.ReadToEndAsync(TestContext.Current.CancellationToken);
    }

    private static async Task<(int Code, string Output)> RunAsync(string folder, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", arguments) { WorkingDirectory = folder, RedirectStandardOutput = true })!;
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, output);
    }
}
