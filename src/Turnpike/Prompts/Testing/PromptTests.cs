using System.Text.Json;
using System.Text.Json.Serialization;
using Turnpike.Turns;

namespace Turnpike.Prompts.Testing;

/// <summary>What a prompt must answer, and which of its labels move to a version only when it does.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record PromptTests
{
    /// <summary>The prompt's key. The address says it: a body need not.</summary>
    public string Key { get; init => field = value ?? ""; } = "";
    /// <summary>The labels that move only to a version that has passed, at most 20; empty: none is held.</summary>
    public IReadOnlyList<string> Labels { get; init => field = value ?? []; } = [];
    /// <summary>The cases, at most 200, each with a name of its own.</summary>
    public IReadOnlyList<PromptTest> Cases { get; init => field = value ?? []; } = [];
    /// <summary>How often they were saved, from 1, or from above all tests that are gone; 0: never. The store gives it.</summary>
    public int Revision { get; init; }
    /// <summary>When they were last saved, UTC; null: never. The store gives it.</summary>
    public DateTimeOffset? SavedAt { get; init; }
}

/// <summary>One turn with a prompt, and what is expected of it.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record PromptTest
{
    /// <summary>What it is called; 1 to 200 characters, once in a prompt's tests.</summary>
    public string Name { get; init => field = value ?? ""; } = "";
    /// <summary>What is typed; triggers in it count.</summary>
    public string Content { get; init => field = value ?? ""; } = "";
    /// <summary>Values for the prompt's variables.</summary>
    public IReadOnlyDictionary<string, JsonElement> Variables { get; init => field = value ?? new Dictionary<string, JsonElement>(); } = new Dictionary<string, JsonElement>();
    /// <summary>What is attached.</summary>
    public IReadOnlyList<ResourceInput> Resources { get; init => field = value ?? []; } = [];
    /// <summary>The model; null: the prompt's, or what its layers say.</summary>
    public string? Model { get; init; }
    /// <summary>How the model is asked, beside what the prompt says.</summary>
    public TurnParameters? Parameters { get; init; }
    /// <summary>What must be so, 1 to 50: all of it.</summary>
    public IReadOnlyList<PromptExpectation> Expect { get; init => field = value ?? []; } = [];
}
