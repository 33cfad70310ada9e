using System.Collections.Immutable;
using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;
using Turnpike.Generators;

namespace Turnpike.Tests.Generators;

/// <summary>What the compiler makes of prompt files and the code beside them.</summary>
internal sealed class Generated
{
    private static readonly MetadataReference[] References =
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(path => MetadataReference.CreateFromFile(path))];

    private readonly Compilation _compilation;

    public Generated(string code, params (string Path, string Text)[] files) : this("App", code, files)
    {
    }

    /// <param name="root">The project's root namespace.</param>
    /// <param name="code">The code beside the files.</param>
    /// <param name="files">The prompt files.</param>
    public Generated(string root, string code, (string Path, string Text)[] files)
    {
        var options = CSharpParseOptions.Default.WithLanguageVersion(LanguageVersion.CSharp13).WithDocumentationMode(DocumentationMode.Diagnose);
        var before = CSharpCompilation.Create("Made", [CSharpSyntaxTree.ParseText(code, options, cancellationToken: TestContext.Current.CancellationToken)], References, new(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));
        var driver = CSharpGeneratorDriver.Create([new PromptGenerator().AsSourceGenerator()], [.. files.Select(file => new File(file.Path, file.Text))], options, new Options(root));
        var result = driver.RunGeneratorsAndUpdateCompilation(before, out _compilation, out var diagnostics, TestContext.Current.CancellationToken).GetRunResult();
        Said = diagnostics;
        Sources = [.. result.GeneratedTrees.Select(tree => tree.ToString())];
    }

    /// <summary>What the generator reported.</summary>
    public ImmutableArray<Diagnostic> Said { get; }

    public ImmutableArray<string> Sources { get; }

    /// <summary>What the compiler says of all of it.</summary>
    public IEnumerable<string> Faults => _compilation.GetDiagnostics(TestContext.Current.CancellationToken).Where(one => one.Severity >= DiagnosticSeverity.Warning).Select(one => $"{one.Id}: {one.GetMessage(System.Globalization.CultureInfo.InvariantCulture)}");

    public Assembly Load()
    {
        Assert.Empty(Faults);
        using var stream = new MemoryStream();
        Assert.True(_compilation.Emit(stream, cancellationToken: TestContext.Current.CancellationToken).Success);
        return Assembly.Load(stream.ToArray());
    }

    private sealed class File(string path, string text) : AdditionalText
    {
        public override string Path => "/app/" + path;

        public override SourceText GetText(CancellationToken cancellationToken = default) => SourceText.From(text);
    }

    private sealed class Options(string root) : AnalyzerConfigOptionsProvider
    {
        public override AnalyzerConfigOptions GlobalOptions { get; } = new Values(root);

        public override AnalyzerConfigOptions GetOptions(SyntaxTree tree) => GlobalOptions;

        public override AnalyzerConfigOptions GetOptions(AdditionalText textFile) => GlobalOptions;
    }

    private sealed class Values(string root) : AnalyzerConfigOptions
    {
        public override bool TryGetValue(string key, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out string? value)
        {
            value = key switch { "build_property.RootNamespace" => root, "build_property.ProjectDir" => "/app/", _ => null };
            return value is not null;
        }
    }
}
