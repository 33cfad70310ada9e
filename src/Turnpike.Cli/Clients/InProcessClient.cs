namespace Turnpike.Cli.Clients;
internal static class InProcessClient { public static ITurnpike Open(string d, Surroundings h) => throw new UsageException(d + h.Width, ""); }
