using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace Turnpike.Generators;

/// <summary>
/// Turns every <c>.prompt</c> file among a project's additional files into a record of its variables with a <c>RunAsync</c> of its own, so that a forgotten required
/// variable does not compile. Files whose names begin with <c>_</c> are partials and get none.
/// </summary>
[Generator(LanguageNames.CSharp)]
public sealed class PromptGenerator : IIncrementalGenerator
{
    private static readonly DiagnosticDescriptor Unreadable = new(
        "TURNPIKE001", "The prompt file cannot be read", "{0}", "Turnpike", DiagnosticSeverity.Error, isEnabledByDefault: true);

    private static readonly DiagnosticDescriptor Untyped = new(
        "TURNPIKE002", "The prompt file does not declare its variables", "{0} has no input.schema, so its variables have no types here. Declare them to have them checked.", "Turnpike", DiagnosticSeverity.Info, isEnabledByDefault: true);

    private static readonly DiagnosticDescriptor Doubled = new(
        "TURNPIKE003", "Two prompt files come to the same type", "{0} comes to the type {1}, as {2} does. Rename one of them.", "Turnpike", DiagnosticSeverity.Error, isEnabledByDefault: true);

    private static readonly DiagnosticDescriptor Undeclared = new(
        "TURNPIKE004", "The prompt file declares a variable that cannot be", "{0}", "Turnpike", DiagnosticSeverity.Error, isEnabledByDefault: true);

    private static readonly DiagnosticDescriptor Alike = new(
        "TURNPIKE005", "Options of a variable come to the same name", "{0}: the options of \"{1}\" are a string here and no enum, for {2} come to the name {3}. Rename one of them to have an enum.", "Turnpike", DiagnosticSeverity.Info, isEnabledByDefault: true);

    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        var project = context.AnalyzerConfigOptionsProvider.Select((options, _) => (
            Root: options.GlobalOptions.TryGetValue("build_property.RootNamespace", out var root) ? root : "",
            Folder: options.GlobalOptions.TryGetValue("build_property.ProjectDir", out var folder) ? folder : ""));
        var shapes = context.AdditionalTextsProvider
            .Where(file => file.Path.EndsWith(".prompt", StringComparison.OrdinalIgnoreCase) && !System.IO.Path.GetFileName(file.Path).StartsWith("_", StringComparison.Ordinal))
            .Combine(project)
            .Select((pair, cancellationToken) => (File: pair.Left.Path, Shape: PromptShapeReader.Read(Relative(pair.Left.Path, pair.Right.Folder), pair.Right.Root, pair.Left.GetText(cancellationToken)?.ToString() ?? "")));
        var types = shapes.Select((made, _) => new TypeFile(made.File, made.Shape.FullName)).Collect().Select((files, _) => new EquatableList<TypeFile>(files)); // equal as long as no file comes or goes
        context.RegisterSourceOutput(shapes.Combine(types), (output, made) => Produce(output, made.Left.File, made.Left.Shape, made.Right));
    }

    private static void Produce(SourceProductionContext output, string file, PromptShape shape, EquatableList<TypeFile> types)
    {
        if (shape.Fault is { } fault)
        {
            var at = new LinePosition(fault.Line, fault.Column);
            output.ReportDiagnostic(Diagnostic.Create(fault.IsOfSchema ? Undeclared : Unreadable, Location.Create(file, default, new(at, at)), fault.Message));
            return;
        }
        if (types.OwnerOf(shape.FullName) is var owner && owner != file)
        {
            output.ReportDiagnostic(Diagnostic.Create(Doubled, Location.Create(file, default, default), file, shape.FullName, owner));
            return;
        }
        if (!shape.IsTyped) output.ReportDiagnostic(Diagnostic.Create(Untyped, Location.Create(file, default, default), shape.Path));
        foreach (var (variable, options, name) in shape.Variables.SelectMany(RecordMember.Alike)) output.ReportDiagnostic(Diagnostic.Create(Alike, Location.Create(file, default, default), shape.Path, variable, options, name));
        output.AddSource(types.SourceOf(shape.FullName), RecordWriter.Write(shape));
    }

    private static string Relative(string path, string folder)
    {
        var (file, root) = (path.Replace('\\', '/'), folder.Replace('\\', '/'));
        if (root.Length > 0 && file.StartsWith(root, StringComparison.OrdinalIgnoreCase)) return file.Substring(root.Length).TrimStart('/');
        return file.Substring(file.LastIndexOf('/') + 1);
    }
}
