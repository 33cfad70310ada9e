using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Turnpike.Prompts;
using Turnpike.Prompts.Files;
using Turnpike.Prompts.Templates;

namespace Turnpike.Hosts.Tests.Npm;

/// <summary>The same <c>.prompt</c> files, rendered here and by the reference implementation, make the same messages, parameters and schemas. What is decided otherwise here stands in no case: a space in the address of media, <c>json</c> of nothing, an object as text, comments before the front matter, a value that looks like a mark (text here, a mark there), and two numbers or truths side by side (the reference adds them).</summary>
public sealed class ReferenceTemplates
{
    private const string Values = """{"s":"text <&> é","t":"","n":3,"d":1.5,"b":true,"f":false,"list":["x","y","z"],"nums":[1,2.5],"o":{"k":"v","n":0,"in":{"q":"w"}},"people":[{"name":"Ada","tags":["p"]},{"name":"Bo","tags":[]}],"u":"https://x/y.png"}""";
    private static readonly Dictionary<string, string> Partials = new() { ["p"] = "P:{{s}}{{extra}}", ["q"] = "{{#each list}}{{this}}{{/each}}{{> p extra=n}}", ["line"] = "one\ntwo\n" };

    public static TheoryData<string> Files =>
    [
        "Hello {{s}}",
        "{{role \"system\"}}\nBe kind.\n{{role \"user\"}}\n{{s}}\n",
        "{{role \"system\"}}a{{role \"model\"}}b{{history}}{{role \"user\"}}c",
        "a{{history}}b",
        "{{#each people}}\n- {{name}}: {{#each tags}}{{this}}{{#unless @last}}, {{/unless}}{{/each}}\n{{/each}}\nend",
        "{{#if f}}\nno\n{{else if t}}\nno\n{{else}}\nyes\n{{/if}}\n",
        "{{#with o}}{{k}} {{in.q}} {{../s}} {{@root.n}}{{/with}}",
        "{{lookup list 1}}{{lookup o \"k\"}}{{list.[0]}}{{list.length}}",
        "{{json o}} {{json list indent=2}} {{json s}}",
        "{{#ifEquals n 3}}three{{else}}not{{/ifEquals}}{{#unlessEquals s \"x\"}}other{{/unlessEquals}}{{#ifEquals n \"3\"}}text{{/ifEquals}}",
        "see {{media url=u contentType=\"image/png\"}} and {{media url=\"https://a/b\"}}.",
        "a {{section \"code\"}} b {{section \"output\"}}",
        "x\n  {{> line}}\ny {{> p}} {{> p extra=\"!\"}} {{> q}}",
        "{{! gone }}a{{!-- {{gone}} --}} {{~s~}} b \\{{x}} {{{s}}}",
        "{{list}} {{nums}} {{b}} {{f}} {{n}} {{d}} {{missing}}.",
        "---\nmodel: acme/m\nconfig:\n  temperature: 0.3\n  topK: 4\ninput:\n  schema:\n    s: string, what, it is\n    n?: integer\n    e?(enum, one of): [a, b]\n    l(array, many): {q: number, r?: boolean}\n    o(object): {k: any}\noutput:\n  schema:\n    a: string\n    (*): number\n---\n\n  {{s}}  \n\n",
        "---\nmodel: acme/m\n---\n{{s}}\n",
        "---\noutput:\n  format: json\n  schema: {type: array, items: {type: string}}\n---\nx",
    ];

    [Theory]
    [MemberData(nameof(Files))]
    public async Task A_file_says_here_what_it_says_there(string file) => await SameAsync([file]);

    [Fact]
    public async Task So_do_five_hundred_templates_put_together_by_chance()
    {
        var random = new Random(7);
        await SameAsync([.. Enumerable.Range(0, 500).Select(_ => Template(random))]);
    }

