using System.Text.Json;
using BenchmarkDotNet.Attributes;
using Turnpike.Prompts.Templates;

namespace Turnpike.Benchmarks;

/// <summary>A 2 kB template with 20 variables, warm: what every turn pays.</summary>
[MemoryDiagnoser]
public class TemplateRendering
{
    private string _source = "";
    private PromptTemplate _template = null!;
    private PromptTemplate _loop = null!;
    private TemplateContext _context = null!;

    [GlobalSetup]
    public void Setup()
    {
        var line = new string('w', 80);
        _source = "{{role \"system\"}}" + string.Concat(Enumerable.Range(0, 20).Select(i => $"{line} {{{{v{i}}}}} and\n")) + "{{#if v0}}{{history}}{{role \"user\"}}{{/if}}{{input}}";
        _template = PromptTemplate.Parse(_source);
        _loop = PromptTemplate.Parse("{{#each rows}}{{@index}}. {{name}}: {{json tags}}\n{{/each}}");
        var values = Enumerable.Range(0, 20).ToDictionary(i => $"v{i}", object? (i) => JsonSerializer.SerializeToElement($"value number {i}"));
        values["rows"] = JsonSerializer.SerializeToElement(Enumerable.Range(0, 100).Select(i => new { name = $"row {i}", tags = new[] { "a", "b" } }));
        _context = new() { Values = values, Input = "What now?" };
    }

    [Benchmark(Baseline = true)]
    public int Render() => _template.Render(_context).Count;

    [Benchmark]
    public int RenderToMessages() => RenderedMessages.Of(_template.Render(_context)).Messages.Count;

    [Benchmark]
    public int RenderALoopOfAHundredRows() => _loop.Render(_context).Count;

    [Benchmark]
    public int Parse() => PromptTemplate.Parse(_source).Names.Uses.Count;
}
