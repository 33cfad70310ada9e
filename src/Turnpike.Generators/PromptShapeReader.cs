using YamlDotNet.Core;

namespace Turnpike.Generators;

/// <summary>Reads a prompt file for what is generated from it.</summary>
internal static class PromptShapeReader
{
    /// <param name="path">The file, relative to the project, with <c>/</c> between folders.</param>
    /// <param name="root">The project's root namespace.</param>
    /// <param name="text">The whole file.</param>
    public static PromptShape Read(string path, string root, string text)
    {
        var folders = path.Split('/').Where(part => part is not ("" or "." or ".."));
        var space = string.Join(".", new[] { Identifiers.Namespace(root) }.Concat(folders.Take(folders.Count() - 1).Select(Identifiers.Pascal)).Where(part => part.Length > 0));
        try
        {
            var front = FrontMatter.Of(text);
            var variables = FileVariables.Of(front);
            return new(path, space, text, FrontMatter.Text(FrontMatter.Field(front, "description")), variables is not null, variables is null || FileVariables.AreInferred(front), new(variables ?? []), null);
        }
        catch (YamlException error)
        {
            return Faulty(new(error.Message, (int)error.Start.Line, (int)Math.Max(0, error.Start.Column - 1)));
        }
        catch (SchemaException error)
        {
            return Faulty(new(error.Message, (int)error.At.Start.Line, (int)Math.Max(0, error.At.Start.Column - 1), IsOfSchema: true));
        }
        catch (Exception error) // whatever else a file does to us, it must not end the types of all
        {
            return Faulty(new($"{path} cannot be read: {error.GetType().Name}: {error.Message}", 0, 0));
        }

        PromptShape Faulty(FileFault fault) => new(path, space, text, null, false, false, new([]), fault);
    }
}
