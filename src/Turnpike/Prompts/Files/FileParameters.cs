using System.Text.Json.Nodes;
using Turnpike.Turns;

namespace Turnpike.Prompts.Files;

/// <summary>The parameters of a <c>.prompt</c> file: <c>config</c>, <c>turnpike.parameters</c>, and what <c>turnpike.tools</c> says of them.</summary>
internal static class FileParameters
{
    /// <param name="front">The front matter.</param>
    /// <param name="faults">Hears of those that cannot be read.</param>
    public static TurnParameters? Of(FrontMatter front, FileFaults faults)
    {
        var fault = faults.Hear;
        var (parameters, isEmpty) = (TurnParameters.None, true);
        var options = new JsonObject();
        foreach (var (name, value) in faults.Try(() => FileValues.Mapping(front.Plain["config"], "config")) ?? [])
        {
            if (ParameterTable.Find(name) is not { } known) options[name] = value?.DeepClone();
            else if (known.Name == PromptFileWriter.More) foreach (var (inner, member) in faults.Try(() => FileValues.Mapping(value, "config." + name)) ?? []) options[inner] = member?.DeepClone();
            else Set(known, value, "config." + name);
        }
        foreach (var (name, value) in faults.Try(() => FileValues.Mapping(front.Own["parameters"], "turnpike.parameters")) ?? [])
        {
            if (ParameterTable.Find(name) is { } known) Set(known, value, "turnpike.parameters." + name);
            else if (fault is null) throw FileErrors.Invalid("turnpike.parameters." + name, $"is no parameter.{Nearest.Hint(name, ParameterTable.All.Select(parameter => parameter.Name))}");
            else fault(new(TurnErrorCode.ParameterUnknown, $"There is no parameter \"{name}\".{Nearest.Hint(name, ParameterTable.All.Select(parameter => parameter.Name))}") { Field = "parameters." + name });
        }
        var tools = faults.Try(() => FileValues.Mapping(front.Own["tools"], "turnpike.tools")) ?? [];
        FileValues.Only(tools, "turnpike.tools", faults, "require", "choice", "parallel", "maxSteps", "approval", "only", "remove");
        Tool("choice", "toolChoice");
        Tool("parallel", "parallelToolCalls");
        Tool("maxSteps", "maxSteps");
        if (faults.Try(() => FileValues.Truth(tools["require"], "turnpike.tools.require")) == true && tools["choice"] is null) Set(ParameterTable.Get("toolChoice"), "required", "turnpike.tools.require");
        if (options.Count > 0) Set(ParameterTable.Get(PromptFileWriter.More), options, "config");
        return isEmpty ? null : parameters;

        void Tool(string name, string parameter)
        {
            if (tools[name] is { } value) Set(ParameterTable.Get(parameter), value, "turnpike.tools." + name);
        }

        void Set(ParameterDescriptor parameter, JsonNode? value, string path)
        {
            if (value is null) return;
            try
            {
                parameters = parameter.With(parameters, parameter.Parse(FileValues.Element(value)));
                isEmpty = false;
            }
            catch (TurnException error) when (fault is not null)
            {
                fault(error);
            }
            catch (TurnException error)
            {
                throw new TurnException(error.Code, error.Message, error) { Field = path };
            }
        }
    }
}
