using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Turnpike.Conversations;
using Turnpike.Models;
using Turnpike.Opening;
using Turnpike.Pipeline;
using Turnpike.Tools;
using Turnpike.Triggers;
using Turnpike.Turns.Catalogs;
using Turnpike.Turns.Files;
using Turnpike.Turns.Resources;
using Turnpike.Turns.Web;

namespace Turnpike;

/// <summary>The options of the road, checked when a host starts or, without one, when the runner of turns is made.</summary>
internal static class OptionChecks
{
    public static void AddOptionRules(this IServiceCollection services)
    {
        services.Check<ModelCatalogOptions>();
        services.Check<OpeningOptions>();
        services.Check<TriggerOptions>();
        services.Check<ResourceOptions>();
        services.Check<WebAccessOptions>();
        services.Check<UploadOptions>();
        services.Check<ToolOptions>();
        services.Check<ModelOptions>();
        services.Check<RecorderOptions>();
        services.Check<RunnerOptions>();
        services.Check<CompactionOptions>();
    }

    /// <summary>A host whose own checks name the keys of its settings puts them in the place of these.</summary>
    public static void Check<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.All)] T>(this IServiceCollection services) where T : class
    {
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<T>, OptionRules<T>>());
        services.AddOptions<T>().ValidateOnStart();
    }
}
