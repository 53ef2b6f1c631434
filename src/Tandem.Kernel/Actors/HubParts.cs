namespace Tandem.Kernel.Actors;

/// <summary>
/// Parts of the hub that hold records beside resources. They stand among the types of a <see cref="Grant"/>, which covers them only when it names
/// them: a grant of all resource types does not.
/// </summary>
public static class HubParts
{
    /// <summary>What begins the name of every part.</summary>
    public const string Prefix = "hub:";

    /// <summary>Messages as they came, with everything in them: quarantine and the lists of a source.</summary>
    public const string Messages = Prefix + "messages";

    /// <summary>Figures of feeds: no message and no patient.</summary>
    public const string Feeds = Prefix + "feeds";

    /// <summary>What roles may see and do: who may write <c>Basic</c> writes a policy only where this is allowed too.</summary>
    public const string Policies = Prefix + "policies";
}