    private static async Task SameAsync(IReadOnlyList<string> sources)
    {
        var theirs = await ReferenceAsync(new JsonArray([.. sources.Select(source => (JsonNode)new JsonObject { ["source"] = source, ["values"] = JsonNode.Parse(Values), ["partials"] = JsonSerializer.SerializeToNode(Partials), ["messages"] = source.Contains("{{history}}", StringComparison.Ordinal) ? JsonNode.Parse("""[{"role":"user","content":[{"text":"HISTORY"}]}]""") : null })]));
        var different = sources.Select((source, i) => (Source: source, Theirs: Theirs(theirs[i]!), Ours: Ours(source))).Where(one => one.Theirs != one.Ours).OrderBy(one => one.Source.Length)
            .Select(one => $"{JsonSerializer.Serialize(one.Source)}\n there: {JsonSerializer.Serialize(one.Theirs)}\n here:  {JsonSerializer.Serialize(one.Ours)}").ToArray();
        Assert.True(different.Length == 0, $"{different.Length} of {sources.Count} differ:\n{string.Join('\n', different.Take(5))}");
    }

    private static string Theirs(JsonNode answer)
    {
        Assert.Null(answer["error"]);
        var messages = answer["messages"]!.AsArray().Select(message => $"{((string)message!["role"]! == "model" ? "assistant" : message["role"])}: " + string.Concat(message["content"]!.AsArray().Select(part =>
            part!["text"] is { } text ? text.ToString() : part["media"] is { } media ? $"[{media["url"]} {media["contentType"]}]" : $"[section {part["metadata"]!["purpose"]}]")));
        return $"{string.Join('\n', messages)}\n{answer["model"]}\n{answer["config"]?["temperature"]}{answer["config"]?["topK"]}\n{answer["input"]?.ToJsonString()}\n{answer["output"]?.ToJsonString()}";
    }

    private static string Ours(string source)
    {
        var prompt = PromptFile.Parse(source, "k") with { Partials = [.. Partials.Select(one => new PinnedPartial(one.Key, "_" + one.Key, "", one.Value))] };
        var template = PromptTemplate.Parse(prompt.Body ?? Body(source));
        var context = new TemplateContext { Values = JsonDocument.Parse(Values).RootElement.EnumerateObject().ToDictionary(member => member.Name, object? (member) => member.Value), Partials = name => Partials.TryGetValue(name, out var text) ? PromptTemplate.Parse(text) : null };
        var rendered = RenderedMessages.Of(template.Render(context));
        var messages = rendered.Messages.Select(message => $"{message.Role}: {string.Concat(message.Pieces.Select(Piece))}").ToList();
        if (rendered.HistoryMark is { } mark) messages.Insert(mark, "user: HISTORY");
        return $"{string.Join('\n', messages)}\n{prompt.Model}\n{prompt.Parameters?.Temperature?.ToString(CultureInfo.InvariantCulture)}{prompt.Parameters?.TopK}\n{Input(source)}\n{(prompt.Output?.Schema is { } schema ? JsonNode.Parse(schema.GetRawText())!.ToJsonString() : "")}";
    }

    /// <summary>The schema of the input, which a prompt keeps as variables: read as if it were that of the output.</summary>
    private static string Input(string source)
    {
        var at = source.IndexOf("input:\n", StringComparison.Ordinal);
        if (at < 0) return "";
        var end = source.IndexOf("\noutput:", at, StringComparison.Ordinal);
        return JsonNode.Parse(PromptFile.Parse($"---\noutput:{source[(at + 6)..end]}\n---\nx", "k").Output!.Schema!.Value.GetRawText())!.ToJsonString();
    }

    private static string Body(string source)
    {
        var close = source.IndexOf("\n---\n", source.IndexOf("---\n", StringComparison.Ordinal) is >= 0 and var open ? open : source.Length, StringComparison.Ordinal);
        return close < 0 ? source : source[(close + 5)..].Trim();
    }

    private static string Piece(TemplatePiece piece) => piece.Kind switch { PieceKind.Text => piece.Text, PieceKind.Media => $"[{piece.Text} {piece.Detail}]", PieceKind.Section => $"[section {piece.Text}]", _ => "?" };

