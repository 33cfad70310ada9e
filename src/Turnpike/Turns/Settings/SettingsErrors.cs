namespace Turnpike.Turns.Settings;

/// <summary>What is said when kept settings are not as asked for.</summary>
internal static class SettingsErrors
{
    public static TurnException NoRule(string name, IEnumerable<string> known, string? askedForBy = null) =>
        new(TurnErrorCode.RuleNotFound, $"There is no rule \"{name}\"{(askedForBy is null ? "" : $" (asked for by {askedForBy})")}.{Nearest.Hint(name, known)}") { Field = "rules" };

    public static TurnException NoTag(string name, IEnumerable<string> known, string? askedForBy = null) =>
        new(TurnErrorCode.RuleNotFound, $"There is no tag \"{name}\"{(askedForBy is null ? "" : $" (asked for by {askedForBy})")}.{Nearest.Hint(name, known)}") { Field = "rules" };

    public static TurnException NoProject(string id, string field) => new(TurnErrorCode.ProjectNotFound, $"There is no project \"{id}\".") { Field = field };

    public static TurnException Taken(string kind, string name) => new(TurnErrorCode.VersionConflict, $"There is a {kind} \"{name}\" already. Change that one, or choose another name.") { Field = "name" };

    public static TurnException IdTaken(string kind, string id) => new(TurnErrorCode.VersionConflict, $"There is a {kind} \"{id}\" already. PUT changes it.") { Field = "id" };

    /// <summary>Refuses to save over another project, rule or tag than the one that was read.</summary>
    /// <param name="kind">Which of them it is.</param>
    /// <param name="id">Its id; of a tag its name.</param>
    /// <param name="kept">The revision of the one that is kept; null: there is none.</param>
    /// <param name="expected">The revision that was read; 0: there was none.</param>
    /// <exception cref="TurnException"><c>version_conflict</c>.</exception>
    public static void RefuseOther(string kind, string id, int? kept, int expected)
    {
        if (expected == 0 && kept is not null) throw kind == "tag" ? TagTaken(id) : IdTaken(kind, id);
        if (expected > 0 && kept != expected)
            throw new TurnException(TurnErrorCode.VersionConflict, $"{char.ToUpperInvariant(kind[0])}{kind[1..]} \"{id}\" is {(kept is null ? "gone" : $"at revision {kept}")} by now, not at {expected}. Look at what changed first.") { Field = "If-Match" };
    }

    public static TurnException TagTaken(string name) => new(TurnErrorCode.VersionConflict, $"There is a tag \"{name}\" already. PUT changes it.") { Field = "name" };

    public static TurnException Cycle(string id, string parent) =>
        new(TurnErrorCode.RequestInvalid, $"Project \"{id}\" cannot be below \"{parent}\": \"{parent}\" is itself, or is below it.") { Field = "parent" };

    public static TurnException TooDeep(string parent) =>
        new(TurnErrorCode.RequestInvalid, $"Nothing more can be put below \"{parent}\": a tree of projects is at most {Project.MostDeep} deep.") { Field = "parent" };
}
