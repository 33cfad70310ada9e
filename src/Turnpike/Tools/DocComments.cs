using System.Collections.Concurrent;
using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;

namespace Turnpike.Tools;

/// <summary>The doc comments of methods, from the XML file that the compiler writes beside an assembly (<c>GenerateDocumentationFile</c>). Without the file there are none.</summary>
internal static partial class DocComments
{
    private static readonly ConcurrentDictionary<Assembly, IReadOnlyDictionary<string, XElement>> Files = new();

    /// <summary>The summary of a method; null when it has none.</summary>
    public static string? Summary(MethodInfo method) => Text(Of(method)?.Element("summary"));

    /// <summary>What is said of a parameter; null when nothing is.</summary>
    public static string? Of(ParameterInfo parameter) =>
        parameter.Member is MethodInfo method ? Text(Of(method)?.Elements("param").FirstOrDefault(param => (string?)param.Attribute("name") == parameter.Name)) : null;

    private static XElement? Of(MethodInfo method)
    {
        if (method.DeclaringType?.FullName is not { } type) return null;
        var id = $"M:{type.Replace('+', '.')}.{method.Name}({string.Join(',', method.GetParameters().Select(parameter => Id(parameter.ParameterType)))})".Replace("()", "", StringComparison.Ordinal);
        return Files.GetOrAdd(method.DeclaringType.Assembly, Read).GetValueOrDefault(id);
    }

    /// <summary>A type as the compiler names it in the ids of doc comments (C# specification, annex D.4.2).</summary>
    private static string Id(Type type)
    {
        if (type.IsArray) return Id(type.GetElementType()!) + (type.GetArrayRank() == 1 ? "[]" : $"[{string.Join(',', Enumerable.Repeat("0:", type.GetArrayRank()))}]");
        if (!type.IsGenericType) return (type.FullName ?? type.Name).Replace('+', '.');
        var open = type.GetGenericTypeDefinition().FullName!.Replace('+', '.');
        return $"{open[..open.IndexOf('`', StringComparison.Ordinal)]}{{{string.Join(',', type.GetGenericArguments().Select(Id))}}}";
    }

    private static IReadOnlyDictionary<string, XElement> Read(Assembly assembly)
    {
        var file = Path.Combine(AppContext.BaseDirectory, assembly.GetName().Name + ".xml");
        try
        {
            if (!File.Exists(file)) return new Dictionary<string, XElement>();
            return XDocument.Load(file).Descendants("member").Where(member => (string?)member.Attribute("name") is ['M', ':', ..]).DistinctBy(member => (string)member.Attribute("name")!).ToDictionary(member => (string)member.Attribute("name")!, StringComparer.Ordinal);
        }
        catch (Exception error) when (error is XmlException or IOException or UnauthorizedAccessException)
        {
            return new Dictionary<string, XElement>(); // tools work without descriptions
        }
    }

    /// <summary>The text in one line; references as the last part of their names.</summary>
    private static string? Text(XElement? element)
    {
        if (element is null) return null;
        var words = string.Concat(element.DescendantNodes().Select(node => node switch
        {
            XText text => text.Value,
            XElement { IsEmpty: true } reference => Named(reference),
            _ => "",
        }));
        words = Spaces().Replace(words, " ").Trim();
        return words.Length == 0 ? null : words;
    }

    private static string Named(XElement reference)
    {
        if ((string?)reference.Attribute("langword") is { } word) return word;
        if ((string?)reference.Attribute("name") is { } name) return name;
        var id = ((string?)reference.Attribute("cref") ?? "").Split('(')[0];
        return id[(id.LastIndexOfAny(['.', ':']) + 1)..];
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
