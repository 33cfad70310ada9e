using System.ComponentModel.DataAnnotations;
using Turnpike.Turns;

namespace Turnpike.Opening;

/// <summary>What every turn starts with.</summary>
public sealed class OpeningOptions
{
    /// <summary>The most turns of a conversation that are read to prepare the next, newest first, 1 to 10,000. Default 500.</summary>
    [Range(1, 10_000)]
    public int HistoryTurns { get; set; } = 500;

    /// <summary>The longest typed text, in UTF-16 units. Default 1 Mi.</summary>
    [Range(1, int.MaxValue)]
    public int ContentLength { get; set; } = 1 << 20;

    /// <summary>System text under everything else; null: none.</summary>
    public string? System { get; set; }

    /// <summary>Parameters under everything else. Each set of options has its own, for what reads options from settings may write into it.</summary>
    public TurnParameters Parameters { get; set; } = new();
}
