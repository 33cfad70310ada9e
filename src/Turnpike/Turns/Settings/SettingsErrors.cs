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

    public static TurnException TagTaken(string name) => new(TurnErrorCode.VersionConflict, $"There is a tag \"{name}\" already. PUT changes it.") { Field = "name" };

    public static TurnException Cycle(string id, string parent) =>
        new(TurnErrorCode.RequestInvalid, $"Project \"{id}\" cannot be below \"{parent}\": \"{parent}\" is itself, or is below it.") { Field = "parent" };

    public static TurnException TooDeep(string parent) =>
        new(TurnErrorCode.RequestInvalid, $"Nothing more can be put below \"{parent}\": a tree of projects is at most {Project.MostDeep} deep.") { Field = "parent" };
}
