using System.Globalization;
using System.Text;

namespace Turnpike.Prompts.Variables.Schemas;

/// <summary>Faults with the place where a walk is now.</summary>
internal sealed class FaultList(int most)
{
    private readonly List<string> _path = [];
    private readonly List<JsonSchemaFault> _faults = [];

    public IReadOnlyList<JsonSchemaFault> Items => _faults;

    public void Enter(string name) => _path.Add(name);

    public void Enter(int index) => _path.Add(index.ToString(CultureInfo.InvariantCulture));

    public void Leave() => _path.RemoveAt(_path.Count - 1);

    public void Add(string message)
    {
        if (_faults.Count >= most) return;
        var pointer = new StringBuilder();
        foreach (var name in _path) pointer.Append('/').Append(name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal));
        var fault = new JsonSchemaFault(pointer.ToString(), message);
        if (!_faults.Contains(fault)) _faults.Add(fault);
    }
}
