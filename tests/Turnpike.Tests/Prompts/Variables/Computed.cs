using System.Text.Json;
using Turnpike.Prompts;
using Turnpike.Prompts.Variables;
using static Turnpike.Tests.Prompts.Variables.Resolving;

namespace Turnpike.Tests.Prompts.Variables;

public sealed class Computed
{
    [Theory]
    [InlineData("UTC", "2026-11-21", "23:30", "2026-11-21T23:30:05+00:00", "Saturday", "UTC")]
    [InlineData("Europe/Berlin", "2026-11-22", "00:30", "2026-11-22T00:30:05+01:00", "Sunday", "Europe/Berlin")]
    [InlineData("America/New_York", "2026-11-21", "18:30", "2026-11-21T18:30:05-05:00", "Saturday", "America/New_York")]
    public void Time_is_that_of_the_user(string zone, string date, string time, string both, string weekday, string id)
    {
        Assert.SkipUnless(zone == "UTC" || TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _), "This machine has no time zone data.");
        var resolved = With([], Context with { TimeZone = zone }, new([], ["current_date", "current_time", "current_datetime", "weekday", "timezone"]));
        Assert.Equal([date, time, both, weekday, id], ((string[])["current_date", "current_time", "current_datetime", "weekday", "timezone"]).Select(resolved.Text));
        Assert.Empty(resolved.Warnings);
    }

    [Theory]
    [InlineData("Mars/Olympus")]
    [InlineData("../../etc/passwd")]
    [InlineData("\ud800")]
    public void An_unknown_time_zone_is_UTC_with_a_warning_when_time_is_asked_for(string zone)
    {
        var resolved = With([], Context with { TimeZone = zone }, new([], ["current_date", "timezone"]));
        Assert.Equal(("2026-11-21", "UTC"), (resolved.Text("current_date"), resolved.Text("timezone")));
        Assert.Equal("timezone_unknown", Assert.Single(resolved.Warnings).Code);
        Assert.Empty(With([], Context with { TimeZone = zone }, new([new() { Name = "model" }], [])).Warnings);
    }

    [Fact]
    public void What_the_turn_is_a_part_of_can_be_used()
    {
        var context = Context with { UserName = "Zoë", ConversationId = "conv_1", TurnNumber = 3, Model = "openai/gpt-5" };
        var resolved = With([], context, new([], ["user_name", "conversation_id", "turn_number", "model"]));
        Assert.Equal(["Zoë", "conv_1", "3", "openai/gpt-5"], ((string[])["user_name", "conversation_id", "turn_number", "model"]).Select(resolved.Text));
    }

    [Fact]
    public void A_used_computed_name_without_a_value_is_known_and_empty()
    {
        var resolved = Inspect(new([], ["user_name"]));
        Assert.Null(resolved.Faults);
        Assert.False(resolved.Values.ContainsKey("user_name"));
    }

    [Fact]
    public void Every_built_in_name_has_a_value_when_all_is_known()
    {
        var context = Context with { UserName = "u", ConversationId = "c", TurnNumber = 1, Model = "m" };
        Assert.Equal(ComputedVariables.Names, With([], context, new([], ComputedVariables.Names)).Values.Keys);
    }

    [Fact]
    public void A_provider_is_asked_only_for_what_is_needed_and_not_set()
    {
        var provider = new Recorder("plan", "region", "unused");
        var resolved = With([provider], Context, new([new() { Name = "plan" }, new() { Name = "region" }], []), Layer("request", """{"plan": "gold"}"""));
        Assert.Equal(("gold", "region!"), (resolved.Text("plan"), resolved.Text("region")));
        Assert.Equal(["region"], provider.Asked);
    }

    [Fact]
    public void A_provider_replaces_a_built_in_name()
    {
        var resolved = With([new Recorder("weekday")], Context, new([], ["weekday"]));
        Assert.Equal("weekday!", resolved.Text("weekday"));
    }

    [Fact]
    public void What_a_provider_computes_is_checked_like_any_value() =>
        Assert.Equal("plan", Assert.Single(Assert.Throws<Turnpike.Turns.TurnException>(() => With([new Recorder("plan")], Context, new([new() { Name = "plan", Type = VariableType.Integer }], []))).Variables).Name);

    [Fact]
    public void A_provider_that_throws_counts_as_silent_with_a_warning_that_holds_nothing_of_its_message()
    {
        var resolved = With([new Thrower()], Context, new([new() { Name = "plan", Default = Json.Of("\"free\"") }], []));
        Assert.Equal("free", resolved.Text("plan"));
        var warning = Assert.Single(resolved.Warnings);
        Assert.Equal("variable_provider_failed", warning.Code);
        Assert.Contains("\"Thrower\" threw InvalidOperationException", warning.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("password", warning.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancelling_stops_a_provider()
    {
        using var cancel = new CancellationTokenSource();
        var resolving = new VariableResolver([new Waiter()]).ResolveAsync(new([], ["plan"]), [], Context, cancel.Token).AsTask();
        Assert.False(resolving.IsCompleted);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => resolving);
    }

    [Fact]
    public void Two_providers_of_one_name_are_refused_at_start() =>
        Assert.Contains("\"plan\"", Assert.Throws<ArgumentException>(() => new VariableResolver([new Recorder("plan"), new Thrower()])).Message, StringComparison.Ordinal);

    private sealed class Recorder(params string[] names) : IVariableProvider
    {
        public List<string> Asked { get; } = [];

        public IReadOnlyCollection<string> Names => names;

        public ValueTask<JsonElement?> GetAsync(string name, VariableContext context, CancellationToken cancellationToken)
        {
            Asked.Add(name);
            return new(Json.Of($"\"{name}!\""));
        }
    }

    private sealed class Thrower : IVariableProvider
    {
        public IReadOnlyCollection<string> Names => ["plan"];

        public ValueTask<JsonElement?> GetAsync(string name, VariableContext context, CancellationToken cancellationToken) => throw new InvalidOperationException("password=1");
    }

    private sealed class Waiter : IVariableProvider
    {
        public IReadOnlyCollection<string> Names => ["plan"];

        public async ValueTask<JsonElement?> GetAsync(string name, VariableContext context, CancellationToken cancellationToken)
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return null;
        }
    }
}
