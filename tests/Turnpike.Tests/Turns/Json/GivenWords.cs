using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Turnpike.Turns.Json;
using Turnpike.Turns.Projects;

namespace Turnpike.Tests.Turns.Json;

/// <summary>Every word of the API, as it is read from what somebody sent and from what was kept.</summary>
public sealed class GivenWords
{
    public static TheoryData<string> Words => [.. typeof(StrictJson).Assembly.GetTypes().Where(type => type.IsEnum && type.GetCustomAttribute<JsonConverterAttribute>() is not null).Select(type => type.FullName!)];

    [Theory]
    [MemberData(nameof(Words))]
    public void A_word_is_taken_as_it_is_declared_and_in_no_other_form(string name)
    {
        var type = typeof(StrictJson).Assembly.GetType(name)!;
        typeof(GivenWords).GetMethod(nameof(Check), BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(type).Invoke(null, null);
    }

    private static void Check<T>() where T : struct, Enum
    {
        var type = (JsonTypeInfo<T>?)TurnpikeJson.Relaxed.GetTypeInfo(typeof(T)) ?? (JsonTypeInfo<T>?)ProjectJson.Relaxed.GetTypeInfo(typeof(T));
        if (type is null) return; // no part of a body
        var words = Enum.GetValues<T>().Select(word => JsonSerializer.Serialize(word, type)).ToArray();
        Assert.Equal(Enum.GetValues<T>(), words.Select(word => StrictJson.Read(Encoding.UTF8.GetBytes(word), type)));
        foreach (var wrong in (string[])["0", "1", "99", "-1", "\"0\"", "\"99\"", "\"\"", "null", "[]", words[0].ToUpperInvariant(), words[0].Insert(1, " "), $"{words[0][..^1]},{words[^1][1..]}"])
            Assert.Throws<JsonException>(() => StrictJson.Read(Encoding.UTF8.GetBytes(wrong), type));
    }

    [Fact]
    public void What_an_older_version_kept_is_still_read()
    {
        var kept = JsonSerializer.Deserialize("""{"key":"a","messages":[],"variables":[{"name":"a","type":77}],"tools":[null]}""", TurnpikeJson.Relaxed.Prompt)!;
        Assert.Equal(77, (int)kept.Variables[0].Type);
    }

    [Fact]
    public void The_server_reads_what_is_sent_in_no_other_way()
    {
        var loose = Directory.EnumerateFiles(Turnpike.Tests.Architecture.Repository.PathOf("src", "Turnpike.Server"), "*.cs", SearchOption.AllDirectories)
            .SelectMany(file => File.ReadLines(file).Where(line => line.Contains(".Deserialize(", StringComparison.Ordinal) && !line.Contains("StrictJson.Given(", StringComparison.Ordinal)));
        Assert.Empty(loose);
    }
}
