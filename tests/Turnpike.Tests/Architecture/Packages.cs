using System.Xml.Linq;

namespace Turnpike.Tests.Architecture;

/// <summary>What can be packed can be restored, and what is run from here keeps its data here.</summary>
public sealed class Packages
{
    [Fact]
    public void A_package_refers_to_packages_only()
    {
        var projects = Directory.GetFiles(Repository.PathOf("src"), "*.csproj", SearchOption.AllDirectories).ToDictionary(file => Path.GetFileNameWithoutExtension(file), XDocument.Load);
        var packed = projects.Where(project => project.Value.Descendants("IsPackable").Any(value => value.Value == "true") && !project.Value.Descendants("PackAsTool").Any()).ToList(); // a tool carries what it refers to
        Assert.Equal(["Turnpike", "Turnpike.Client", "Turnpike.Generators", "Turnpike.Providers", "Turnpike.Storage"], packed.Select(project => project.Key).Order(StringComparer.Ordinal));
        Assert.All(packed, project => Assert.All(project.Value.Descendants("ProjectReference"), reference => Assert.Contains(Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value), packed.Select(each => each.Key))));
    }

    [Fact]
    public void The_server_runs_in_the_folder_where_it_is_called() =>
        Assert.Equal("false", XDocument.Parse(Repository.Read("src", "Turnpike.Server", "Turnpike.Server.csproj")).Descendants("EnableDefaultRunWorkingDirectory").Single().Value);
}
