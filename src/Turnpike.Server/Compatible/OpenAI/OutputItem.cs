using System.Text;
using System.Text.Json;
using Turnpike.Turns.Events;

namespace Turnpike.Server.Compatible.OpenAI;

/// <summary>An item of a response's output.</summary>
/// <param name="id">Its id.</param>
/// <param name="index">Its place in the output.</param>
internal abstract class OutputItem(string id, int index)
{
    public string Id => id;
    public int Index => index;
    public string Status { get; set; } = "in_progress";

    public void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("id"u8, id);
        WriteMembers(writer);
        writer.WriteEndObject();
    }

    /// <summary>Writes the members that tell of the whole item.</summary>
    public void WriteWhole(Utf8JsonWriter writer)
    {
        writer.WriteNumber("output_index"u8, index);
        writer.WritePropertyName("item"u8);
        Write(writer);
    }

    /// <summary>Writes the members that say which item an event is of.</summary>
    public void WritePlace(Utf8JsonWriter writer)
    {
        writer.WriteString("item_id"u8, id);
        writer.WriteNumber("output_index"u8, index);
    }

    /// <summary>Writes the members that say which item, and its only part under <paramref name="part"/>, an event is of.</summary>
    public void WritePlace(Utf8JsonWriter writer, ReadOnlySpan<byte> part)
    {
        WritePlace(writer);
        writer.WriteNumber(part, 0);
    }

    protected abstract void WriteMembers(Utf8JsonWriter writer);
}

/// <summary>A block of text, or a refusal.</summary>
internal sealed class MessageItem(string id, int index, bool isRefusal, string? phase) : OutputItem(id, index)
{
    public StringBuilder Text { get; } = new();
    public List<TextCitation> Citations { get; } = [];
    public bool IsRefusal => isRefusal;

    public void WritePart(Utf8JsonWriter writer, bool isEmpty = false)
    {
        writer.WriteStartObject();
        writer.WriteString("type"u8, isRefusal ? "refusal"u8 : "output_text"u8);
        writer.WriteString(isRefusal ? "refusal"u8 : "text"u8, isEmpty ? "" : Text.ToString());
        if (!isRefusal)
        {
            writer.WriteStartArray("annotations"u8);
            if (!isEmpty) foreach (var citation in Citations) WriteAnnotation(writer, citation);
            writer.WriteEndArray();
            writer.WriteStartArray("logprobs"u8);
            writer.WriteEndArray();
        }
        writer.WriteEndObject();
    }

    public static void WriteAnnotation(Utf8JsonWriter writer, TextCitation citation)
    {
        writer.WriteStartObject();
        writer.WriteString("type"u8, "url_citation"u8);
        writer.WriteNumber("start_index"u8, citation.Start);
        writer.WriteNumber("end_index"u8, citation.End);
        writer.WriteString("url"u8, citation.Url);
        writer.WriteString("title"u8, citation.Title ?? "");
        writer.WriteEndObject();
    }

    protected override void WriteMembers(Utf8JsonWriter writer)
    {
        writer.WriteString("type"u8, "message"u8);
        writer.WriteString("role"u8, "assistant"u8);
        writer.WriteString("status"u8, Status);
        writer.WriteStartArray("content"u8);
        if (Text.Length > 0 || Status != "in_progress") WritePart(writer);
        writer.WriteEndArray();
        if (phase is not null) writer.WriteString("phase"u8, phase);
    }
}

/// <summary>A block of reasoning, always told as a summary.</summary>
internal sealed class ReasoningItem(string id, int index) : OutputItem(id, index)
{
    public StringBuilder Text { get; } = new();

    /// <summary>What the provider wants back, sealed; null: nothing, or it is not told.</summary>
    public string? Sealed { get; set; }

    public void WritePart(Utf8JsonWriter writer, bool isEmpty = false)
    {
        writer.WriteStartObject();
        writer.WriteString("type"u8, "summary_text"u8);
        writer.WriteString("text"u8, isEmpty ? "" : Text.ToString());
        writer.WriteEndObject();
    }

    protected override void WriteMembers(Utf8JsonWriter writer)
    {
        writer.WriteString("type"u8, "reasoning"u8);
        writer.WriteStartArray("summary"u8);
        if (Text.Length > 0) WritePart(writer);
        writer.WriteEndArray();
        if (Sealed is not null) writer.WriteString("encrypted_content"u8, Sealed);
        writer.WriteString("status"u8, Status);
    }
}

/// <summary>A call that the client executes.</summary>
internal sealed class FunctionCallItem(string id, int index, ToolCall call) : OutputItem(id, index)
{
    public ToolCall Call => call;

    protected override void WriteMembers(Utf8JsonWriter writer)
    {
        writer.WriteString("type"u8, "function_call"u8);
        writer.WriteString("call_id"u8, call.CallId);
        writer.WriteString("name"u8, call.Name);
        writer.WriteString("arguments"u8, Status == "in_progress" ? "" : call.Arguments);
        writer.WriteString("status"u8, Status);
    }
}

/// <summary>A call that the server executes.</summary>
internal sealed class McpCallItem(string id, int index, ToolCall call, string? approval) : OutputItem(id, index)
{
    public ToolCall Call => call;
    public bool HasArguments { get; set; }
    public ToolResult? Result { get; set; }

    protected override void WriteMembers(Utf8JsonWriter writer)
    {
        writer.WriteString("type"u8, "mcp_call"u8);
        writer.WriteString("server_label"u8, ToolSources.Label(call.Source));
        writer.WriteString("name"u8, call.Tool ?? call.Name);
        writer.WriteString("arguments"u8, HasArguments ? call.Arguments : "");
        writer.WriteString("output"u8, Result is { Error: null } ? McpOutput.Text(Result) : null);
        if (Result?.Error is { } error)
        {
            writer.WriteStartObject("error"u8);
            writer.WriteString("type"u8, "mcp_tool_execution_error"u8);
            writer.WriteStartArray("content"u8);
            writer.WriteStartObject();
            writer.WriteString("type"u8, "text"u8);
            writer.WriteString("text"u8, error);
            writer.WriteEndObject();
            writer.WriteEndArray();
            writer.WriteEndObject();
        }
        else
        {
            writer.WriteNull("error"u8);
        }
        writer.WriteString("approval_request_id"u8, approval);
        writer.WriteString("status"u8, Status);
    }
}

/// <summary>A call that waits for a yes or no.</summary>
internal sealed class ApprovalItem(string id, int index, ToolCall call) : OutputItem(id, index)
{
    protected override void WriteMembers(Utf8JsonWriter writer)
    {
        writer.WriteString("type"u8, "mcp_approval_request"u8);
        writer.WriteString("server_label"u8, ToolSources.Label(call.Source));
        writer.WriteString("name"u8, call.Tool ?? call.Name);
        writer.WriteString("arguments"u8, call.Arguments);
    }
}
