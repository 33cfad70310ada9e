namespace Turnpike.Generators;

/// <summary>What is generated for one prompt file. Compares by value, so that an unchanged file generates nothing anew.</summary>
/// <param name="Path">The file, relative to the project.</param>
/// <param name="Namespace">The namespace of the record.</param>
/// <param name="Text">The whole file.</param>
/// <param name="Description">What the prompt is for.</param>
/// <param name="IsTyped">Whether the file declares its variables.</param>
/// <param name="IsOpen">Whether names in its template that it does not declare are variables too.</param>
/// <param name="Variables">Its variables, in their order.</param>
/// <param name="Fault">Why the file cannot be read; null when it can.</param>
internal sealed record PromptShape(string Path, string Namespace, string Text, string? Description, bool IsTyped, bool IsOpen, EquatableList<PromptVariable> Variables, FileFault? Fault)
{
    /// <summary>The prompt's key: the path without its ending and without a leading <c>prompts/</c>.</summary>
    public string Key
    {
        get
        {
            var key = Path.Substring(0, Path.Length - ".prompt".Length);
            return key.StartsWith("prompts/", System.StringComparison.OrdinalIgnoreCase) ? key.Substring("prompts/".Length) : key;
        }
    }

    /// <summary>The record's name: the file's, with <c>Prompt</c> behind it.</summary>
    public string TypeName => Identifiers.Pascal(Key.Substring(Key.LastIndexOf('/') + 1)) + "Prompt";

    /// <summary>The record's name with its namespace.</summary>
    public string FullName => Namespace.Length > 0 ? $"{Namespace}.{TypeName}" : TypeName;
}
