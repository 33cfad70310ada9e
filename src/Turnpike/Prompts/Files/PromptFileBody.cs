using System.Text;
using Turnpike.Prompts.Templates;
using Turnpike.Turns;

namespace Turnpike.Prompts.Files;

/// <summary>The body of a <c>.prompt</c> file as messages, and messages as a body.</summary>
internal static class PromptFileBody
{
    /// <summary>
    /// The messages of a body whose roles and places of the history all stand outside of blocks; null for any other body, and for one whose messages would make
    /// other white space one by one than together.
    /// </summary>
    public static IReadOnlyList<PromptMessage>? Messages(PromptTemplate template) => Placed(template) is { } placed ? [.. placed.Select(one => one.Message)] : null;

    /// <summary>The messages, with the places of their texts in the body.</summary>
    public static IReadOnlyList<(PromptMessage Message, int Start, int Length)>? Placed(PromptTemplate template)
    {
        if (template.Names.HasInnerStructure) return null;
        var (messages, marks, source) = (new List<(PromptMessage, int, int)>(), template.Program.Nodes.Where(node => node is RoleNode or HistoryNode).ToArray(), template.Source);
        var tags = TemplateLexer.Cut(source);
        var (role, start, trim, tag) = ("user", 0, false, 0);
        for (var i = 0; i <= marks.Length; i++)
        {
            var mark = i < marks.Length ? marks[i] : null;
            var end = mark?.Span.Start ?? source.Length;
            var text = source[start..end];
            if (trim) text = text.TrimStart();
            var place = end - text.Length;
            if (mark is not null && source[end + 2] == '~') text = text.TrimEnd();
            var alone = TemplateLexer.Cut(text);
            if (alone.Exists(tag => tag.Kind != TagKind.Comment && !string.IsNullOrWhiteSpace(tag.Text)))
            {
                while (tag < tags.Count && tags[tag].Span.Start < start) tag++;
                if (Said(alone) != Said(tags.Skip(tag).TakeWhile(one => one.Span.End <= end))) return null;
                messages.Add((new() { Role = role, Content = [new() { Type = "text", Text = text }] }, place, text.Length));
            }
            if (mark is null) break;
            if (mark is HistoryNode) messages.Add((new() { Role = "history" }, mark.Span.Start, 0));
            (role, start, trim) = (mark is RoleNode next ? next.Role : "assistant", mark.Span.End, source[mark.Span.End - 3] == '~');
        }
        return messages.Count > 0 ? messages : null;
    }

    /// <summary>The body that reads back as these messages.</summary>
    public static string Of(IReadOnlyList<PromptMessage> messages)
    {
        var body = new StringBuilder();
        var isOpen = false;
        foreach (var message in messages)
        {
            var text = string.Concat(message.Content.Select(part => part.Type == "media" ? Media(part) : part.Text));
            if (body.Length == 0 && message.Role == "user" && text.Length > 0 && !char.IsWhiteSpace(text[0]))
            {
                body.Append(text);
                isOpen = true;
                continue;
            }
            var glued = body.Length == 0 || char.IsWhiteSpace(body[^1]);
            if (!glued) body.Append('\n');
            body.Append(glued || !isOpen ? "{{" : "{{~");
            isOpen = message.Role != "history";
            if (!isOpen)
            {
                body.Append("history}}\n");
                continue;
            }
            body.Append("role \"").Append(message.Role is "assistant" ? "model" : message.Role).Append(text.Length == 0 || char.IsWhiteSpace(text[0]) ? "\"}}" : "\"~}}\n").Append(text);
        }
        return body.ToString();
    }

    private static string Media(PromptPart part)
    {
        var source = (part.Url ?? part.File ?? "").Trim();
        var isPlaceholder = source.StartsWith("{{", StringComparison.Ordinal) && source.IndexOf("}}", StringComparison.Ordinal) == source.Length - 2;
        if (!isPlaceholder && source.Contains("{{", StringComparison.Ordinal))
            throw new TurnException(TurnErrorCode.RequestInvalid, $"A .prompt file cannot say the media address \"{source}\", which is partly a placeholder. Make the whole address a variable.") { Field = "messages" };
        return $"{{{{media url={(isPlaceholder ? source[2..^2].Trim() : Quoted(source))}{(part.MediaType is { } type ? $" contentType={Quoted(type)}" : "")}}}}}";
    }

    /// <summary>As a template says it. The end of an address cannot be a backslash there: it would take the quote along.</summary>
    private static string Quoted(string text)
    {
        var whole = text.TrimEnd('\\');
        return $"\"{whole.Replace("\"", "\\\"", StringComparison.Ordinal)}{string.Concat(Enumerable.Repeat("%5C", text.Length - whole.Length))}\"";
    }

    private static string Said(IEnumerable<Tag> tags) => string.Join('\u0001', tags.Select(tag => $"{tag.Kind}{tag.Indent}:{tag.Text}"));
}
