using System.Text.Json;
using Turnpike.Prompts.Templates;

namespace Turnpike.Prompts.Checking;

/// <summary>The names that a template can come to: not those in a block whose question has the same answer for every value.</summary>
internal sealed class ReachedNames(Prompt prompt)
{
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);

    public IReadOnlySet<string> Of(PromptTemplate template)
    {
        Walk(template.Program);
        return _names;
    }

    private void Walk(TemplateProgram program)
    {
        foreach (var node in program.Nodes)
        {
            switch (node)
            {
                case ValueNode value: Add(value.Expression); break;
                case MediaNode media:
                    Add(media.Url);
                    Add(media.ContentType);
                    break;
                case PartialNode partial:
                    Add(partial.Context);
                    foreach (var (_, value) in partial.Hash) Add(value);
                    break;
                case BlockNode block: Walk(block); break;
            }
        }
    }

    private void Walk(BlockNode block)
    {
        foreach (var argument in block.Arguments) Add(argument);
        var answer = Answer(block);
        if (answer is not false) Walk(block.Body);
        if (answer is not true) Walk(block.Else);
    }

    /// <summary>What a block's question is always answered with; null when that depends on a value.</summary>
    private bool? Answer(BlockNode block) => block.Kind switch
    {
        BlockKind.If when block.Arguments[0] is LiteralExpression literal => TemplateValues.IsTruthy(literal.Value, block.IncludeZero),
        BlockKind.Unless when block.Arguments[0] is LiteralExpression literal => !TemplateValues.IsTruthy(literal.Value, block.IncludeZero),
        BlockKind.IfEquals when Never(block.Arguments) => false,
        BlockKind.UnlessEquals when Never(block.Arguments) => true,
        _ => null,
    };

    /// <summary>Whether a variable with fixed options is compared with something that is none of them.</summary>
    private bool Never(TemplateExpression[] compared)
    {
        var (path, literal) = compared switch
        {
            [PathExpression one, LiteralExpression other] => (one, other),
            [LiteralExpression other, PathExpression one] => (one, other),
            _ => (null, null),
        };
        if (path is not { IsData: false, Segments.Length: 1 } || literal is null) return false;
        var variable = prompt.Variables.FirstOrDefault(one => one.Name == path.Origin);
        return variable is { Type: VariableType.Enum, AllowOther: false, Options: { Count: > 0 } options } && !options.Any(option => TemplateValues.AreEqual(option.ValueKind == JsonValueKind.String ? option.GetString() : TemplateValues.Plain(option), literal.Value));
    }

    private void Add(TemplateExpression? expression)
    {
        switch (expression)
        {
            case PathExpression path: _names.Add(path.Origin.Split('.', '[')[0]); break;
            case LookupExpression lookup:
                Add(lookup.Target);
                Add(lookup.Key);
                break;
            case JsonExpression json:
                Add(json.Value);
                Add(json.Indent);
                break;
        }
    }
}
