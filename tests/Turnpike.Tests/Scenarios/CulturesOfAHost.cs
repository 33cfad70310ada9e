using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Models;
using Turnpike.Tests.Architecture;
using Turnpike.Tests.Scripted;
using Turnpike.Turns;
using Turnpike.Turns.Catalogs;

namespace Turnpike.Tests.Scenarios;

/// <summary>A host may write numbers and times as its country does; what Turnpike reads, sends and says stays the same.</summary>
public sealed partial class CulturesOfAHost : IDisposable
{
    private readonly CultureInfo _before = CultureInfo.CurrentCulture;

    public CulturesOfAHost()
    {
        var abroad = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        (abroad.NumberFormat.NumberDecimalSeparator, abroad.NumberFormat.NumberGroupSeparator, abroad.NumberFormat.NegativeSign) = (",", ".", "−");
        (abroad.DateTimeFormat.TimeSeparator, abroad.DateTimeFormat.DateSeparator) = (".", ".");
        CultureInfo.CurrentCulture = abroad;
    }

    public void Dispose() => CultureInfo.CurrentCulture = _before;

    [Fact]
    public async Task It_starts_where_the_decimal_sign_is_a_comma()
    {
        await using var road = new Road(builder => builder.Services.Configure<ModelOptions>(options => options.MaxCost = 0.5m));
        Assert.Equal(TurnStatus.Completed, (await road.RunAsync("@.params.temp 0.5; Hi")).Status);
        Assert.Equal(0.5f, road.Model.Last.Options.Temperature);
    }

    [Fact]
    public async Task Errors_and_what_is_sent_have_the_point()
    {
        await using var road = new Road(builder => builder.Services.Configure<ModelCatalogOptions>(options =>
            options.Models["test/model"] = new() { Id = "test/model", Provider = "test", Ranges = new Dictionary<string, ParameterRange> { ["temperature"] = new(0.25, 1.5) } }));
        var refused = await road.RefusedAsync(new() { Content = "@.params.temp 1.75; Hi" });
        Assert.Equal("Parameter \"temperature\" is 1.75; model \"test/model\" takes it from 0.25 to 1.5. Give a number that fits, or choose another model.", refused.Message);
        await road.RunAsync(new TurnRequest
        {
            Prompt = new Turnpike.Prompts.Prompt { Messages = [new() { Role = "user", Content = [new() { Type = "text", Text = "{{n}} at {{when}}" }] }], Variables = [new() { Name = "n" }, new() { Name = "when" }] },
            Variables = new Dictionary<string, JsonElement> { ["n"] = JsonSerializer.SerializeToElement(-1.5), ["when"] = JsonSerializer.SerializeToElement("2026-01-02") },
        });
        Assert.Equal(["user: -1.5 at 2026-01-02"], road.Model.Last.Transcript);
    }

    [Fact]
    public async Task Errors_group_their_digits_with_commas()
    {
        await using var road = new Road(builder => builder.Services.Configure<ModelCatalogOptions>(options => options.Models["test/model"] = new() { Id = "test/model", Provider = "test", ContextWindow = 20_000 }));
        var refused = await road.RefusedAsync(new() { Content = "Hi", Parameters = new() { MaxOutputTokens = 30_000 } });
        Assert.Contains("\"maxOutputTokens\" is 30,000, and the window of model \"test/model\" has 20,000 tokens", refused.Message, StringComparison.Ordinal);
        var summary = string.Concat(Enumerable.Repeat("word ", 40_000));
        Assert.Matches(@"^The turn alone has about \d+,\d{3} tokens and model ""test/model"" takes 15,904 beside its answer: \d+,\d{3} too many", (await road.RefusedAsync(new() { Content = summary })).Message);
    }

    /// <summary>A calendar cannot be taken on here, where the runtime knows no countries: so the source is looked through.</summary>
    [Fact]
    public void No_date_and_no_number_with_a_format_is_written_in_the_culture_of_the_host() =>
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.cs", SearchOption.AllDirectories).Where(file => !file.Contains("/obj/", StringComparison.Ordinal))
            .SelectMany(file => File.ReadLines(file).Where(line => Formatted().IsMatch(line) && !line.Contains("Invariant", StringComparison.Ordinal)).Select(line => $"{Path.GetFileName(file)}: {line.Trim()}")));

    [GeneratedRegex("""\{[^{}"]+:(y{2,}|HH|dd|MM|0?\.[0#]|#|[FPCEGN]\d)[^{}]*\}""")]
    private static partial Regex Formatted();
}