    private static string Template(Random random)
    {
        var text = new StringBuilder();
        var hasHistory = false;
        for (var i = random.Next(1, 7); i > 0; i--)
        {
            if (!hasHistory && random.Next(12) == 0)
            {
                hasHistory = true;
                text.Append("{{history}}");
            }
            else text.Append(Node(random, 3));
        }
        return text.ToString();
    }

    private static string Node(Random random, int depth)
    {
        string[] names = ["s", "t", "n", "d", "b", "f", "list", "o.k", "o.in.q", "missing", "people.0.name", "u"];
        string[] asked = ["s", "t", "n", "b", "f", "list", "o", "missing", "people", "o.n"];
        string Inner() => depth == 0 ? "in" : string.Concat(Enumerable.Range(0, random.Next(1, 4)).Select(_ => Node(random, depth - 1)));
        string Of(string[] from) => from[random.Next(from.Length)];
        var (open, close) = Of(["", "", "", "~"]) is var mark ? ("{{" + mark, Of(["", "", "", "~"]) + "}}") : ("{{", "}}");
        return random.Next(depth == 0 ? 10 : 17) switch
        {
            0 or 1 => Of(["word ", "\n", "  ", "a\n", "\n\n  b", "$& ", "é", "\t"]),
            2 or 3 => "." + open + Of(names) + close,
            4 => open + "json " + Of(["@root.o", "@root.list", "@root.s", "@root.n", "@root.b", "@root.people"]) + Of(["", "", " indent=2"]) + close,
            5 => $"{{{{role \"{Of(["system", "user", "model"])}\"}}}}",
            6 => $"{{{{media url={Of(["@root.u", "\"https://a/b\""])}{Of(["", " contentType=\"image/png\""])}}}}}",
            7 => "{{section \"code\"}}",
            8 => Of(["{{> p}}", "{{> p extra=\"!\"}}", "{{> q}}", "\n  {{> line}}\n", "{{> p o}}"]),
            9 => Of(["{{! c }}", "{{!-- }} --}}", "\n{{! alone }}\n", "\\{{s}}"]),
            10 => $"{open}#if {Of(asked)}{close}{Inner()}{Of(["", "{{else}}" + Inner()])}{{{{/if}}}}",
            11 => $"{{{{#unless {Of(asked)}}}}}{Inner()}{{{{/unless}}}}",
            12 => $"\n{{{{#if {Of(asked)}}}}}\n{Inner()}\n{{{{/if}}}}\n",
            13 => $"{{{{#each {Of(["list", "people", "nums", "missing"])}}}}}{{{{@index}}}}{Of(["", "{{#if @first}}F{{/if}}", "{{#if @last}}L{{/if}}"])}{Inner()}{{{{/each}}}}",
            14 => $"\n{{{{#each list}}}}\n- {{{{this}}}}\n{{{{/each}}}}\n",
            15 => $"{{{{#with o}}}}{{{{k}}}}{{{{../s}}}}{{{{/with}}}}",
            _ => $"{{{{#ifEquals {Of(["n", "s", "d"])} {Of(["3", "\"3\"", "1.5", "s"])}}}}}{Inner()}{{{{else}}}}{Inner()}{{{{/ifEquals}}}}",
        };
    }

    private static async Task<JsonArray> ReferenceAsync(JsonArray cases)
    {
        var folder = await NpmFolder.ReadyAsync("dotprompt");
        using var node = Process.Start(new ProcessStartInfo("node", [Path.Combine(folder, "render.mjs")]) { RedirectStandardInput = true, RedirectStandardOutput = true, StandardInputEncoding = new UTF8Encoding(false), StandardOutputEncoding = Encoding.UTF8 })!;
        var told = node.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await node.StandardInput.WriteAsync(cases.ToJsonString());
        node.StandardInput.Close();
        await node.WaitForExitAsync(TestContext.Current.CancellationToken);
        return JsonNode.Parse(await told)!.AsArray();
    }
}
