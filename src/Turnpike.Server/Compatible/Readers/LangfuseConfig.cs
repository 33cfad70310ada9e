using System.Text.Json;
using Turnpike.Prompts;
using Turnpike.Turns;
using Turnpike.Turns.Json;

namespace Turnpike.Server.Compatible.Readers;

/// <summary>What stands beside a prompt for Langfuse's clients, in the words of the providers that these hand it to: <c>{model, top_p, max_tokens, …, tools}</c>, and what else it had there.</summary>
internal static class LangfuseConfig
{
    public static void Write(Utf8JsonWriter writer, ReadOnlySpan<byte> name, Prompt prompt)
    {
        writer.WriteStartObject(name);
        var written = new HashSet<string>(StringComparer.Ordinal);
        if (prompt.Model is { } model && written.Add("model")) writer.WriteString("model"u8, model);
        foreach (var member in JsonSerializer.SerializeToElement(prompt.Parameters ?? TurnParameters.None, TurnpikeJson.Relaxed.TurnParameters).EnumerateObject())
        {
            if (!written.Add(NameOf(member.Name))) continue;
            writer.WritePropertyName(NameOf(member.Name));
            member.Value.WriteTo(writer);
        }
        if (prompt.Tools.Count > 0 && written.Add("tools")) LangfuseApi.WriteTexts(writer, "tools"u8, prompt.Tools);
        foreach (var (other, value) in prompt.ImportedFrom?.StartsWith("langfuse:", StringComparison.Ordinal) == true ? prompt.Metadata ?? [] : [])
        {
            if (!written.Add(other)) continue;
            writer.WritePropertyName(other);
            if (value is null) writer.WriteNullValue();
            else value.WriteTo(writer);
        }
        writer.WriteEndObject();
    }

    private static string NameOf(string parameter) => parameter == "maxOutputTokens" ? "max_tokens" : ParameterTable.Find(parameter)?.Aliases.FirstOrDefault(alias => alias.Contains('_', StringComparison.Ordinal) && parameter != "stop") ?? parameter;
}
